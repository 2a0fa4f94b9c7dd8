/** @file Attention rollout (Abnar & Zuidema, "Quantifying Attention Flow in Transformers", ACL 2020). */
import { floatTensor, type FloatTensor } from "../tensor/tensor.ts";

interface RolloutInput {
  /** Mean over heads of each layer's attention, the first layer first: [N, N] (query, key), or [N, M] of the layers that read memory. */
  readonly headMeans: readonly FloatTensor[];
  /** Positions whose rows are wanted. */
  readonly positions: ArrayLike<number>;
  /** Memory tokens behind the sequence, and the layers that read them in its place. */
  readonly memory?: { readonly tokens: number; readonly layers: ReadonlySet<number> };
}

interface Axis {
  /** Length of the sequence. */
  readonly length: number;
  readonly memory: number;
}

/** row * S of every row; S is the attention plus the identity, with each row divided by its sum. Memory tokens are queries of no layer. */
function throughLayer(
  rows: Float64Array,
  attention: FloatTensor,
  { length, memory, first }: Axis & { readonly first: number },
): Float64Array {
  const result = new Float64Array(rows.length);
  const { data } = attention;
  const [, keys] = attention.dims as [number, number];
  const stride = length + memory;
  for (let start = 0; start < rows.length; start += stride) {
    result.set(rows.subarray(start + length, start + stride), start + length);
  }
  for (let query = 0; query < length; query++) {
    const offset = query * keys;
    let sum = 1;
    for (let key = 0; key < keys; key++) sum += data[offset + key]!;
    for (let start = 0; start < rows.length; start += stride) {
      const weight = rows[start + query]! / sum;
      // Causal rows are zero beyond their own position, so most products can be left out.
      if (weight === 0) continue;
      for (let key = 0; key < keys; key++) result[start + first + key]! += weight * data[offset + key]!;
      result[start + query]! += weight;
    }
  }
  return result;
}

/**
 * Rows of the rollout S_(L-1) ... S_1 S_0 with S_l = (A_l + I), each row divided by its sum (section 3, "Attention rollout").
 * Only the wanted rows are carried, as vector-matrix products from the last layer down. Attention rows need not sum to 1.
 *
 * @returns [positions, N + memory tokens]; row p belongs to `positions[p]` and keeps the share of the identity at its own position
 */
export function rolloutRows({ headMeans, positions, memory }: RolloutInput): FloatTensor {
  const length = headMeans[0]?.dims[0] ?? 0;
  const tokens = memory?.tokens ?? 0;
  const reads = (layer: number) => memory?.layers.has(layer) === true;
  for (const [layer, { dims }] of headMeans.entries()) {
    const keys = reads(layer) ? tokens : length;
    if (dims.length !== 2 || dims[0] !== length || dims[1] !== keys) {
      throw new Error(`rollout: layer ${layer} must be [${length}, ${keys}], got [${dims.join(", ")}].`);
    }
  }
  const stride = length + tokens;
  let rows: Float64Array = new Float64Array(positions.length * stride);
  for (let p = 0; p < positions.length; p++) {
    const position = positions[p]!;
    if (!Number.isInteger(position) || position < 0 || position >= length) {
      throw new Error(`rollout: positions must lie in 0 to ${length - 1}, got ${position}.`);
    }
    rows[p * stride + position] = 1;
  }
  for (let layer = headMeans.length - 1; layer >= 0; layer--) {
    rows = throughLayer(rows, headMeans[layer]!, { length, memory: tokens, first: reads(layer) ? length : 0 });
  }
  return floatTensor([positions.length, stride], Float32Array.from(rows));
}
