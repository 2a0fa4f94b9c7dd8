/** @file The steps that lead from a picture to its tiles, however they are cut. */
import type { FitPlan } from "./fit.ts";
import type { GridSize, Size } from "./types.ts";

/** The steps of a view, and how it is cut into tiles. */
export interface TiledFitPlan extends FitPlan {
  readonly tiles: GridSize;
}

/** A picture as tiles: its views in the order of the pixel values. */
export interface TilePlan {
  readonly kind: "tiles";
  readonly views: readonly [TiledFitPlan, ...TiledFitPlan[]];
  /** The picture's size as the processor is given it, which unpadding goes by. */
  readonly source: Size;
}
