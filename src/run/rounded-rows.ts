/** @file Rows of numbers from 0 up as one byte each, so that a run file stays small. */

/**
 * Steps from 0 to the maximum of a row. Entry i of a row is (codes[i] / 255)^2 times its scale, the row's maximum: the square keeps small
 * values apart beside a large one. The error is at most 1/255 of the maximum, and far less for small values.
 */
const levels = 255;

const ending = ".scales";

/** Name of the tensor that holds the scales of a tensor of codes. */
export function nameOfScales(name: string): string {
  return name + ending;
}

/** The tensor of codes that a tensor of this name holds the scales of, if it is one. */
export function nameOfScaled(name: string): string | undefined {
  return name.endsWith(ending) ? name.slice(0, -ending.length) : undefined;
}

/** Rows of one byte an entry. */
export interface RoundedRows {
  /** [rows, length]. */
  readonly codes: Uint8Array;
  /** [rows]. */
  readonly scales: Float32Array<ArrayBuffer>;
}

/** Rounds rows of `length` numbers. What is negative or not finite counts as 0. */
export function roundRows(values: Float32Array, length: number): RoundedRows {
  const rows = length === 0 ? 0 : values.length / length;
  const codes = new Uint8Array(values.length);
  const scales = new Float32Array(rows);
  const valid = (value: number): number => (Number.isFinite(value) && value > 0 ? value : 0);
  for (let row = 0; row < rows; row++) {
    let max = 0;
    for (let i = row * length; i < (row + 1) * length; i++) max = Math.max(max, valid(values[i]!));
    scales[row] = max;
    if (max === 0) continue;
    for (let i = row * length; i < (row + 1) * length; i++) {
      codes[i] = Math.round(Math.sqrt(valid(values[i]!) / max) * levels);
    }
  }
  return { codes, scales };
}

/** The numbers of a stretch of rounded rows. `first` is the place of the first code in its row, which has `length` entries. */
export function roundedValues(
  { codes, scales }: RoundedRows,
  { length, first = 0 }: { readonly length: number; readonly first?: number },
): Float32Array<ArrayBuffer> {
  const values = new Float32Array(codes.length);
  for (let i = 0; i < codes.length; i++) {
    const share = codes[i]! / levels;
    values[i] = share * share * scales[Math.floor((first + i) / length)]!;
  }
  return values;
}
