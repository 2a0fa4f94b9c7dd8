/**
 * @file Correlation of tokens by their attention (Rohekar, Gurwicz, Nisimov, "Causal Interpretation of Self-Attention in Pre-Trained
 * Transformers", NeurIPS 2023): the covariance A A^T of the attention matrix A, scaled to a unit diagonal.
 */

/** A token whose row has a norm up to this has no variance. */
const leastDeviation = 1e-8;

/** Thrown if a token's row of attention is zero, so that it correlates with nothing. */
export class ZeroVarianceError extends Error {
  override readonly name = "ZeroVarianceError";
}

export interface CorrelationOptions {
  /** Takes the mean over all tokens off every key first, as a covariance would. @default false */
  readonly center?: boolean;
  /** Keys that are left out, such as attention sinks that make all rows alike. */
  readonly withoutKeys?: ReadonlySet<number>;
}

/** Rows of attention, one by one: row `position` over the keys, [keys]; what a shorter row lacks is 0. */
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
  const given = nodes.map((node) => rowOf(node));
  const keys = Math.max(mean?.length ?? 0, ...given.map((row) => row.length));
  const rows = given.map((values) => {
    const row = new Float64Array(keys);
    row.set(values);
    if (mean !== undefined) for (let key = 0; key < keys; key++) row[key]! -= mean[key] ?? 0;
    for (const key of withoutKeys ?? []) if (key < keys) row[key] = 0;
    return row;
  });
  const covariance = products(rows);
  const scale = new Float64Array(count);
  for (let a = 0; a < count; a++) {
    const deviation = Math.sqrt(covariance[a * count + a]!);
    if (!(deviation > leastDeviation)) {
      throw new ZeroVarianceError(
        `Token ${nodes[a]} attends to nothing in this head, so that its correlation is not defined; record attention of every token.`,
      );
    }
    scale[a] = 1 / deviation;
  }
  for (let a = 0; a < count; a++) {
    for (let b = 0; b < count; b++) covariance[a * count + b] = covariance[a * count + b]! * scale[b]! * scale[a]!;
  }
  return covariance;
}

/** Products of each two rows, [rows, rows]. */
function products(rows: readonly Float64Array[]): Float64Array {
  const count = rows.length;
  // A row of causal attention is zero beyond its own token, so that sums end at the earlier of the two; a centered one is not.
  const ends = rows.map((row) => lastNonZero(row) + 1);
  const found = new Float64Array(count * count);
  const put = (a: number, b: number, value: number): void => {
    found[a * count + b] = value;
    found[b * count + a] = value;
  };
  for (let a = 0; a < count; a++) {
    const first = rows[a]!;
    let b = 0;
    // Four at a time, each summed in the order of the keys: the processor does not wait for one sum to go on with the next.
    for (; b + 3 <= a; b += 4) {
      const [r0, r1, r2, r3] = [rows[b]!, rows[b + 1]!, rows[b + 2]!, rows[b + 3]!];
      const end = Math.min(ends[a]!, Math.max(ends[b]!, ends[b + 1]!, ends[b + 2]!, ends[b + 3]!));
      let [s0, s1, s2, s3] = [0, 0, 0, 0];
      for (let key = 0; key < end; key++) {
        const value = first[key]!;
        s0 += value * r0[key]!;
        s1 += value * r1[key]!;
        s2 += value * r2[key]!;
        s3 += value * r3[key]!;
      }
      put(a, b, s0);
      put(a, b + 1, s1);
      put(a, b + 2, s2);
      put(a, b + 3, s3);
    }
    for (; b <= a; b++) {
      const second = rows[b]!;
      const end = Math.min(ends[a]!, ends[b]!);
      let sum = 0;
      for (let key = 0; key < end; key++) sum += first[key]! * second[key]!;
      put(a, b, sum);
    }
  }
  return found;
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
