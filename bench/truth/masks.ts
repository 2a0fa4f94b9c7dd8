/** @file How much of each patch lies in a mask. */
import { readImageFile } from "../../src/image/decode.ts";
import { cellOfPixel } from "../../src/image/geometry.ts";
import type { GridPlacement } from "../../src/image/types.ts";
import { imageTokens } from "../../src/run/positions.ts";
import type { RunDescription } from "../../src/run/types.ts";
import type { Corners } from "./questions.ts";

/** Pixels of a picture, row by row: 1 inside, 0 outside. */
export interface Mask {
  readonly width: number;
  readonly height: number;
  readonly inside: Uint8Array;
}

/** Reads a mask that is white inside and black outside. */
export async function readMask(path: string): Promise<Mask> {
  const { image } = await readImageFile(path);
  const { width, height, data } = image;
  return { width, height, inside: Uint8Array.from({ length: width * height }, (_, i) => (data[3 * i]! > 127 ? 1 : 0)) };
}

/** The mask of a box. */
export function boxMask([x0, y0, x1, y1]: Corners, { width, height }: { width: number; height: number }): Mask {
  const inside = new Uint8Array(width * height);
  for (let y = Math.max(0, y0); y < Math.min(height, y1); y++) {
    for (let x = Math.max(0, x0); x < Math.min(width, x1); x++) inside[y * width + x] = 1;
  }
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

/** `coveredShares` at each image token of the run's only picture, [image tokens]. Throws an Error if the mask has another size than the picture. */
export function coverage(description: RunDescription, mask: Mask): Float64Array {
  const { name, width, height, grids } = description.images[0]!;
  if (mask.width !== width || mask.height !== height) {
    throw new Error(`The mask has ${mask.width} x ${mask.height} pixels, the picture ${name} ${width} x ${height}.`);
  }
  const shares = grids.map((grid) => coveredShares(grid, mask));
  return Float64Array.from(imageTokens(description), ({ cell }) =>
    cell === undefined ? 0 : shares[cell.grid]![cell.row * grids[cell.grid]!.cols + cell.col]!,
  );
}
