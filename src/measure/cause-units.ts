/** @file What minimal causes are made of: places of the pictures, and whole words of the question. */
import { cellBox } from "../image/geometry.ts";
import type { GridPlacement } from "../image/types.ts";
import { wordsAt } from "../methods/token-words.ts";
import type { CauseKind } from "../run/measure-choices.ts";
import { imageTokens, predictingPosition } from "../run/positions.ts";
import { tokenClasses } from "../run/token-classes.ts";
import type { RunDescription } from "../run/types.ts";

/** Places of the pictures that minimal causes are searched among at most, as long as each picture has more than one. */
const mostPlaces = 200;

/** Places on the key axis that are taken away together, ascending. */
export type CauseUnit = readonly number[];

/** Places of units, ascending. */
export function positionsOfUnits(units: readonly CauseUnit[]): number[] {
  return units.flat().sort((a, b) => a - b);
}

/** Cells of one size over all grids of a picture. */
interface Lattice {
  readonly left: number;
  readonly top: number;
  readonly cellWidth: number;
  readonly cellHeight: number;
  readonly rows: number;
  readonly cols: number;
}

/** The lattice of the largest cells among a picture's grids, joined into blocks of `block` by `block`. */
function latticeOf(grids: readonly GridPlacement[], block: number): Lattice {
  const left = Math.min(...grids.map(({ box }) => box.left));
  const top = Math.min(...grids.map(({ box }) => box.top));
  const width = Math.max(...grids.map(({ box }) => box.left + box.width)) - left;
  const height = Math.max(...grids.map(({ box }) => box.top + box.height)) - top;
  const cellWidth = Math.max(...grids.map(({ cols, box }) => box.width / cols)) * block;
  const cellHeight = Math.max(...grids.map(({ rows, box }) => box.height / rows)) * block;
  // A side that is a whole number of cells must not gain one by rounding.
  const along = (side: number, cell: number): number => Math.max(1, Math.ceil(side / cell - 1e-6));
  return { left, top, cellWidth, cellHeight, rows: along(height, cellHeight), cols: along(width, cellWidth) };
}

/** An image token that can be masked, with the center of its cell in pixels of its picture. */
interface PlacedToken {
  readonly position: number;
  readonly image: number;
  readonly x: number;
  readonly y: number;
}

function placedTokens(description: RunDescription, target: number): PlacedToken[] {
  const masked = new Set(tokenClasses(description, target).image);
  return imageTokens(description).flatMap(({ position, image, cell }) => {
    if (cell === undefined || !masked.has(position)) return [];
    const { left, top, width, height } = cellBox(description.images[image]!.grids[cell.grid]!, cell);
    return [{ position, image, x: left + width / 2, y: top + height / 2 }];
  });
}

/** A place of a picture, in rows and columns of its lattice. */
export interface CausePlace {
  readonly image: number;
  readonly row: number;
  readonly col: number;
  readonly unit: CauseUnit;
}

/** Tokens by picture and cell of its lattice, in the order of the first token of each. */
function placesOn(lattices: readonly Lattice[], tokens: readonly PlacedToken[]): CausePlace[] {
  const places = new Map<string, CausePlace & { readonly unit: number[] }>();
  for (const { position, image, x, y } of tokens) {
    const { left, top, cellWidth, cellHeight, rows, cols } = lattices[image]!;
    const row = Math.min(rows - 1, Math.floor((y - top) / cellHeight));
    const col = Math.min(cols - 1, Math.floor((x - left) / cellWidth));
    const key = `${image} ${row} ${col}`;
    const place = places.get(key);
    if (place === undefined) places.set(key, { image, row, col, unit: [position] });
    else place.unit.push(position);
  }
  return [...places.values()];
}

/**
 * Places of the pictures that can be masked: the image tokens of every grid whose cells have their center there. A place that the model sees
 * more than once, in a tile and in the overview, is one unit, since what covers the picture there covers it in both. Places are cells of the
 * coarsest grid, joined into square blocks if the pictures have more than `most` of them.
 */
export function imagePlaces(description: RunDescription, target: number, most = mostPlaces): CausePlace[] {
  const { images } = description;
  const tokens = placedTokens(description, target);
  if (tokens.length === 0) return [];
  for (let block = 1; ; block++) {
    const lattices = images.map(({ grids }) => latticeOf(grids, block));
    const places = placesOn(lattices, tokens);
    if (places.length <= Math.max(most, images.length) || lattices.every(isOneCell)) return places;
  }
}

const isOneCell = ({ rows, cols }: Lattice): boolean => rows * cols === 1;

/** What is taken away together at each of the places of the pictures. */
export function imageUnits(description: RunDescription, target: number, most?: number): CauseUnit[] {
  return imagePlaces(description, target, most).map(({ unit }) => unit);
}

/** Words of the question that can be masked, with all their tokens. */
function wordUnits(description: RunDescription, target: number): CauseUnit[] {
  return wordsAt(description.tokens, tokenClasses(description, target).question).map(({ positions }) => positions);
}

/** The units of a kind for an answer token. */
export function causeUnits(
  description: RunDescription,
  { kind, token }: { readonly kind: CauseKind; readonly token: number },
): CauseUnit[] {
  const target = predictingPosition(description, token);
  return kind === "image" ? imageUnits(description, target) : wordUnits(description, target);
}
