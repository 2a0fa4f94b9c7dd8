/** @file Raw attention as an explanation: rows, sums and shares of the probabilities after softmax. */
import { floatTensor, type FloatTensor } from "../tensor/tensor.ts";

/** The size of the last axis and the number of rows before it. Throws an Error if the tensor has no axis or a key is outside. */
function rowsOf(attention: FloatTensor, keys: ArrayLike<number>): { readonly rows: number; readonly width: number } {
  const width = attention.dims.at(-1);
  if (width === undefined) throw new Error("attention: a tensor with a key axis is needed, got a scalar.");
  for (let k = 0; k < keys.length; k++) {
    const key = keys[k]!;
    if (!Number.isInteger(key) || key < 0 || key >= width) {
      throw new Error(`attention: key positions must lie in 0 to ${width - 1}, got ${key}.`);
    }
  }
  return { rows: width === 0 ? 0 : attention.data.length / width, width };
}

/** Mean over the heads: [heads, query, key] -> [query, key]; likewise [heads, ...] -> [...] for any further axes. */
export function headMean(attention: FloatTensor): FloatTensor {
  const [heads, ...dims] = attention.dims;
  if (heads === undefined || heads < 1) {
    throw new Error(
      `attention: a tensor [heads, ...] with one head or more is needed, got [${attention.dims.join(", ")}].`,
    );
  }
  const size = attention.data.length / heads;
  const sums = new Float64Array(size);
  for (let head = 0; head < heads; head++) {
    const offset = head * size;
    for (let i = 0; i < size; i++) sums[i]! += attention.data[offset + i]!;
  }
  return floatTensor(
    dims,
    Float32Array.from(sums, (sum) => sum / heads),
  );
}

/**
 * Picks key columns: [..., keys] -> [..., chosen], in the order of `keys`. With the row of the position that predicts a token
 * and the image positions as keys, this is the map "token to image".
 */
export function attentionAt(attention: FloatTensor, keys: ArrayLike<number>): FloatTensor {
  const { rows, width } = rowsOf(attention, keys);
  const picked = floatTensor([...attention.dims.slice(0, -1), keys.length]);
  for (let row = 0; row < rows; row++) {
    for (let k = 0; k < keys.length; k++) {
      picked.data[row * keys.length + k] = attention.data[row * width + keys[k]!]!;
    }
  }
  return picked;
}

/**
 * Sums over key columns: [..., keys] -> [...]. With one row per answer token and the selected patches as keys, this is
 * "patches to tokens": the attention that each answer token pays to the selection.
 */
export function attentionSum(attention: FloatTensor, keys: ArrayLike<number>): FloatTensor {
  const { rows, width } = rowsOf(attention, keys);
  const sums = floatTensor(attention.dims.slice(0, -1));
  const { data } = attention;
  const whole = rows - (rows % 4);
  // Four rows at a time, so that no sum waits for the one before it; each adds its keys in their order.
  for (let row = 0; row < whole; row += 4) {
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let k = 0; k < keys.length; k++) {
      const at = row * width + keys[k]!;
      a += data[at]!;
      b += data[at + width]!;
      c += data[at + 2 * width]!;
      d += data[at + 3 * width]!;
    }
    sums.data.set([a, b, c, d], row);
  }
  for (let row = whole; row < rows; row++) {
    let sum = 0;
    for (let k = 0; k < keys.length; k++) sum += data[row * width + keys[k]!]!;
    sums.data[row] = sum;
  }
  return sums;
}

/**
 * The matrix layer x head: attention summed over `keys`, mean over the chosen tokens.
 *
 * @param layers one tensor [heads, chosen tokens, key] per layer, in the order of the rows of the result
 * @returns [layers, heads]
 */
export function layerHeadMatrix(layers: readonly FloatTensor[], keys: ArrayLike<number>): FloatTensor {
  const [heads = 0, chosen = 0] = layers[0]?.dims ?? [];
  const matrix = floatTensor([layers.length, heads]);
  for (const [layer, attention] of layers.entries()) {
    if (attention.dims.length !== 3 || attention.dims[0] !== heads || attention.dims[1] !== chosen || chosen === 0) {
      throw new Error(
        `attention: every layer must be [heads, chosen tokens, key] with the same heads and at least one token, ` +
          `got [${attention.dims.join(", ")}] at layer ${layer}.`,
      );
    }
    const sums = attentionSum(attention, keys).data;
    for (let head = 0; head < heads; head++) {
      const ofHead = sums.subarray(head * chosen, (head + 1) * chosen);
      matrix.data[layer * heads + head] = ofHead.reduce((total, value) => total + value, 0) / chosen;
    }
  }
  return matrix;
}
