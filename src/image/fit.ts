/** @file Fits a picture to an input of the vision tower, with the rounding of transformers' image processors. */
import { resizePixels } from "./resize.ts";
import { roundHalfToEven } from "./rounding.ts";
import {
  fitModes,
  type Box,
  type FitMode,
  type PictureView,
  type PixelRectangle,
  type ProcessorSettings,
  type RgbImage,
  type RowSource,
  type Size,
  type WholeSettings,
} from "./types.ts";

/** The steps of a fit, each with its size: pad, resize, crop. */
export interface FitPlan {
  /** The picture with its padding, and the picture's place on it. */
  readonly canvas: PixelRectangle;
  /** Sizes that the canvas has before `resized`, one resized to the next, each in 8-bit levels. None if left out. */
  readonly steps?: readonly Size[];
  /** The canvas after resizing. */
  readonly resized: Size;
  /** The part of `resized` that is shown; the rest is black. All of it if left out. */
  readonly shown?: PixelRectangle;
  /** What the model sees, in pixels of `resized`; black beyond it. */
  readonly window: PixelRectangle;
}

/**
 * The fits that a processor can do. A processor that neither resizes nor crops has no input size of its own that a picture could be
 * pressed into or cut to.
 */
export function fitsOf(settings: ProcessorSettings): readonly FitMode[] {
  const hasSize = settings.kind !== "whole" || settings.centerCrop !== null || settings.resize !== null;
  return fitModes.filter((fit) => hasSize || fit === "default" || fit === "pad");
}

/**
 * The size of the model's input: that of the center crop, else of the resize; a shortest edge stands for a square.
 * Throws an Error if the processor keeps every picture's own size.
 */
