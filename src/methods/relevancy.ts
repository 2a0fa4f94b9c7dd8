/**
 * @file Relevancy maps (Chefer, Gur, Wolf: "Generic Attention-model Explainability for Interpreting Bi-Modal and Encoder-Decoder
 * Transformers", ICCV 2021): R = I, then R = R + cam R for each layer from the first to the last (equation 6), where cam is the mean over
 * heads of the positive part of attention x gradient (equation 5). Only some rows of R are needed: a row r of the product is
 * r (I + cam of the last layer) ... (I + cam of the first), vector by matrix, so that no matrix product is ever formed.
 *
 * Memory tokens, which cross-attention reads in place of the sequence, stand behind the sequence. They are queries of no layer, so that a
 * layer of cross-attention has a map of sequence by memory alone, and R has the rows of the identity for them (docs/decisions.md).
 */
import { floatTensor, type FloatTensor } from "../tensor/tensor.ts";

/** Rows of R in the making, [rows, n + memory], in double precision. */
export interface RelevancyRows {
  readonly rows: number;
  /** Length of the sequence. */
  readonly n: number;
  /** Memory tokens behind it. */
  readonly memory: number;
  readonly data: Float64Array;
}

/** The rows of the identity at these positions, with which every row of R begins. */
export function identityRows(positions: ArrayLike<number>, n: number, memory = 0): RelevancyRows {
  const data = new Float64Array(positions.length * (n + memory));
  for (let i = 0; i < positions.length; i++) data[i * (n + memory) + positions[i]!] = 1;
  return { rows: positions.length, n, memory, data };
}

/** Rows that begin as any combination of rows of the identity: rows [rows, n]. */
export function combinedRows(rows: FloatTensor): RelevancyRows {
  return { rows: rows.dims[0]!, n: rows.dims[1]!, memory: 0, data: Float64Array.from(rows.data) };
}

/**
 * One layer, in place: rows = rows (I + cam), cam [query, key] square. Layers are taken from the last to the first. `cam` may be larger
 * than the rows are long: its leading part is used, as a shorter sequence is the beginning of the longer one.
 */
export function addRelevancyLayer({ rows, n, memory, data }: RelevancyRows, cam: FloatTensor): void {
  const [queries, keys] = cam.dims as [number, number];
  if (queries < n || keys < n)
    throw new Error(`relevancy: rows are ${n} long, but the layer's map is ${queries} x ${keys}.`);
  const added = new Float64Array(n);
  const weighted = new Int32Array(n);
  const ends = rows === 1 ? undefined : lastKeys(cam, n);
  for (let row = 0; row < rows; row++) {
    const r = data.subarray(row * (n + memory), row * (n + memory) + n);
    let count = 0;
    for (let query = 0; query < n; query++) if (r[query] !== 0) weighted[count++] = query;
    added.fill(0);
    // Two queries at a time, in their order: each sum is the same, with half the reads and writes of it.
    for (let i = 0; i < count; i += 2) {
      const query = weighted[i]!;
      const next = i + 1 < count ? weighted[i + 1]! : query;
      const end = ends === undefined ? n : Math.max(ends[query]!, ends[next]!);
      const [weight, nextWeight] = [r[query]!, next === query ? 0 : r[next]!];
      addTwo(added, { maps: cam.data, end, first: query * keys, weight, second: next * keys, nextWeight });
    }
    for (let key = 0; key < n; key++) r[key]! += added[key]!;
  }
}

/** By query of the leading part of a map: one behind the last key that it gives anything. */
function lastKeys({ dims, data }: FloatTensor, n: number): Int32Array {
  const keys = dims[1]!;
  return Int32Array.from({ length: n }, (_, query) => {
    let end = n;
    while (end > 0 && data[query * keys + end - 1] === 0) end -= 1;
    return end;
  });
}

interface TwoRows {
  readonly maps: Float32Array;
  /** One behind the last number that is read of either row. */
  readonly end: number;
  /** Where the two rows start. */
  readonly first: number;
  readonly second: number;
  readonly weight: number;
  readonly nextWeight: number;
}

function addTwo(sums: Float64Array, { maps, end, first, second, weight, nextWeight }: TwoRows): void {
  for (let key = 0; key < end; key++) {
    sums[key] = sums[key]! + weight * maps[first + key]! + nextWeight * maps[second + key]!;
  }
}

/**
 * One layer of cross-attention, in place: what the rows have on the sequence goes on to the memory by cam [query, memory token], and stays
 * where it is, as the layer reads nothing of the sequence. The leading queries of `cam` are used.
 */
export function addMemoryLayer({ rows, n, memory, data }: RelevancyRows, cam: FloatTensor): void {
  const [queries, keys] = cam.dims as [number, number];
  if (queries < n || keys !== memory) {
    throw new Error(
      `relevancy: rows are ${n} long over ${memory} memory tokens, but the layer's map is ${queries} x ${keys}.`,
    );
  }
  for (let row = 0; row < rows; row++) {
    const r = data.subarray(row * (n + memory), (row + 1) * (n + memory));
    for (let query = 0; query < n; query++) {
      const weight = r[query]!;
      if (weight === 0) continue;
      for (let key = 0; key < memory; key++) r[n + key]! += weight * cam.data[query * memory + key]!;
    }
  }
}

/** The finished rows as they are stored, [rows, n + memory] f32. */
export function finishedRows({ rows, n, memory, data }: RelevancyRows): FloatTensor {
  return floatTensor([rows, n + memory], Float32Array.from(data));
}

/**
 * The published tool's last step, on one row of R whose own position is `own`: the identity's 1 is taken off, the rest divided by its
 * sum (a row of zeros stays), and the 1 put back. In place.
 */
export function normalizeRow(row: Float64Array, own: number): void {
  row[own]! -= 1;
  const sum = row.reduce((total, value) => total + value, 0);
  if (sum !== 0) for (let i = 0; i < row.length; i++) row[i]! /= sum;
  row[own]! += 1;
}

/**
 * How much of a token's relevancy lies on the picture: I / (I + Q), I the sum over image tokens, Q over question and earlier answer
 * tokens, from a row of exact relevancy. Undefined if both are zero.
 */
export function imagePart(
  row: Float32Array,
  { image, text, own }: { image: readonly number[]; text: readonly number[]; own?: number },
): number | undefined {
  const sum = (positions: readonly number[]) =>
    positions.reduce((total, position) => (position === own ? total : total + row[position]!), 0);
  const onImage = sum(image);
  const total = onImage + sum(text);
  return total === 0 ? undefined : onImage / total;
}
