/**
 * @file Correlation of tokens by their attention (Rohekar, Gurwicz, Nisimov, "Causal Interpretation of Self-Attention in Pre-Trained
 * Transformers", NeurIPS 2023): the covariance A A^T of the attention matrix A, scaled to a unit diagonal.
 */

/** A token whose row has a norm up to this has no variance. */
const leastDeviation = 1e-8;

/** Thrown where a token's row of attention is zero, so that it correlates with nothing. */
export class ZeroVarianceError extends Error {
  override readonly name = "ZeroVarianceError";
}

export interface CorrelationOptions {
  /** Takes the mean over all tokens off every key first, as a covariance would. @default false */
  readonly center?: boolean;
  /** Keys that are left out, such as attention sinks that make all rows alike. */
  readonly withoutKeys?: ReadonlySet<number>;
}

/** Rows of attention, one by one: row `position` over the keys, [keys]. */
export type RowOf = (position: number) => ArrayLike<number>;

/**
 * Correlation of some tokens, [nodes, nodes] row by row. Only the nodes' rows are read; `center` also needs every other row, and takes the
 * mean over `positions`. Throws a ZeroVarianceError that names the token.
 */
export function attentionCorrelation(
  rowOf: RowOf,
  nodes: readonly number[],
  options: CorrelationOptions & { readonly positions?: readonly number[] } = {},
): Float64Array {
  const { center = false, withoutKeys, positions = nodes } = options;
  const count = nodes.length;
  const mean = center ? meanRow(rowOf, positions) : undefined;
  const rows = nodes.map((node) => {
    const row = Float64Array.from(rowOf(node));
    if (mean !== undefined) for (let key = 0; key < row.length; key++) row[key]! -= mean[key] ?? 0;
    for (const key of withoutKeys ?? []) if (key < row.length) row[key] = 0;
    return row;
  });
  // A row of causal attention is zero beyond its own token, so that sums end at the earlier of the two; a centered one is not.
  const ends = rows.map((row) => lastNonZero(row) + 1);
  const covariance = new Float64Array(count * count);
  for (let a = 0; a < count; a++) {
    const first = rows[a]!;
    for (let b = 0; b <= a; b++) {
      const second = rows[b]!;
      const end = Math.min(ends[a]!, ends[b]!);
      let sum = 0;
      for (let key = 0; key < end; key++) sum += first[key]! * second[key]!;
      covariance[a * count + b] = sum;
      covariance[b * count + a] = sum;
    }
  }
  const scale = Float64Array.from(nodes, (node, a) => {
    const deviation = Math.sqrt(covariance[a * count + a]!);
    if (deviation > leastDeviation) return 1 / deviation;
    throw new ZeroVarianceError(
      `Token ${node} attends to nothing in this head, so that its correlation is not defined; record attention of every token.`,
    );
  });
  for (let a = 0; a < count; a++) {
    for (let b = 0; b < count; b++) covariance[a * count + b] = covariance[a * count + b]! * scale[b]! * scale[a]!;
  }
  return covariance;
}

function lastNonZero(row: Float64Array): number {
  let last = row.length - 1;
  while (last >= 0 && row[last] === 0) last--;
  return last;
}

function meanRow(rowOf: RowOf, positions: readonly number[]): Float64Array {
  let mean = new Float64Array(0);
  for (const position of positions) {
    const row = rowOf(position);
    if (mean.length < row.length) {
      const longer = new Float64Array(row.length);
      longer.set(mean);
      mean = longer;
    }
    for (let key = 0; key < row.length; key++) mean[key]! += row[key]! / positions.length;
  }
  return mean;
}
