/**
 * @file Relevancy as the published LVLM-Interpret computed it (test/fixtures/README.md, "reference"): for a later token only the newest row
 * of each map carries that token's gradient; the prompt's rows keep the gradient of the first token for good.
 */
import { floatTensor, type FloatTensor } from "../tensor/tensor.ts";
import { addRelevancyLayer, identityRows, normalizeRow } from "./relevancy.ts";

/** What the language maps are made of, by layer. */
export interface ReferenceCams {
  /** [prompt, prompt]: cam of the first answer token; [prompt, memory tokens] of a layer that reads memory. */
  readonly prompt: FloatTensor;
  /** [answer tokens - 1, keys]: row k is the newest row of the map of answer token k + 1. */
  readonly later: FloatTensor;
  /** Set if the keys are the memory tokens, not the sequence. */
  readonly readsMemory?: boolean;
}

/**
 * One layer, in place, of a row r that is n long on the sequence, with the memory behind: r = r (I + cam), cam the map of the layer for the
 * answer token that r belongs to: the prompt's rows, then one row for each later token so far.
 */
function addReferenceLayer(r: Float64Array, n: number, { prompt, later, readsMemory = false }: ReferenceCams): void {
  const [promptLength, promptKeys] = prompt.dims as [number, number];
  const columns = later.dims[1]!;
  const [first, count] = readsMemory ? [n, r.length - n] : [0, n];
  const added = new Float64Array(count);
  const addRow = (weight: number, row: Float32Array) => {
    for (let key = 0; key < row.length; key++) added[key]! += weight * row[key]!;
  };
  for (let query = 0; query < n; query++) {
    const weight = r[query]!;
    if (weight === 0) continue;
    if (query < promptLength) {
      addRow(weight, prompt.data.subarray(query * promptKeys, (query + 1) * promptKeys));
    } else {
      const start = (query - promptLength) * columns;
      addRow(weight, later.data.subarray(start, start + count));
    }
  }
  for (let key = 0; key < count; key++) r[first + key]! += added[key]!;
}

/** The last row of R for one answer token, not yet normalized, [n + memory tokens]. Layers first to last. */
export function referenceRow(layers: readonly ReferenceCams[], token: number, memory = 0): Float64Array {
  const n = layers[0]!.prompt.dims[0]! + token;
  const row = new Float64Array(n + memory);
  row[n - 1] = 1;
  for (const layer of [...layers].reverse()) addReferenceLayer(row, n, layer);
  return row;
}

/**
 * The image-by-image block of the language R, not normalized, [image tokens, image tokens]: how the picture's tokens have mixed inside the
 * language model. It is the same for every answer token, since rows of the prompt are.
 */
export function imageBlock(layers: readonly ReferenceCams[], image: readonly number[]): FloatTensor {
  const last = Math.max(...image);
  // Rows of the picture read nothing after its last token.
  const rows = identityRows(image, last + 1);
  for (const { prompt } of [...layers].reverse()) addRelevancyLayer(rows, prompt);
  const block = floatTensor([image.length, image.length]);
  for (let i = 0; i < image.length; i++) {
    for (let j = 0; j < image.length; j++) block.data[i * image.length + j] = rows.data[i * (last + 1) + image[j]!]!;
  }
  return block;
}

/** What the three vision modes start from, as the product of the class token's row with it. `classRow` is [1 + image tokens]. */
export type VisionStart = (classRow: Float64Array) => Float64Array;

/** `vit`: the identity. */
export const startFromIdentity: VisionStart = (classRow) => classRow.slice();

/** `all`: the language model's image block, bordered by zeros with a 1 in the corner. */
export function startFromBlock(block: FloatTensor): VisionStart {
  const n = block.dims[0]!;
  return (classRow) => {
    const product = new Float64Array(n + 1);
    product[0] = classRow[0]!;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) product[j + 1]! += classRow[i + 1]! * block.data[i * n + j]!;
    }
    return product;
  };
}

/** `all_v2`: the identity, with the image part of the language R's last row added to the class token's row and column. */
export function startFromRow(imagePartOfRow: Float64Array): VisionStart {
  return (classRow) => {
    const product = classRow.slice();
    for (let i = 0; i < imagePartOfRow.length; i++) {
      product[i + 1]! += classRow[0]! * imagePartOfRow[i]!;
      product[0]! += classRow[i + 1]! * imagePartOfRow[i]!;
    }
    return product;
  };
}

/** What the tool shows of a vision mode: the class token's row, normalized, without its own entry, [image tokens]. */
export function shownVisionRow(classRow: Float64Array, start: VisionStart): Float32Array {
  const row = start(classRow);
  normalizeRow(row, 0);
  return Float32Array.from(row.subarray(1));
}
