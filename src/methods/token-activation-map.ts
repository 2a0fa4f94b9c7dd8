/**
 * @file The token activation map (Li, Wang, Ding, Wang, Li: "Token Activation Map to Visually Explain Multimodal LLMs", ICCV 2025, arXiv
 * 2506.23270): the logit of a token at each image token, less what the words before it explain of that map (estimated causal inference),
 * smoothed by ranks (rank Gaussian filter).
 */

/** What a word before the explained token has to do with it. */
export interface ContextWord {
  /** Its own activation at each image token: its logit there, not below 0. */
  readonly activation: ArrayLike<number>;
  /** The logit of the explained token at the state of this word, not below 0. */
  readonly relevance: number;
}

/** Activations are the positive part of logits (equation 1). */
export function activationOf(logit: number): number {
  return Math.max(0, logit);
}

/** The mean of the words' activations, weighted by their relevance (equations 2 to 4), [image tokens]; 0 if no word is relevant. */
export function interferenceOf(context: readonly ContextWord[], imageTokens: number): Float64Array {
  const total = context.reduce((sum, { relevance }) => sum + relevance, 0);
  const interference = new Float64Array(imageTokens);
  if (total === 0) return interference;
  for (const { activation, relevance } of context) {
    const share = relevance / total;
    for (let i = 0; i < imageTokens; i++) interference[i]! += share * activation[i]!;
  }
  return interference;
}

/**
 * The positive part of what is left of an activation without the interference, (A - s I)+, with the s that brings s I nearest to A in the
 * sense of least squares (equation 5): s = <A, I> / <I, I>. Both are [image tokens].
 */
export function withoutInterference(activation: ArrayLike<number>, interference: ArrayLike<number>): Float64Array {
  let product = 0;
  let square = 0;
  for (let i = 0; i < activation.length; i++) {
    product += activation[i]! * interference[i]!;
    square += interference[i]! * interference[i]!;
  }
  const scale = square === 0 ? 0 : product / square;
  return Float64Array.from(activation, (value, i) => Math.max(0, value - scale * interference[i]!));
}

/** A place beside an edge is read mirrored at the cell on the edge. */
function mirrored(index: number, size: number): number {
  if (size === 1) return 0;
  if (index < 0) return -index;
  return index < size ? index : 2 * (size - 1) - index;
}

/** Cells on each side of a window. */
const windowSide = 3;

/**
 * The rank Gaussian filter (equations 6 and 7) of a grid of values of at least 0, row by row: the nine values of each window are sorted, and
 * their mean is taken with the weights of a Gaussian over ranks, centered at the middle one. Its deviation in ranks is the window's
 * coefficient of variation, deviation over mean, so that even windows keep their median and uneven ones take in more.
 */
export function rankGaussian(
  values: ArrayLike<number>,
  { rows, cols }: { readonly rows: number; readonly cols: number },
): Float64Array {
  const reach = (windowSide - 1) / 2;
  const count = windowSide * windowSide;
  const window = new Float64Array(count);
  return Float64Array.from({ length: rows * cols }, (_, cell) => {
    const [row, col] = [Math.floor(cell / cols), cell % cols];
    for (let k = 0; k < count; k++) {
      const r = mirrored(row + Math.floor(k / windowSide) - reach, rows);
      const c = mirrored(col + (k % windowSide) - reach, cols);
      window[k] = values[r * cols + c]!;
    }
    return rankMean(window.sort());
  });
}

function rankMean(sorted: Float64Array): number {
  const count = sorted.length;
  const mean = sorted.reduce((sum, value) => sum + value, 0) / count;
  if (mean === 0) return 0;
  const deviation = Math.sqrt(sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count);
  const middle = (count - 1) / 2;
  if (deviation === 0) return sorted[middle]!;
  const spread = deviation / mean;
  let total = 0;
  let weights = 0;
  for (const [rank, value] of sorted.entries()) {
    const weight = Math.exp(-((rank - middle) ** 2) / (2 * spread ** 2));
    total += weight * value;
    weights += weight;
  }
  return total / weights;
}
