/** @file The mask of causal attention, written out for tests of single blocks. */
import { floatTensor, type FloatTensor } from "../../src/tensor/tensor.ts";

/** [rows, rows]: 0 if the query may look at the key, minus infinity if the key comes after it. */
export function causalMask(rows: number): FloatTensor {
  const values = Float32Array.from({ length: rows * rows }, (_, at) =>
    at % rows > Math.floor(at / rows) ? -Infinity : 0,
  );
  return floatTensor([rows, rows], values);
}
