/** @file Fits a picture to the vision tower's input, with the rounding of transformers' image processors. */
import { normalizeLevels } from "./normalize.ts";
import { resizePixels, type Size, type PixelRectangle } from "./resize.ts";
import type { Box, FitMode, PreparedImage, ProcessorSettings, RgbImage, RowSource } from "./types.ts";

export interface FitOptions {
  readonly settings: ProcessorSettings;
  readonly fit: FitMode;
}

export interface PrepareOptions extends FitOptions {
  /** What takes the place of the picture's rows. */
  readonly rowAt?: RowSource | undefined;
}

/** The steps of a fit, each with its size: pad, resize, crop. */
export interface FitPlan {
  /** The picture with its padding, and where the picture lies on it. */
  readonly canvas: PixelRectangle;
  /** The canvas after resizing. */
  readonly resized: Size;
  /** What the model sees, in pixels of `resized`; black where it reaches out of it. */
  readonly window: PixelRectangle;
}

/** A prepared picture larger than this comes from a mistaken processor configuration: 100 million pixels. */
const maximumPreparedPixels = 100_000_000;

/**
 * The size of the model's input: that of the center crop, else of the resize, where a shortest edge stands for a square.
 * Throws where the processor keeps every picture's own size.
 */
export function inputSize(settings: ProcessorSettings): Size {
  if (settings.centerCrop !== null) return settings.centerCrop;
  if (settings.resize === null) {
    throw new Error(
      `The processor ${settings.processorType} neither resizes nor crops, so it has no input size; use the fit "default".`,
    );
  }
  if ("maxWidth" in settings.resize) return { width: settings.resize.maxWidth, height: settings.resize.maxHeight };
  if (!("shortestEdge" in settings.resize)) return settings.resize;
  return { width: settings.resize.shortestEdge, height: settings.resize.shortestEdge };
}

/**
 * The steps that lead from a picture of this size to the model's input. `default` follows the processor; `crop` covers the
 * input size and cuts the center; `resize` ignores the aspect; `pad` centers the picture on a square, then follows the
 * processor.
 */
export function planFit(picture: Size, { settings, fit }: FitOptions): FitPlan {
  const canvas =
    fit === "pad" || (fit === "default" && settings.padToSquare) ? squareAround(picture) : unpadded(picture);
  if (fit === "resize") {
    const size = inputSize(settings);
    return { canvas, resized: size, window: centerWindow(size, size) };
  }
  if (fit === "crop") {
    const size = inputSize(settings);
    const resized = sizeCovering(canvas, size);
    return { canvas, resized, window: centerWindow(resized, size) };
  }
  const resized = processorSize(canvas, settings.resize);
  return { canvas, resized, window: centerWindow(resized, settings.centerCrop ?? resized) };
}

/**
 * Where the model's input lies on the picture, in the picture's own pixels; it reaches beyond the picture where the model
 * sees padding.
 */
export function boxOfPlan({ canvas, resized, window }: FitPlan): Box {
  return {
    left: (window.left * canvas.width) / resized.width - canvas.left,
    top: (window.top * canvas.height) / resized.height - canvas.top,
    width: (window.width * canvas.width) / resized.width,
    height: (window.height * canvas.height) / resized.height,
  };
}

/**
 * What the processor makes of a picture: padding of the color floor(255 x mean), Pillow's resize, center crop with black
 * outside of the picture, rescaling and normalization. Throws where the fit needs an input size that the processor does not
 * have, or where the result would have more than `maximumPreparedPixels`.
 */
export function prepareImage(image: RgbImage, options: PrepareOptions): PreparedImage {
  const { settings } = options;
  const plan = planFit(image, options);
  const { width, height } = plan.window;
  if (width * height > maximumPreparedPixels) {
    throw new Error(
      `The processor ${settings.processorType} would make ${width} x ${height} pixels of a picture of ${image.width} x ${image.height}, more than ${maximumPreparedPixels}; use the fit "crop", "resize" or "pad", or a picture less thin.`,
    );
  }
  const levels = { width, height, data: windowLevels(image, plan, options) };
  return { pixelValues: normalizeLevels(levels, settings), levels, box: boxOfPlan(plan) };
}

function unpadded(picture: Size): PixelRectangle {
  return { width: picture.width, height: picture.height, left: 0, top: 0 };
}

