/**
 * @file Pictures of their own size, made smaller if they are too large, in whole squares of patches, as Pixtral gets them. Source:
 * `get_resize_output_image_size` of the image processor of Pixtral in transformers.
 */
import { fitAspect, type FitPlan } from "./fit.ts";
import type { FitMode, NativeSettings, Size } from "./types.ts";

/**
 * The size of a picture that fits into `within`, each side rounded up to a multiple of `unit`. Throws an Error if a side would have no
 * pixel.
 */
export function nativeSize(picture: Size, { within, unit }: Pick<NativeSettings, "within" | "unit">): Size {
  const { width, height } = picture;
  if (within === null) return { width, height };
  const ratio = Math.max(height / within.height, width / within.width);
  const scaled = (length: number) => (ratio > 1 ? Math.floor(length / ratio) : length);
  const size = { width: Math.ceil(scaled(width) / unit) * unit, height: Math.ceil(scaled(height) / unit) * unit };
  if (size.width > 0 && size.height > 0) return size;
  throw new Error(
    `A picture of ${width} x ${height} pixels is too thin: fitted into ${within.width} x ${within.height} pixels it has a side of none; crop it, or use the fit "pad", "crop" or "resize".`,
  );
}

/** A picture of its own size: one view. */
export interface NativePlan {
  readonly kind: "native";
  readonly views: readonly [FitPlan];
}

/** The view of a picture of this size. Throws as `nativeSize`. */
export function planNative(
  picture: Size,
  { settings, fit }: { readonly settings: NativeSettings; readonly fit: FitMode },
): NativePlan {
  const fitted = fitAspect(picture, fit, (source) => nativeSize(source, settings));
  return { kind: "native", views: [{ ...fitted, window: fitted.shown }] };
}
