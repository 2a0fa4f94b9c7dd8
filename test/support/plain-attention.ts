/** @file Attention written out in loops and double precision, to hold graphs against. */

export interface PlainAttention {
  /** [rows, heads, width] */
  readonly query: ArrayLike<number>;
  /** [keys, kvHeads, width] */
  readonly key: ArrayLike<number>;
  readonly value: ArrayLike<number>;
  readonly heads: number;
  readonly kvHeads: number;
  readonly width: number;
  /** True: query q sees the keys up to q + keys - rows. */
  readonly causal: boolean;
  /** True if the query may not look at the key, beside what `causal` hides. A query that may look at none gets 0. */
  readonly hides?: (query: number, key: number, head: number) => boolean;
}

/** Probabilities [heads, rows, keys] and context [rows, heads * width]. */
export function plainAttention({ query, key, value, heads, kvHeads, width, causal, hides }: PlainAttention): {
  probabilities: number[];
  context: number[];
} {
  const rows = query.length / heads / width;
  const keys = key.length / kvHeads / width;
  const probabilities = new Array<number>(heads * rows * keys).fill(0);
  const context = new Array<number>(rows * heads * width).fill(0);
  for (let head = 0; head < heads; head++) {
    const group = Math.floor((head * kvHeads) / heads);
    for (let q = 0; q < rows; q++) {
      const seen = causal ? q + keys - rows + 1 : keys;
      const weights = Array.from({ length: seen }, (_, k) => {
        if (hides?.(q, k, head) === true) return 0;
        let score = 0;
        for (let i = 0; i < width; i++)
          score += query[(q * heads + head) * width + i]! * key[(k * kvHeads + group) * width + i]!;
        return Math.exp(score / Math.sqrt(width));
      });
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      for (let k = 0; k < seen; k++) {
        const probability = total === 0 ? 0 : weights[k]! / total;
        probabilities[(head * rows + q) * keys + k] = probability;
        for (let i = 0; i < width; i++)
          context[(q * heads + head) * width + i]! += probability * value[(k * kvHeads + group) * width + i]!;
      }
    }
  }
  return { probabilities, context };
}
