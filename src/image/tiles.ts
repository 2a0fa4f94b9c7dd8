/**
 * @file Pictures of any aspect as tiles: the size or the number of tiles that suits the picture best, and its tiles. Source:
 * `select_best_resolution`, `get_patch_output_size` and `divide_to_patches` of transformers, and its image processor of GOT-OCR 2, which
 * InternVL uses.
 */
import { floatTensor, type FloatTensor } from "../tensor/tensor.ts";
import { planCanvas } from "./canvas.ts";
import { planEdgeTiles } from "./edge-tiles.ts";
import { fitAspect } from "./fit.ts";
import { normalizeLevels } from "./normalize.ts";
import type { TiledFitPlan, TilePlan } from "./tile-plan.ts";
import type { FitMode, GridSize, RgbImage, Size, TileCut, TileSettings } from "./types.ts";

/** The first of `resolutions` in which most pixels of the picture are kept, and of these the one with the fewest others. */
export function bestResolution({ width, height }: Size, resolutions: readonly Size[]): Size {
  let best: Size | undefined;
  let [mostKept, fewestWasted] = [0, Infinity];
  for (const resolution of resolutions) {
    const scale = Math.min(resolution.width / width, resolution.height / height);
    const kept = Math.min(Math.trunc(width * scale) * Math.trunc(height * scale), width * height);
    const wasted = resolution.width * resolution.height - kept;
    if (kept > mostKept || (kept === mostKept && wasted < fewestWasted)) {
      [best, mostKept, fewestWasted] = [resolution, kept, wasted];
    }
  }
  if (best === undefined) throw new RangeError("A picture cannot be fitted to no resolution; give at least one.");
  return best;
}

/** The size of a picture that just fits into a resolution; the side that does not fill it is rounded up. */
export function sizeInResolution({ width, height }: Size, resolution: Size): Size {
  const across = resolution.width / width;
  const down = resolution.height / height;
  return across < down
    ? { width: resolution.width, height: Math.min(Math.ceil(height * across), resolution.height) }
    : { width: Math.min(Math.ceil(width * down), resolution.width), height: resolution.height };
}

/**
 * The rows and columns of tiles whose aspect is nearest to the picture's. Among equals it is the largest whose tiles have less than twice
 * the pixels of the picture, or the smallest if none has.
 */
export function bestTiles(
  { width, height }: Size,
  { side, leastTiles, mostTiles }: { side: number; leastTiles: number; mostTiles: number },
): GridSize {
  const grids: GridSize[] = [];
  for (let cols = 1; cols <= mostTiles; cols++) {
    for (let rows = 1; rows * cols <= mostTiles; rows++) if (rows * cols >= leastTiles) grids.push({ rows, cols });
  }
  grids.sort((a, b) => a.rows * a.cols - b.rows * b.cols);
  let best: GridSize = { rows: 1, cols: 1 };
  let nearest = Infinity;
  for (const grid of grids) {
    const difference = Math.abs(width / height - grid.cols / grid.rows);
    const isSmall = width * height > 0.5 * side * side * grid.rows * grid.cols;
    if (difference < nearest || (difference === nearest && isSmall)) best = grid;
    nearest = Math.min(nearest, difference);
  }
  return best;
}

/** The views of a picture of this size, by the way in which the processor cuts it. */
export function planTiles(
  picture: Size,
  { settings: { side, cut }, fit }: { readonly settings: TileSettings; readonly fit: FitMode },
): TilePlan {
  switch (cut.by) {
    case "resolutions":
      return planResolution(picture, { side, fit, resolutions: cut.resolutions });
    case "canvas":
      return planCanvas(picture, { side, fit, mostTiles: cut.mostTiles });
    case "ratio":
      return planRatio(picture, { side, fit, cut });
    case "edge":
      return planEdgeTiles(picture, { side, fit, cut });
  }
}

interface Fit {
  readonly side: number;
  readonly fit: FitMode;
}

/** The whole picture as one tile, and the resolution that the other tiles are cut of. */
function planResolution(
  picture: Size,
  { side, fit, resolutions }: Fit & { readonly resolutions: readonly Size[] },
): TilePlan {
  const square = { width: side, height: side };
  const whole = fitAspect(picture, fit, () => square);
  const resolution = bestResolution(whole.source, resolutions);
  const fitted = fitAspect(picture, fit, (source) => sizeInResolution(source, resolution));
  const { shown } = fitted;
  return {
    kind: "tiles",
    views: [
      { ...whole, window: whole.shown, tiles: { rows: 1, cols: 1 } },
      {
        ...fitted,
        window: {
          ...resolution,
          left: shown.left - Math.floor((resolution.width - shown.width) / 2),
          top: shown.top - Math.floor((resolution.height - shown.height) / 2),
        },
        tiles: { rows: resolution.height / side, cols: resolution.width / side },
      },
    ],
    source: whole.source,
  };
}

/** The picture pressed into rows and columns of tiles, and behind them the whole picture as one tile, if it is not one already. */
function planRatio(picture: Size, { side, fit, cut }: Fit & { readonly cut: TileCut & { by: "ratio" } }): TilePlan {
  const pressed = (grid: GridSize): TiledFitPlan & { readonly source: Size } => {
    const fitted = fitAspect(picture, fit, () => ({ width: grid.cols * side, height: grid.rows * side }));
    return { ...fitted, window: fitted.shown, tiles: grid };
  };
  const one = { rows: 1, cols: 1 };
  const whole = pressed(one);
  const best = cut.mostTiles > 1 ? bestTiles(whole.source, { side, ...cut }) : one;
  const views = best.rows * best.cols > 1 ? ([pressed(best), whole] as const) : ([whole] as const);
  return { kind: "tiles", views, source: whole.source };
}

/**
 * The pixel values of all tiles, [tiles, 3, side, side]: those of each view row by row, one view after the other; then zeros for the empty
 * tiles of a canvas.
 */
export function tileValues(views: readonly RgbImage[], settings: TileSettings): FloatTensor {
  const { side, cut } = settings;
  const tiles = views.flatMap((view) => tilesOf(view, side));
  const count = cut.by === "canvas" ? cut.mostTiles : tiles.length;
  const values = floatTensor([count, 3, side, side]);
  for (const [i, tile] of tiles.entries()) values.data.set(normalizeLevels(tile, settings).data, i * 3 * side * side);
  return values;
}

function tilesOf({ width, height, data }: RgbImage, side: number): RgbImage[] {
  const tiles: RgbImage[] = [];
  for (let top = 0; top < height; top += side) {
    for (let left = 0; left < width; left += side) {
      const tile = new Uint8Array(side * side * 3);
      for (let y = 0; y < side; y++) {
        const start = ((top + y) * width + left) * 3;
        tile.set(data.subarray(start, start + side * 3), y * side * 3);
      }
      tiles.push({ width: side, height: side, data: tile });
    }
  }
  return tiles;
}
