/** @file Other maps from attention and its gradient, to compare relevancy with. */
import type { FloatTensor } from "../tensor/tensor.ts";
import type { RelevancyRows } from "./relevancy.ts";

/**
 * One layer of rollout over attention x gradient, in place: rows = rows S, S the rows of I + cam divided by their sums (Abnar & Zuidema
 * 2020 with the cam of Chefer et al. 2021 in place of attention). Layers are taken from the last to the first; cam is [query, key], or
 * [query, memory token] of a layer that `reads` the memory.
 */
export function addGradientRolloutLayer(
  { rows, n, memory, data }: RelevancyRows,
  cam: FloatTensor,
  reads: "sequence" | "memory" = "sequence",
): void {
  const keys = cam.dims[1]!;
  const [first, count] = reads === "memory" ? [n, memory] : [0, n];
  const mixed = new Float64Array(rows * (n + memory));
  for (let row = 0; row < rows; row++) {
    const start = row * (n + memory) + n;
    mixed.set(data.subarray(start, start + memory), start);
  }
  for (let query = 0; query < n; query++) {
    const start = query * keys;
    let sum = 1;
    for (let key = 0; key < count; key++) sum += cam.data[start + key]!;
    for (let row = 0; row < rows; row++) {
      const at = row * (n + memory);
      const weight = data[at + query]! / sum;
      if (weight === 0) continue;
      mixed[at + query]! += weight;
      for (let key = 0; key < count; key++) mixed[at + first + key]! += weight * cam.data[start + key]!;
    }
  }
  data.set(mixed);
}

/**
 * Grad-CAM on the attention of one layer (Selvaraju et al. 2017, equations 1 and 2, a head in the place of a channel): each head weighs as
 * much as its mean gradient, and what is negative in the weighted mean is left out.
 *
 * @param attention one query row of each head, [heads, key].
 * @param gradient of the scalar with respect to the whole map, [heads, query, key].
 * @returns [key]
 */
export function gradCam(attention: FloatTensor, gradient: FloatTensor): Float32Array {
  const [heads, keys] = attention.dims as [number, number];
  const size = gradient.data.length / heads;
  const map = new Float64Array(keys);
  for (let head = 0; head < heads; head++) {
    let weight = 0;
    for (let i = head * size; i < (head + 1) * size; i++) weight += gradient.data[i]!;
    weight /= size;
    for (let key = 0; key < keys; key++) map[key]! += (weight * attention.data[head * keys + key]!) / heads;
  }
  return Float32Array.from(map, (value) => Math.max(0, value));
}

/** What each row of values [rows, width] contributes: the sum over the width of value x gradient, [rows]. */
export function rowContributions(values: FloatTensor, gradient: FloatTensor): Float32Array {
  const [rows, width] = values.dims as [number, number];
  return Float32Array.from({ length: rows }, (_, row) => {
    let sum = 0;
    for (let i = row * width; i < (row + 1) * width; i++) sum += values.data[i]! * gradient.data[i]!;
    return sum;
  });
}
