/** @file What an image processor makes of a picture: the steps for a picture of any size, and its pixel values. */
import { levelsOfViews, planFit, viewOf, type FitPlan, type ViewOptions } from "./fit.ts";
import { planNative, type NativePlan } from "./native.ts";
import { normalizeLevels } from "./normalize.ts";
import { packedValues, planPacked, type PackedPlan } from "./packing.ts";
import type { TilePlan } from "./tile-plan.ts";
import { planTiles, tileValues } from "./tiles.ts";
import type { FloatTensor } from "../tensor/tensor.ts";
import type { FitMode, PictureLayout, PreparedImage, ProcessorSettings, RgbImage, Size } from "./types.ts";

export interface FitOptions {
  readonly settings: ProcessorSettings;
  readonly fit: FitMode;
}

/** What the processor does with each picture of a question of so many: some take several another way than one. */
export function settingsFor(settings: ProcessorSettings, pictures: number): ProcessorSettings {
  if (settings.kind !== "tiles" || settings.cut.by !== "resolutions") return settings;
  const { cut, side, ...levels } = settings;
  if (!cut.severalWhole || pictures < 2) return settings;
  return { ...levels, kind: "whole", resize: { width: side, height: side }, centerCrop: null, padToSquare: true };
}

/** The steps that lead to each view of a picture. */
export type ViewPlans =
  { readonly kind: "whole"; readonly views: readonly [FitPlan] } | TilePlan | PackedPlan | NativePlan;

/** A prepared picture larger than this comes from a mistaken processor configuration: 100 million pixels. */
const maximumPreparedPixels = 100_000_000;

/**
 * The steps that lead from a picture of this size to what the model is given. Throws an Error if the fit needs an input size that the
 * processor does not have, the picture is too thin for the processor, or a view would have more than `maximumPreparedPixels`.
 */
export function planViews(picture: Size, { settings, fit }: FitOptions): ViewPlans {
  const plans = plansOf(picture, { settings, fit });
  for (const { window } of plans.views) {
    const { width, height } = window;
    if (width * height <= maximumPreparedPixels) continue;
    throw new Error(
      `The processor ${settings.processorType} would make ${width} x ${height} pixels of a picture of ${picture.width} x ${picture.height}, more than ${maximumPreparedPixels}; use the fit "crop", "resize" or "pad", or a picture less thin.`,
    );
  }
  return plans;
}

function plansOf(picture: Size, { settings, fit }: FitOptions): ViewPlans {
  switch (settings.kind) {
    case "whole":
      return { kind: "whole", views: [planFit(picture, { settings, fit })] };
    case "tiles":
      return planTiles(picture, { settings, fit });
    case "packed":
      return planPacked(picture, { settings, fit });
    case "native":
      return planNative(picture, { settings, fit });
  }
}

/** As `map`, of a list that has an entry. */
function inOrder<T, U>([first, ...others]: readonly [T, ...T[]], of: (each: T) => U): [U, ...U[]] {
  return [of(first), ...others.map(of)];
}

function layoutOfPlans(plans: ViewPlans): PictureLayout {
  switch (plans.kind) {
    case "whole":
    case "native":
      return { kind: plans.kind, views: [viewOf(plans.views[0])] };
    case "tiles":
      return { ...plans, views: inOrder(plans.views, (plan) => ({ ...viewOf(plan), tiles: plan.tiles })) };
    case "packed":
      return { ...plans, views: [viewOf(plans.views[0])] };
  }
}

/** How a picture of this size becomes the inputs of the tower. Throws as `planViews`. */
export function layoutOf(picture: Size, options: FitOptions): PictureLayout {
  return layoutOfPlans(planViews(picture, options));
}

/** The pixel values of what the model sees, [3, height, width], or as `PreparedImage` says of tiles and packed patches. */
export function pixelValuesOf(levels: readonly RgbImage[], settings: ProcessorSettings): FloatTensor {
  switch (settings.kind) {
    case "whole":
    case "native":
      return normalizeLevels(levels[0]!, settings);
    case "tiles":
      return tileValues(levels, settings);
    case "packed":
      return packedValues(levels[0]!, settings);
  }
}

/** A picture as the model sees it, before its levels become values. */
export type FittedImage = Omit<PreparedImage, "pixelValues">;

/** The steps of the processor before rescaling. Throws as `planViews`. */
export function fitImage(image: RgbImage, options: FitOptions & Pick<ViewOptions, "rowAt">): FittedImage {
  const plans = planViews(image, options);
  return {
    levels: levelsOfViews(image, plans.views, options),
    layout: layoutOfPlans(plans),
  };
}

/** What the processor makes of a picture. Throws as `planViews`. */
export function prepareImage(image: RgbImage, options: FitOptions & Pick<ViewOptions, "rowAt">): PreparedImage {
  const fitted = fitImage(image, options);
  return { pixelValues: pixelValuesOf(fitted.levels, options.settings), ...fitted };
}
