/**
 * @file Pictures on a canvas of tiles, as Llama 3.2 Vision gets them: the arrangement of tiles that suits the picture best, with the picture
 * in its top left corner. Source: `get_optimal_tiled_canvas` and `get_image_size_fit_to_canvas` of transformers.
 */
import { fitAspect } from "./fit.ts";
import type { TilePlan } from "./tile-plan.ts";
import type { FitMode, GridSize, Size } from "./types.ts";

/** Every arrangement of up to `most` tiles, by rows and then by columns. */
function arrangements(most: number): GridSize[] {
  return Array.from({ length: most }, (_, row) =>
    Array.from({ length: Math.floor(most / (row + 1)) }, (__, col) => ({ rows: row + 1, cols: col + 1 })),
  ).flat();
}

/**
 * The arrangement on which the picture is enlarged least, or else reduced least; of equal ones the smallest, and of these the first.
 */
export function bestArrangement(
  picture: Size,
  { side, mostTiles }: { readonly side: number; readonly mostTiles: number },
): GridSize {
  const scaled = arrangements(mostTiles).map((tiles) => ({
    tiles,
    scale: Math.min((tiles.rows * side) / picture.height, (tiles.cols * side) / picture.width),
  }));
  const enlarging = scaled.filter(({ scale }) => scale >= 1).map(({ scale }) => scale);
  const chosen = enlarging.length > 0 ? Math.min(...enlarging) : Math.max(...scaled.map(({ scale }) => scale));
  return scaled
    .filter(({ scale }) => scale === chosen)
    .map(({ tiles }) => tiles)
    .reduce((best, tiles) => (tiles.rows * tiles.cols < best.rows * best.cols ? tiles : best));
}

/** The picture's size on a canvas: its own if it fits and is no smaller than a tile. */
export function sizeOnCanvas({ width, height }: Size, canvas: Size, side: number): Size {
  const target = {
    width: Math.min(Math.max(width, side), canvas.width),
    height: Math.min(Math.max(height, side), canvas.height),
  };
  const down = target.height / height;
  const across = target.width / width;
  const scaled = (length: number, scale: number, most: number) => Math.min(Math.floor(length * scale) || 1, most);
  return across < down
    ? { width: target.width, height: scaled(height, across, target.height) }
    : { width: scaled(width, down, target.width), height: target.height };
}

/** The only view of a picture of this size: the canvas. */
export function planCanvas(
  picture: Size,
  { side, fit, mostTiles }: { readonly side: number; readonly fit: FitMode; readonly mostTiles: number },
): TilePlan {
  const { source } = fitAspect(picture, fit, (size) => size);
  const tiles = bestArrangement(source, { side, mostTiles });
  const canvas = { width: tiles.cols * side, height: tiles.rows * side };
  const fitted = fitAspect(picture, fit, (size) => sizeOnCanvas(size, canvas, side));
  const { left, top } = fitted.shown;
  return { kind: "tiles", views: [{ ...fitted, window: { ...canvas, left, top }, tiles }], source };
}
