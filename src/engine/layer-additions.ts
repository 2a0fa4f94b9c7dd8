/** @file Rows of the vision tower that are added to the image tokens behind layers of the language model (DeepStack, arXiv 2406.04334). */
import type { VisionDefinition } from "../models/definition.ts";
import { floatTensor, type FloatTensor } from "../tensor/tensor.ts";
import { keyRows, type KeyValues } from "./key-rows.ts";

/** What is added for one picture behind one layer. */
export interface LayerAddition {
  /** Index of the picture. */
  readonly picture: number;
  /** Index of the layer to whose output it is added. */
  readonly layer: number;
  /** Positions of the picture's image tokens. */
  readonly positions: readonly number[];
  /** [positions, width] */
  readonly rows: FloatTensor;
}

/** What a picture enters the language model with, [image tokens, width] each: in the place of embeddings, then behind each layer of the tower's additions. */
export type PictureRows = readonly FloatTensor[];

/** The additions of all pictures, by what the tower gave for each and where their image tokens are. */
export function layerAdditions(
  { additions = [] }: VisionDefinition,
  pictures: readonly { readonly additions: readonly FloatTensor[]; readonly positions: readonly number[] }[],
): LayerAddition[] {
  return pictures.flatMap(({ additions: given, positions }, picture) =>
    given.map((rows, index) => ({ picture, layer: additions[index]!.layer, positions, rows })),
  );
}

/** The layers of the language model to whose output a model adds rows of the tower, ascending. */
export function addedLayers({ additions = [] }: VisionDefinition): number[] {
  return [...new Set(additions.map(({ layer }) => layer))].sort((a, b) => a - b);
}

function addInto(to: Float32Array, { positions, rows: { data } }: LayerAddition, first: number): void {
  const width = data.length / positions.length;
  for (const [i, position] of positions.entries()) {
    const start = (position - first) * width;
    if (start < 0 || start >= to.length) continue;
    for (let j = 0; j < width; j++) to[start + j]! += data[i * width + j]!;
  }
}

/** The output of a layer, [rows, width], with what is added to it; the same tensor if nothing is. */
export function withAdditions(hidden: FloatTensor, additions: readonly LayerAddition[], layer: number): FloatTensor {
  const own = additions.filter((addition) => addition.layer === layer);
  if (own.length === 0) return hidden;
  const sum = floatTensor(hidden.dims, hidden.data.slice());
  for (const addition of own) addInto(sum.data, addition, 0);
  return sum;
}

/** What is added to `count` rows from `first` on of a layer's output, [count, width]; zero if nothing is. */
export function additionRows(
  additions: readonly LayerAddition[],
  layer: number,
  { first, count, width }: { readonly first: number; readonly count: number; readonly width: number },
): FloatTensor {
  const dense = floatTensor([count, width]);
  for (const addition of additions) if (addition.layer === layer) addInto(dense.data, addition, first);
  return dense;
}

/** A scalar's derivatives where a sequence enters the language model: at the input of the first layer, at the memory, and behind layers. */
export interface InputGradient extends KeyValues {
  /** By addition of the sequence, [positions, width]. */
  readonly additions: readonly FloatTensor[];
}

/** The part of a derivative that belongs to one picture, whose image tokens have these places on the key axis. */
export function pictureGradient(
  gradient: InputGradient,
  additions: readonly LayerAddition[],
  { picture, positions }: { readonly picture: number; readonly positions: readonly number[] },
): PictureRows {
  const added = gradient.additions.filter((_, index) => additions[index]!.picture === picture);
  return [keyRows(gradient, positions), ...added];
}
