/** @file Masks of an object on the pictures of a run, and how much of each patch lies in one. */
import { quote } from "../json/quote.ts";
import { cellOfPixel } from "../image/geometry.ts";
import type { GridPlacement } from "../image/types.ts";
import { imageTokens } from "./positions.ts";
import type { RunDescription } from "./types.ts";

/** Pixels of a picture, row by row: 1 inside, 0 outside. */
export interface Mask {
  readonly width: number;
  readonly height: number;
  readonly inside: Uint8Array;
}

/** Corners in pixels of the picture: left, top, right, bottom; right and bottom are the first pixels outside. */
export type Corners = readonly [number, number, number, number];

interface Size {
  readonly width: number;
  readonly height: number;
}

/** A pixel of a mask is inside if its level, 0 to 255, is above this. */
const darkestInside = 127;

/**
 * The mask of pixels [height, width, channels] that are white inside and black outside; the first channel counts. Throws an Error that names
 * the picture if all of it is inside or outside.
 */
export function maskOfPixels(data: ArrayLike<number>, { width, height, name }: Size & { readonly name: string }): Mask {
  const channels = data.length / (width * height);
  const levels = Uint8Array.from({ length: width * height }, (_, i) => data[channels * i]!);
  const inside = levels.map((level) => (level > darkestInside ? 1 : 0));
  if (!inside.includes(1)) {
    const lightest = levels.reduce((most, level) => Math.max(most, level), 0);
    throw new Error(
      `The mask ${quote(name)} has nothing inside: its lightest pixel has level ${lightest} of 255; paint the object white.`,
    );
  }
  if (!inside.includes(0)) {
    throw new Error(
      `The mask ${quote(name)} is white everywhere, or transparent, which counts as white; paint what is outside of the object black.`,
    );
  }
  return { width, height, inside };
}

/** Throws an Error if a mask has another size than its picture. */
export function checkMaskSize(mask: Mask & { readonly name: string }, picture: Size & { readonly name: string }): void {
  if (mask.width === picture.width && mask.height === picture.height) return;
  throw new Error(
    `The mask ${quote(mask.name)} has ${mask.width} x ${mask.height} pixels, the picture ${quote(picture.name)} ${picture.width} x ${picture.height}; give one of the same size.`,
  );
}

/** The mask of a box, as much of it as lies on the picture. */
export function boxMask([x0, y0, x1, y1]: Corners, { width, height }: Size): Mask {
  const inside = new Uint8Array(width * height);
  for (let y = Math.max(0, y0); y < Math.min(height, y1); y++) {
    for (let x = Math.max(0, x0); x < Math.min(width, x1); x++) inside[y * width + x] = 1;
  }
  return { width, height, inside };
}

/** What is inside of any of some masks of one size. */
export function unitedMask(masks: readonly [Mask, ...Mask[]]): Mask {
  const [{ width, height }] = masks;
  const inside = Uint8Array.from({ length: width * height }, (_, i) => (masks.some((mask) => mask.inside[i]) ? 1 : 0));
  return { width, height, inside };
}

/** The share of each cell's pixels that lies in the mask, 0 to 1, [rows x cols]; 0 for a cell without pixels. */
export function coveredShares(grid: GridPlacement, { width, height, inside }: Mask): Float64Array {
  const shares = new Float64Array(grid.rows * grid.cols);
  const pixels = new Uint32Array(shares.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const cell = cellOfPixel(grid, { x: x + 0.5, y: y + 0.5 });
      if (cell === undefined) continue;
      const at = cell.row * grid.cols + cell.col;
      pixels[at]!++;
      shares[at]! += inside[y * width + x]!;
    }
  }
  return shares.map((count, at) => (pixels[at] === 0 ? 0 : count / pixels[at]!));
}

/**
 * `coveredShares` at each image token of the run, [image tokens], by the mask of each picture: 0 on a picture without one, and at tokens
 * without a place on a picture. Throws an Error if a mask has another size than its picture, or there is no such picture.
 */
export function coverage(
  { images, ...description }: Pick<RunDescription, "tokens" | "memory" | "images">,
  masks: readonly (Mask | undefined)[],
): Float64Array {
  if (masks.length > images.length) {
    throw new Error(`The run has ${images.length} pictures, but there is a mask for picture ${masks.length - 1}.`);
  }
  const shares = images.map(({ name, width, height, grids }, image) => {
    const mask = masks[image];
    if (mask === undefined) return undefined;
    if (mask.width !== width || mask.height !== height) {
      throw new Error(`The mask has ${mask.width} x ${mask.height} pixels, the picture ${name} ${width} x ${height}.`);
    }
    return grids.map((grid) => coveredShares(grid, mask));
  });
  return Float64Array.from(imageTokens({ images, ...description }), ({ image, cell }) => {
    const covered = shares[image];
    if (covered === undefined || cell === undefined) return 0;
    return covered[cell.grid]![cell.row * images[image]!.grids[cell.grid]!.cols + cell.col]!;
  });
}
