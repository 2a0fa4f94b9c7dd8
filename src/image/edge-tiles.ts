/**
 * @file The sizes of a picture that is cut into tiles by its longest edge, as Idefics3 and SmolVLM get it. Source:
 * `get_resize_output_image_size`, `resize_for_vision_encoder` and `split_images` of transformers.
 */
import { fitInSteps } from "./fit.ts";
import type { TiledFitPlan, TilePlan } from "./tile-plan.ts";
import type { FitMode, Size, TileCut } from "./types.ts";

type EdgeCut = Extract<TileCut, { readonly by: "edge" }>;

/** No picture is resized to more than this. */
const longestResized = 4096;

/** The size whose longest edge is `longestEdge`; the other edge becomes even. Picture and result keep Python's rounding. */
function sizeByEdge({ width, height }: Size, longestEdge: number): Size {
  const aspect = width / height;
  const even = (length: number) => Math.max(1, length + (length % 2));
  const size =
    width >= height
      ? { width: longestEdge, height: even(Math.trunc(longestEdge / aspect)) }
      : { width: even(Math.trunc(longestEdge * aspect)), height: longestEdge };
  return sizeBelow(size);
}

function sizeBelow({ width, height }: Size): Size {
  if (Math.max(width, height) <= longestResized) return { width, height };
  const aspect = width / height;
  return width >= height
    ? { width: longestResized, height: Math.max(1, Math.trunc(longestResized / aspect)) }
    : { width: Math.max(1, Math.trunc(longestResized * aspect)), height: longestResized };
}

/** The size in whole tiles: the longest edge is rounded up to tiles, then the other one follows and is rounded up. */
function sizeInTiles({ width, height }: Size, side: number): Size {
  const aspect = width / height;
  const up = (length: number) => Math.ceil(length / side) * side;
  if (width >= height) {
    const across = up(width);
    return { width: across, height: up(Math.trunc(across / aspect)) };
  }
  const down = up(height);
  return { width: up(Math.trunc(down * aspect)), height: down };
}

/** The sizes that a picture is resized to one after the other, up to that of the plane that tiles are cut of. */
function planeSizes(picture: Size, { resize, split }: EdgeCut, side: number): [...steps: Size[], plane: Size] {
  const sizes = resize === null ? [] : ["longestEdge" in resize ? sizeByEdge(picture, resize.longestEdge) : resize];
  const plane = split ? sizeInTiles(sizes.at(-1) ?? picture, side) : { width: side, height: side };
  return [...sizes, plane];
}

/** The views of a picture of this size: the plane that tiles are cut of, if it has more than one, and the whole, made of the plane. */
export function planEdgeTiles(
  picture: Size,
  { side, cut, fit }: { readonly side: number; readonly cut: EdgeCut; readonly fit: FitMode },
): TilePlan {
  const view = (sizesOf: (source: Size) => [...steps: Size[], size: Size]) => {
    const { source, ...fitted } = fitInSteps(picture, fit, sizesOf);
    const { width, height } = fitted.shown;
    const plan: TiledFitPlan = { ...fitted, window: fitted.shown, tiles: { rows: height / side, cols: width / side } };
    return { plan, source };
  };
  const { plan: plane, source } = view((size) => planeSizes(size, cut, side));
  if (plane.tiles.rows * plane.tiles.cols === 1) return { kind: "tiles", views: [plane], source };
  const { plan: whole } = view((size) => [...planeSizes(size, cut, side), { width: side, height: side }]);
  return { kind: "tiles", views: [plane, whole], source };
}
