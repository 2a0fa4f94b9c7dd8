/** @file Rows of a matrix. */
import { floatTensor, type FloatTensor } from "./tensor.ts";

/** Rows of a matrix [rows, width] in the order asked for, copied: [picked, width]. */
export function pickRows(matrix: FloatTensor, rows: ArrayLike<number>): FloatTensor {
  const width = matrix.dims[1]!;
  const picked = floatTensor([rows.length, width]);
  for (let i = 0; i < rows.length; i++) {
    picked.data.set(matrix.data.subarray(rows[i]! * width, (rows[i]! + 1) * width), i * width);
  }
  return picked;
}
