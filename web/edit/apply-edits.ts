/** @file Draws the steps of an edit: from a picture and its steps to the edited picture, always the same. */
import type { EditStep } from "../../src/run/types.ts";
import { blurBox } from "./blur.ts";
import type { PixelBox, Pixels } from "./pixels.ts";
import { strokeCoverage } from "./stroke.ts";

export const defaultColor = "#808080";
export const defaultSize = 18;

/** The whole pixels that a box touches, within a picture; of zero width or height where it lies outside. */
export function pixelBox(
  box: PixelBox,
  { width, height }: { readonly width: number; readonly height: number },
): PixelBox {
  const within = (value: number, most: number): number => Math.max(0, Math.min(most, value));
  const left = within(Math.floor(box.left), width);
  const top = within(Math.floor(box.top), height);
  const right = within(Math.ceil(box.left + box.width), width);
  const bottom = within(Math.ceil(box.top + box.height), height);
  return { left, top, width: Math.max(0, right - left), height: Math.max(0, bottom - top) };
}

const isEmpty = ({ width, height }: PixelBox): boolean => width === 0 || height === 0;

/** What is left of a picture after every crop: the part that all of them keep. A crop that keeps nothing is passed over. */
export function cropOf(
  steps: readonly EditStep[],
  size: { readonly width: number; readonly height: number },
): PixelBox {
  return steps.reduce<PixelBox>(
    (kept, { tool, box }) => {
      if (tool !== "crop" || box === undefined) return kept;
      const part = pixelBox(box, size);
      const left = Math.max(kept.left, part.left);
      const top = Math.max(kept.top, part.top);
      const width = Math.min(kept.left + kept.width, part.left + part.width) - left;
      const height = Math.min(kept.top + kept.height, part.top + part.height) - top;
      return width > 0 && height > 0 ? { left, top, width, height } : kept;
    },
    { left: 0, top: 0, ...size },
  );
}

function rgbOf(color: string): readonly [number, number, number] {
  const number = Number.parseInt(color.slice(1), 16);
  return [number >> 16, (number >> 8) & 255, number & 255];
}

function fillBox({ width, data }: Pixels, box: PixelBox, color: string): void {
  const [red, green, blue] = rgbOf(color);
  for (let y = box.top; y < box.top + box.height; y++) {
    for (let at = (y * width + box.left) * 4; at < (y * width + box.left + box.width) * 4; at += 4) {
      data[at] = red;
      data[at + 1] = green;
      data[at + 2] = blue;
    }
  }
}

/** Lays a stroke on: of the original picture for the eraser, of a color for the pen. */
function drawStroke(pixels: Pixels, original: Pixels, { tool, points = [], size, color }: EditStep): void {
  const covered = strokeCoverage(points, size ?? defaultSize, pixels);
  const ink = rgbOf(color ?? defaultColor);
  const isEraser = tool === "eraser";
  for (let y = 0; y < covered.height; y++) {
    for (let x = 0; x < covered.width; x++) {
      const share = covered.data[y * covered.width + x]!;
      if (share === 0) continue;
      const at = ((covered.top + y) * pixels.width + covered.left + x) * 4;
      for (let channel = 0; channel < 3; channel++) {
        const over = isEraser ? original.data[at + channel]! : ink[channel]!;
        const under = pixels.data[at + channel]!;
        pixels.data[at + channel] = Math.round(under + share * (over - under));
      }
    }
  }
}

/** Draws one step onto `pixels`, in place; a crop only counts at the end. Steps are in pixels of the original picture. */
export function drawStep(pixels: Pixels, original: Pixels, step: EditStep): void {
  const { tool, box, points = [], size = defaultSize, color = defaultColor } = step;
  if (tool === "pen" || tool === "eraser") {
    if (points.length >= 2) drawStroke(pixels, original, step);
    return;
  }
  if (tool === "crop" || box === undefined) return;
  const region = pixelBox(box, pixels);
  if (isEmpty(region)) return;
  if (tool === "fill") fillBox(pixels, region, color);
  else if (size > 0) blurBox(pixels, region, size);
}

/** A copy of the pixels of a box. */
export function cropped({ width, data }: Pixels, box: PixelBox): Pixels {
  const part = new Uint8ClampedArray(box.width * box.height * 4);
  for (let y = 0; y < box.height; y++) {
    const from = ((box.top + y) * width + box.left) * 4;
    part.set(data.subarray(from, from + box.width * 4), y * box.width * 4);
  }
  return { width: box.width, height: box.height, data: part };
}
