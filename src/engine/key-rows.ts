/** @file Rows of what a language model reads, by their place on the key axis: the sequence, then the memory behind it. */
import { floatTensor, type FloatTensor } from "../tensor/tensor.ts";
import { pickRows } from "../tensor/rows.ts";

/** Values, or derivatives, of the sequence [length, width] and of the memory [memory tokens, width]. */
export interface KeyValues {
  readonly embedded: FloatTensor;
  readonly memory: FloatTensor | undefined;
}

/** The rows at these places, [places, width]. */
export function keyRows({ embedded, memory }: KeyValues, places: readonly number[]): FloatTensor {
  if (memory === undefined) return pickRows(embedded, places);
  const [length, width] = embedded.dims as [number, number];
  const rows = floatTensor([places.length, width]);
  for (const [i, place] of places.entries()) {
    const [{ data }, row] = place < length ? [embedded, place] : [memory, place - length];
    rows.data.set(data.subarray(row * width, (row + 1) * width), i * width);
  }
  return rows;
}
