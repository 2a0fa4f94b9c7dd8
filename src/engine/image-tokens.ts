/** @file From the rows that the projection gives to the image tokens of a picture, and back: a linear map that the plan holds as data. */
import type { PicturePlan } from "../models/plan.ts";
import { floatTensor, type FloatTensor } from "../tensor/tensor.ts";

/** True if image token k is row k of the only input. */
function isIdentity({ inputs, imageTokens }: PicturePlan): boolean {
  return (
    inputs.length === 1 &&
    inputs[0]!.rowTokens.length === imageTokens.length &&
    imageTokens.every(({ rows }, k) => rows.length === 1 && rows[0]!.row === k && rows[0]!.weight === 1)
  );
}

/** Adds a row times a weight to another. */
function addRow(to: Float32Array, from: Float32Array, weight: number): void {
  for (let i = 0; i < to.length; i++) to[i]! += weight * from[i]!;
}

/**
 * Image tokens of a picture, [image tokens, width]: weighted sums of the projection's rows of each input, [rows, width], and of the learned
 * rows.
 */
export function imageTokenRows(
  plan: PicturePlan,
  projected: readonly FloatTensor[],
  learned?: FloatTensor,
): FloatTensor {
  if (isIdentity(plan)) return projected[0]!;
  const parts = learned === undefined ? projected : [...projected, learned];
  const width = parts[0]!.dims[1]!;
  const rows = parts.flatMap(({ dims, data }) =>
    Array.from({ length: dims[0]! }, (_, row) => data.subarray(row * width, (row + 1) * width)),
  );
  const tokens = floatTensor([plan.imageTokens.length, width]);
  for (const [k, token] of plan.imageTokens.entries()) {
    const to = tokens.data.subarray(k * width, (k + 1) * width);
    for (const { row, weight } of token.rows) addRow(to, rows[row]!, weight);
  }
  return tokens;
}

/** The backward pass: derivatives with respect to image tokens [image tokens, width] become those of each input's rows, [rows, width]. */
export function projectedGradients(plan: PicturePlan, gradient: FloatTensor): FloatTensor[] {
  if (isIdentity(plan)) return [gradient];
  const width = gradient.dims[1]!;
  const parts = plan.inputs.map(({ rowTokens }) => floatTensor([rowTokens.length, width]));
  const rows = parts.flatMap(({ dims, data }) =>
    Array.from({ length: dims[0]! }, (_, row) => data.subarray(row * width, (row + 1) * width)),
  );
  for (const [k, token] of plan.imageTokens.entries()) {
    const from = gradient.data.subarray(k * width, (k + 1) * width);
    // Learned rows end here: they come from no picture.
    for (const { row, weight } of token.rows) if (row < rows.length) addRow(rows[row]!, from, weight);
  }
  return parts;
}
