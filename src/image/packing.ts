/**
 * @file Pictures of any size as a packed list of patches, as Qwen2-VL gets them. Source: `smart_resize` and the image processor of
 * Qwen2-VL in transformers.
 */
import { floatTensor, type FloatTensor } from "../tensor/tensor.ts";
import { fitAspect, type FitPlan } from "./fit.ts";
import { levelValues } from "./normalize.ts";
import { roundHalfToEven } from "./rounding.ts";
import type { FitMode, GridSize, PackedSettings, RgbImage, Size } from "./types.ts";

/** A picture whose long side is longer than this many short sides is refused, as by transformers. */
const longestAspect = 200;

export interface PackedLimits {
  /** Both sides become multiples of it. */
  readonly factor: number;
  readonly minPixels: number;
  readonly maxPixels: number;
}

/**
 * The size that a picture is resized to: sides of whole blocks, the aspect kept as far as they allow, the area within its limits. Throws
 * a RangeError if the picture is too thin.
 */
export function packedSize({ width, height }: Size, { factor, minPixels, maxPixels }: PackedLimits): Size {
  const aspect = Math.max(width, height) / Math.min(width, height);
  if (aspect > longestAspect) {
    throw new RangeError(
      `A picture of ${width} x ${height} pixels is too thin: its long side is ${aspect.toFixed(1)} times its short side, and this model takes at most ${longestAspect} times; crop it, or use the fit "pad", "crop" or "resize".`,
    );
  }
  const rounded = {
    width: roundHalfToEven(width / factor) * factor,
    height: roundHalfToEven(height / factor) * factor,
  };
  const area = rounded.width * rounded.height;
  if (area > maxPixels) {
    const scale = Math.sqrt((height * width) / maxPixels);
    const below = (length: number) => Math.max(factor, Math.floor(length / scale / factor) * factor);
    return { width: below(width), height: below(height) };
  }
  if (area < minPixels) {
    const scale = Math.sqrt(minPixels / (height * width));
    const above = (length: number) => Math.ceil((length * scale) / factor) * factor;
    return { width: above(width), height: above(height) };
  }
  return rounded;
}

/** A picture as packed patches: one view, cut into patches. */
export interface PackedPlan {
  readonly kind: "packed";
  readonly views: readonly [FitPlan];
  /** Rows and columns of patches before merging. */
  readonly patches: GridSize;
}

/** The view of a picture of this size. Throws as `packedSize`. */
export function planPacked(
  picture: Size,
  { settings, fit }: { readonly settings: PackedSettings; readonly fit: FitMode },
): PackedPlan {
  const { patchSize, mergeSize, minPixels, maxPixels } = settings;
  const limits = { factor: patchSize * mergeSize, minPixels, maxPixels };
  const fitted = fitAspect(picture, fit, (source) => packedSize(source, limits));
  const { width, height } = fitted.shown;
  return {
    kind: "packed",
    views: [{ ...fitted, window: fitted.shown }],
    patches: { rows: height / patchSize, cols: width / patchSize },
  };
}

/**
 * The pixel values of all patches, [patches, 3 * frames * patch size * patch size], each as channel, frame, row, column. The patches of
 * a block that becomes one image token stand together; blocks, and patches in a block, are in row-major order. All frames are the same.
 */
export function packedValues({ width, height, data }: RgbImage, settings: PackedSettings): FloatTensor {
  const { patchSize, mergeSize, temporalPatchSize } = settings;
  const [rows, cols] = [height / patchSize, width / patchSize];
  const pixels = patchSize * patchSize;
  const patchLength = 3 * temporalPatchSize * pixels;
  const values = floatTensor([rows * cols, patchLength]);
  const tables = [0, 1, 2].map((channel) => levelValues(settings, channel));
  let at = 0;
  for (const { row, col } of blockOrder({ rows, cols }, mergeSize)) {
    for (let channel = 0; channel < 3; channel++) {
      const table = tables[channel]!;
      const start = at;
      for (let y = 0; y < patchSize; y++) {
        let from = ((row * patchSize + y) * width + col * patchSize) * 3 + channel;
        for (let x = 0; x < patchSize; x++, from += 3) values.data[at++] = table[data[from]!]!;
      }
      for (let frame = 1; frame < temporalPatchSize; frame++, at += pixels) {
        values.data.copyWithin(at, start, start + pixels);
      }
    }
  }
  return values;
}

/** The places of all patches in packed order. Rows and columns must be multiples of `mergeSize`. */
export function* blockOrder(
  { rows, cols }: GridSize,
  mergeSize: number,
): Generator<{ readonly row: number; readonly col: number }> {
  for (let top = 0; top < rows; top += mergeSize) {
    for (let left = 0; left < cols; left += mergeSize) {
      for (let i = 0; i < mergeSize * mergeSize; i++) {
        yield { row: top + Math.floor(i / mergeSize), col: left + (i % mergeSize) };
      }
    }
  }
}
