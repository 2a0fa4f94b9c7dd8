/** @file Canvases at the resolution of the screen: their size, the picture below a map, the layer of a map, all in one for exports. */
import { createRemembered } from "../../data/remembered.ts";
import type { MapLayer } from "./map-layer.ts";
import type { Box } from "../../../src/image/types.ts";
import type { PatchGeometry } from "../../../src/figure/patch-geometry.ts";

/** Gives a canvas the pixels of the screen for a size in CSS pixels, and returns a context whose unit is a CSS pixel. */
export function fittedContext(
  canvas: HTMLCanvasElement,
  { width, height, ratio }: { readonly width: number; readonly height: number; readonly ratio: number },
): CanvasRenderingContext2D {
  const pixels = { width: Math.max(1, Math.round(width * ratio)), height: Math.max(1, Math.round(height * ratio)) };
  // Setting a size clears a canvas and gives up its memory, even where it is the same.
  if (canvas.width !== pixels.width) canvas.width = pixels.width;
  if (canvas.height !== pixels.height) canvas.height = pixels.height;
  const context = canvas.getContext("2d")!;
  context.setTransform(pixels.width / width, 0, 0, pixels.height / height, 0, 0);
  context.imageSmoothingQuality = "high";
  return context;
}

/** What is left of the light of a picture under a map, as in exports. */
const greyLight = 0.66;

const greyPictures = createRemembered<HTMLCanvasElement>();

/** A picture without hues and darkened by 34 %, at most `longest` pixels wide and high; made once, not to be drawn into. */
export function greyPicture(bitmap: ImageBitmap, longest: number): HTMLCanvasElement {
  return greyPictures(bitmap, longest, () => withoutHues(bitmap, longest));
}

function withoutHues(bitmap: ImageBitmap, longest: number): HTMLCanvasElement {
  const scale = Math.min(1, longest / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const context = canvas.getContext("2d", { willReadFrequently: true })!;
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  const image = context.getImageData(0, 0, canvas.width, canvas.height);
  const { data } = image;
  for (let at = 0; at < data.length; at += 4) {
    // Luma of ITU-R BT.709.
    const light = greyLight * (0.2126 * data[at]! + 0.7152 * data[at + 1]! + 0.0722 * data[at + 2]!);
    data[at] = data[at + 1] = data[at + 2] = light;
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

export interface BasePicture {
  readonly bitmap: ImageBitmap;
  readonly width: number;
  readonly height: number;
  /**
   * Drawn in place of the picture in the boxes of the grids, whose unit is a pixel of a picture `across` wide; left out where the picture
   * keeps its hues.
   */
  readonly grey?: { readonly picture: HTMLCanvasElement; readonly covered: readonly Box[]; readonly across: number };
}

/** Draws the picture, grey where a map lies on it, into a context whose unit is a CSS pixel. */
export function drawBase(context: CanvasRenderingContext2D, { bitmap, width, height, grey }: BasePicture): void {
  context.clearRect(0, 0, width, height);
  context.drawImage(bitmap, 0, 0, width, height);
  if (grey === undefined) return;
  const scale = width / grey.across;
  context.save();
  context.beginPath();
  for (const box of grey.covered) {
    context.rect(box.left * scale, box.top * scale, box.width * scale, box.height * scale);
  }
  context.clip();
  context.drawImage(grey.picture, 0, 0, width, height);
  context.restore();
}

/** What a small map is drawn on: the picture at the size of the screen. */
interface BaseRequest {
  readonly bitmap: ImageBitmap;
  readonly geometry: PatchGeometry;
  readonly isGrey: boolean;
  /** Size in CSS pixels, and pixels of the screen per CSS pixel. */
  readonly width: number;
  readonly height: number;
  readonly ratio: number;
}

/** A grey picture below small maps has no more pixels on its longest side. */
const longestUnderSmall = 480;
/** Sizes of small maps that a view has at once. */
const mostBases = 4;
const bases = new WeakMap<
  ImageBitmap,
  readonly { readonly of: readonly unknown[]; readonly canvas: HTMLCanvasElement }[]
>();

/** The picture below a small map, made once for all maps of one size; not to be drawn into. */
export function basePicture({ bitmap, geometry, isGrey, width, height, ratio }: BaseRequest): HTMLCanvasElement {
  const { covered, picture } = geometry;
  const of = [covered, isGrey, width, height, ratio];
  const known = bases.get(bitmap) ?? [];
  const found = known.find((each) => each.of.every((value, i) => value === of[i]));
  if (found) return found.canvas;
  const canvas = document.createElement("canvas");
  const grey = isGrey ? { picture: greyPicture(bitmap, longestUnderSmall), covered, across: picture.width } : undefined;
  drawBase(fittedContext(canvas, { width, height, ratio }), { bitmap, width, height, grey });
  bases.set(bitmap, [{ of, canvas }, ...known].slice(0, mostBases));
  return canvas;
}

/** Puts the layer's pixels on a canvas of its own size. */
export function putLayer(canvas: HTMLCanvasElement, { width, height, pixels }: MapLayer): void {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  canvas.getContext("2d")!.putImageData(new ImageData(new Uint8ClampedArray(pixels.buffer), width, height), 0, 0);
}

export interface Stage {
  readonly base: BasePicture;
  readonly map?: { readonly canvas: HTMLCanvasElement; readonly layer: MapLayer; readonly opacity: number };
  /** Draws what lies over the map into a cleared context whose unit is a CSS pixel. */
  readonly drawMarks: (context: CanvasRenderingContext2D) => void;
  /** Width of the picture in its own pixels. */
  readonly pictureWidth: number;
}

/** The whole stage as one picture, drawn at `width` pixels whatever part of it is seen. */
export function flattened({ base, map, drawMarks, pictureWidth }: Stage, width: number): HTMLCanvasElement {
  const size = { width: base.width, height: base.height, ratio: width / base.width };
  const canvas = document.createElement("canvas");
  const context = fittedContext(canvas, size);
  drawBase(context, base);
  if (map) {
    const scale = base.width / pictureWidth;
    const { left, top, width: across, height: down } = map.layer.box;
    context.globalAlpha = map.opacity;
    context.imageSmoothingEnabled = map.layer.smooth;
    context.drawImage(map.canvas, left * scale, top * scale, across * scale, down * scale);
    context.globalAlpha = 1;
    context.imageSmoothingEnabled = true;
  }
  const marks = document.createElement("canvas");
  drawMarks(fittedContext(marks, size));
  context.drawImage(marks, 0, 0, base.width, base.height);
  return canvas;
}