export function inputSize(settings: WholeSettings): Size {
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
export function planFit(
  picture: Size,
  { settings, fit }: { readonly settings: WholeSettings; readonly fit: FitMode },
): FitPlan {
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
 * The model's input as a box on the picture, in the picture's own pixels; it reaches beyond the picture if the
 * model sees padding.
 */
export function boxOfPlan({ canvas, resized, window }: FitPlan): Box {
  return {
    left: (window.left * canvas.width) / resized.width - canvas.left,
    top: (window.top * canvas.height) / resized.height - canvas.top,
    width: (window.width * canvas.width) / resized.width,
    height: (window.height * canvas.height) / resized.height,
  };
}

/** How a picture is resized by a processor that keeps its aspect. */
export interface AspectFit extends Omit<FitPlan, "window"> {
  /** The picture's size as the processor is given it, after the fit. */
  readonly source: Size;
  readonly shown: PixelRectangle;
}

/**
 * The steps of a processor that resizes what it is given to `sizeOf` its size. `default` gives it the picture; the other modes give it a
 * square: `pad` the picture on a square of the mean color, `crop` the square at its center, `resize` the picture pressed into a square
 * of the same area.
 */
export function fitAspect(picture: Size, fit: FitMode, sizeOf: (source: Size) => Size): AspectFit {
  return fitInSteps(picture, fit, (source) => [sizeOf(source)]);
}

/** As `fitAspect`, of a processor that resizes to several sizes one after the other, each to 8-bit levels. */
export function fitInSteps(
  picture: Size,
  fit: FitMode,
  sizesOf: (source: Size) => readonly [...steps: Size[], size: Size],
): AspectFit {
  const source = sourceSize(picture, fit);
  const canvas = fit === "pad" ? squareAround(picture) : unpadded(picture);
  const sizes = sizesOf(source);
  const size = sizes.at(-1)!;
  const covering = fit === "crop" ? sizes.map((each) => sizeCovering(canvas, each)) : sizes;
  const resized = covering.at(-1)!;
  const steps = covering.slice(0, -1);
  return {
    source,
    canvas,
    ...(steps.length === 0 ? {} : { steps }),
    resized,
    shown: centerWindow(resized, size),
  };
}

function sourceSize(picture: Size, fit: FitMode): Size {
  const { width, height } = picture;
  if (fit === "default") return { width, height };
  const sides = {
    pad: Math.max(width, height),
    crop: Math.min(width, height),
    resize: Math.max(1, Math.round(Math.sqrt(width * height))),
  };
  return { width: sides[fit], height: sides[fit] };
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

function processorSize(picture: Size, resize: WholeSettings["resize"]): Size {
  if (resize === null) return { width: picture.width, height: picture.height };
  if ("maxWidth" in resize) return sizeWithin(picture, resize);
  if (!("shortestEdge" in resize)) return resize;
  return resize.longestEdge === undefined
    ? shortestEdgeSize(picture, resize.shortestEdge)
    : limitedEdgeSize(picture, { shortestEdge: resize.shortestEdge, longestEdge: resize.longestEdge });
}

/** The short side becomes `shortestEdge`, or less if the long side would pass `longestEdge` (`get_size_with_aspect_ratio`). */
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

export interface ViewOptions {
  readonly settings: Pick<ProcessorSettings, "filter" | "imageMean">;
  /** What takes the place of the picture's rows. */
  readonly rowAt?: RowSource | undefined;
}

/** The view that a plan leads to: its size, and its place on the original picture. */
export function viewOf(plan: FitPlan): PictureView {
  const { width, height } = plan.window;
  return { width, height, box: boxOfPlan(plan) };
}

/**
 * What the model sees of a picture: padding of the color floor(255 x mean), Pillow's resize in one or more steps, and the window with
 * black around.
 */
function viewLevels(image: RgbImage, plan: FitPlan, options: ViewOptions): RgbImage {
  const { width, height } = plan.window;
  const { steps = [], ...last } = plan;
  if (steps.length === 0) return { width, height, data: windowLevels(image, plan, options) };
  let [canvas, source, rowAt] = [plan.canvas, image, options.rowAt];
  for (const resized of steps) {
    const data = windowLevels(source, { canvas, resized, window: unpadded(resized) }, { ...options, rowAt });
    [canvas, source, rowAt] = [unpadded(resized), { ...resized, data }, undefined];
  }
  return { width, height, data: windowLevels(source, { ...last, canvas }, { ...options, rowAt }) };
}

/** What the model sees in each view, in their order. A view whose steps go on from an earlier one is made of that one. */
export function levelsOfViews(image: RgbImage, plans: readonly FitPlan[], options: ViewOptions): RgbImage[] {
  const made: RgbImage[] = [];
  for (const plan of plans) {
    const from = made.findIndex((_, earlier) => goesOn(plan, plans[earlier]!));
    if (from === -1) {
      made.push(viewLevels(image, plan, options));
      continue;
    }
    const { steps = [], resized } = plans[from]!;
    const rest = { ...plan, canvas: unpadded(resized), steps: plan.steps!.slice(steps.length + 1) };
    made.push(viewLevels(made[from]!, rest, { ...options, rowAt: undefined }));
  }
  return made;
}

/** Whether the steps of a plan begin with those of another one, which shows all that they lead to. */
function goesOn({ canvas, steps = [] }: FitPlan, other: FitPlan): boolean {
  const sizes = [...(other.steps ?? []), other.resized];
  const { left, top, width, height } = other.window;
  const isWhole = left === 0 && top === 0 && isSame({ width, height }, other.resized);
  const isSameCanvas =
    isSame(canvas, other.canvas) && canvas.left === other.canvas.left && canvas.top === other.canvas.top;
  return isWhole && isSameCanvas && steps.length >= sizes.length && sizes.every((size, i) => isSame(size, steps[i]!));
}

function isSame(a: Size, b: Size): boolean {
  return a.width === b.width && a.height === b.height;
}

function windowLevels(
  image: RgbImage,
  { canvas, resized, shown = unpadded(resized), window }: FitPlan,
  { settings, rowAt }: ViewOptions,
): Uint8Array {
  const left = Math.max(shown.left, window.left);
  const top = Math.max(shown.top, window.top);
  const inside = {
    left,
    top,
    width: Math.min(shown.left + shown.width, window.left + window.width) - left,
    height: Math.min(shown.top + shown.height, window.top + window.height) - top,
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
