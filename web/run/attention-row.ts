/** @file One row of attention out of those of all layers and heads: a head's own, or a mean. */
import type { FloatTensor } from "../../src/tensor/tensor.ts";
import type { Selection } from "../selection/selection.ts";
import { createRemembered } from "../data/remembered.ts";

export interface HeadRows {
  /** [layers, heads, N], the layers as in `layers`. */
  readonly attention: FloatTensor;
  /** Layer of the model of each recorded layer, ascending. */
  readonly layers: readonly number[];
}

/** Where a layer stands among the recorded ones; undefined where it is not recorded. */
function recordedIndex(layers: readonly number[], layer: number): number | undefined {
  const index = layers.indexOf(layer);
  return index < 0 ? undefined : index;
}

/** Several views read the same mean, and Play and the arrow keys come back to it. */
const meanRows = createRemembered<Float32Array>();

/** Adds rows of some numbers to sums, four at a time, so that the sums are read and written a quarter as often. */
function addRows(data: Float32Array, starts: readonly number[], sums: Float64Array): void {
  const whole = starts.length - (starts.length % 4);
  for (let row = 0; row < whole; row += 4) {
    const [a, b, c, d] = starts.slice(row, row + 4) as [number, number, number, number];
    for (let key = 0; key < sums.length; key++) {
      sums[key] = sums[key]! + data[a + key]! + data[b + key]! + data[c + key]! + data[d + key]!;
    }
  }
  for (const start of starts.slice(whole)) {
    for (let key = 0; key < sums.length; key++) sums[key]! += data[start + key]!;
  }
}

/** The values of a row at some positions, [positions]. A loop, as views read thousands of them on each change of the selection. */
export function valuesAt(row: ArrayLike<number>, positions: ArrayLike<number>): Float32Array {
  const values = new Float32Array(positions.length);
  for (let i = 0; i < values.length; i++) values[i] = row[positions[i]!]!;
  return values;
}

/**
 * The row of a layer and head at some key positions, [keys]; null is the mean over all layers, or all heads. Undefined where the layer is not
 * recorded, or the model has no such head.
 */
export function headRow(
  { attention, layers }: HeadRows,
  { layer, head }: Pick<Selection, "layer" | "head">,
  keys: ArrayLike<number>,
): Float32Array | undefined {
  const [, heads, length] = attention.dims as [number, number, number];
  const only = layer === null ? undefined : recordedIndex(layers, layer);
  if ((layer !== null && only === undefined) || (head !== null && head >= heads)) return undefined;
  const [firstLayer, endLayer] = only === undefined ? [0, layers.length] : [only, only + 1];
  const [firstHead, endHead] = head === null ? [0, heads] : [head, head + 1];
  const count = (endLayer - firstLayer) * (endHead - firstHead);
  const mean = (): Float32Array => {
    const sums = new Float64Array(length);
    const starts: number[] = [];
    for (let l = firstLayer; l < endLayer; l++) {
      for (let h = firstHead; h < endHead; h++) starts.push((l * heads + h) * length);
    }
    addRows(attention.data, starts, sums);
    const means = new Float32Array(length);
    for (let key = 0; key < length; key++) means[key] = sums[key]! / count;
    return means;
  };
  const start = (firstLayer * heads + firstHead) * length;
  const row =
    count === 1 ? attention.data.subarray(start, start + length) : meanRows(attention.data, `${layer}.${head}`, mean);
  return valuesAt(row, keys);
}

/** The mean of some rows of [rows, N] at some key positions, [keys]. */
export function meanOfRows(rows: FloatTensor, chosen: readonly number[], keys: ArrayLike<number>): Float32Array {
  const length = rows.dims[1]!;
  const mean = new Float32Array(keys.length);
  for (const row of chosen) {
    for (let k = 0; k < keys.length; k++) mean[k]! += rows.data[row * length + keys[k]!]! / chosen.length;
  }
  return mean;
}