function squareAround(picture: Size): PixelRectangle {
  const side = Math.max(picture.width, picture.height);
  return {
    width: side,
    height: side,
    left: Math.floor((side - picture.width) / 2),
    top: Math.floor((side - picture.height) / 2),
  };
}

/** The short side becomes `shortestEdge`; the long side follows and loses its fraction. */
function shortestEdgeSize({ width, height }: Size, shortestEdge: number): Size {
  return width <= height
    ? { width: shortestEdge, height: Math.trunc((shortestEdge * height) / width) }
    : { width: Math.trunc((shortestEdge * width) / height), height: shortestEdge };
}

function processorSize(picture: Size, resize: ProcessorSettings["resize"]): Size {
  if (resize === null) return { width: picture.width, height: picture.height };
  if ("maxWidth" in resize) return sizeWithin(picture, resize);
  if (!("shortestEdge" in resize)) return resize;
  return resize.longestEdge === undefined
    ? shortestEdgeSize(picture, resize.shortestEdge)
    : limitedEdgeSize(picture, { shortestEdge: resize.shortestEdge, longestEdge: resize.longestEdge });
}

/** As Python rounds: halves go to the even neighbor. */
function roundHalfToEven(value: number): number {
  const below = Math.floor(value);
  if (value - below !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}

/** The short side becomes `shortestEdge`, or less where the long side would pass `longestEdge` (`get_size_with_aspect_ratio`). */
function limitedEdgeSize(
  picture: Size,
  { shortestEdge, longestEdge }: { readonly shortestEdge: number; readonly longestEdge: number },
): Size {
  const { width, height } = picture;
  const [short, long] = [Math.min(width, height), Math.max(width, height)];
  const raw = (long / short) * shortestEdge > longestEdge ? (longestEdge * short) / long : undefined;
  const edge = Math.max(1, raw === undefined ? shortestEdge : roundHalfToEven(raw));
  if (short === edge) return { width, height };
  const other = Math.max(1, Math.trunc(((raw ?? edge) * long) / short));
  return width < height ? { width: edge, height: other } : { width: other, height: edge };
}

/** The picture enlarged or reduced until it just fits in (`get_image_size_for_max_height_width`). */
function sizeWithin(
  { width, height }: Size,
  { maxWidth, maxHeight }: { readonly maxWidth: number; readonly maxHeight: number },
): Size {
  const scale = Math.min(maxHeight / height, maxWidth / width);
  return { width: Math.max(1, Math.trunc(width * scale)), height: Math.max(1, Math.trunc(height * scale)) };
}

/** The smallest size of the picture's aspect that covers `target`. For a square this is its shortest edge. */
function sizeCovering(picture: Size, target: Size): Size {
  return target.width * picture.height >= target.height * picture.width
    ? { width: target.width, height: Math.trunc((target.width * picture.height) / picture.width) }
    : { width: Math.trunc((target.height * picture.width) / picture.height), height: target.height };
}

function centerWindow(picture: Size, size: Size): PixelRectangle {
  return {
    left: Math.floor((picture.width - size.width) / 2),
    top: Math.floor((picture.height - size.height) / 2),
    width: size.width,
    height: size.height,
  };
}

/** The levels inside of the window, black where it reaches out of the resized picture. */
function windowLevels(
  image: RgbImage,
  { canvas, resized, window }: FitPlan,
  { settings, rowAt }: PrepareOptions,
): Uint8Array {
  const left = Math.max(0, window.left);
  const top = Math.max(0, window.top);
  const inside = {
    left,
    top,
    width: Math.min(resized.width, window.left + window.width) - left,
    height: Math.min(resized.height, window.top + window.height) - top,
  };
  const color = settings.imageMean.map((mean) => Math.trunc(mean * 255));
  const levels = resizePixels(image, {
    ...resized,
    filter: settings.filter,
    window: inside,
    canvas: { ...canvas, color },
    rowAt,
  });
  if (inside.width === window.width && inside.height === window.height) return levels;
  const result = new Uint8Array(window.width * window.height * 3);
  const rowLength = inside.width * 3;
  for (let y = 0; y < inside.height; y++) {
    const at = ((top - window.top + y) * window.width + left - window.left) * 3;
    result.set(levels.subarray(y * rowLength, (y + 1) * rowLength), at);
  }
  return result;
}
