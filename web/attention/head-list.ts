/** @file Heads in the order of a value: those of one layer, or the strongest of all. */

export interface RankedHead {
  readonly layer: number;
  readonly head: number;
  /** Its row among the recorded ones: recorded layer times heads, plus head. */
  readonly row: number;
  readonly value: number;
}

/** As many of all heads as are shown where no layer is chosen. */
const strongestShown = 12;

/**
 * Heads, largest value first (the lower index first among equals): all of one layer, or where `layer` is null the strongest of every
 * recorded one. `values` [recorded layers, heads]. Empty where the layer is not recorded.
 */
export function rankedHeads(
  values: ArrayLike<number>,
  {
    layers,
    heads,
    layer,
  }: { readonly layers: readonly number[]; readonly heads: number; readonly layer: number | null },
): RankedHead[] {
  const found: RankedHead[] = [];
  for (const [index, each] of layers.entries()) {
    if (layer !== null && each !== layer) continue;
    for (let head = 0; head < heads; head++) {
      const row = index * heads + head;
      found.push({ layer: each, head, row, value: values[row]! });
    }
  }
  found.sort((a, b) => b.value - a.value);
  return layer === null ? found.slice(0, strongestShown) : found;
}

/** Mean over the heads of each recorded layer, [layers]. */
export function layerMeans(values: Float32Array, heads: number): Float32Array {
  return Float32Array.from({ length: heads === 0 ? 0 : values.length / heads }, (_, layer) => {
    let sum = 0;
    for (let head = 0; head < heads; head++) sum += values[layer * heads + head]!;
    return sum / heads;
  });
}

/** The largest of some numbers; 0 where none is positive. */
export function largestOfAll(values: ArrayLike<number>): number {
  let max = 0;
  for (let i = 0; i < values.length; i++) if (values[i]! > max) max = values[i]!;
  return max;
}
