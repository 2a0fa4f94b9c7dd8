/** @file Attention rollout (Abnar & Zuidema, "Quantifying Attention Flow in Transformers", ACL 2020). */
import { floatTensor, type FloatTensor } from "../tensor/tensor.ts";

interface RolloutInput {
  /** Mean over heads of each layer's attention, [N, N] each (query, key), the first layer first. */
  readonly headMeans: readonly FloatTensor[];
  /** Positions whose rows are wanted. */
  readonly positions: ArrayLike<number>;
}

/** row * S of every row; S is the attention plus the identity, with each row divided by its sum. */
function throughLayer(rows: Float64Array, attention: FloatTensor, length: number): Float64Array {
  const result = new Float64Array(rows.length);
  const { data } = attention;
  for (let query = 0; query < length; query++) {
    const offset = query * length;
    let sum = 1;
    for (let key = 0; key < length; key++) sum += data[offset + key]!;
    for (let start = 0; start < rows.length; start += length) {
      const weight = rows[start + query]! / sum;
      // Causal rows are zero beyond their own position, so most products can be left out.
      if (weight === 0) continue;
      for (let key = 0; key < length; key++) result[start + key]! += weight * data[offset + key]!;
      result[start + query]! += weight;
    }
  }
  return result;
}

/**
 * Rows of the rollout S_(L-1) ... S_1 S_0 with S_l = (A_l + I), each row divided by its sum (section 3, "Attention rollout").
 * Only the wanted rows are carried, as vector-matrix products from the last layer down. Attention rows need not sum to 1.
 *
 * @returns [positions, N]; row p belongs to `positions[p]` and keeps the share of the identity at its own position
 */
export function rolloutRows({ headMeans, positions }: RolloutInput): FloatTensor {
  const length = headMeans[0]?.dims[0] ?? 0;
  for (const [layer, { dims }] of headMeans.entries()) {
    if (dims.length !== 2 || dims[0] !== length || dims[1] !== length) {
      throw new Error(`rollout: layer ${layer} must be [${length}, ${length}], got [${dims.join(", ")}].`);
    }
  }
  let rows: Float64Array = new Float64Array(positions.length * length);
  for (let p = 0; p < positions.length; p++) {
    const position = positions[p]!;
    if (!Number.isInteger(position) || position < 0 || position >= length) {
      throw new Error(`rollout: positions must lie in 0 to ${length - 1}, got ${position}.`);
    }
    rows[p * length + position] = 1;
  }
  for (const attention of headMeans.toReversed()) rows = throughLayer(rows, attention, length);
  return floatTensor([positions.length, length], Float32Array.from(rows));
}
