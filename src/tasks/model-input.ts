/** @file What the vision tower receives of a picture, for people to look at. */
import sharp from "sharp";
import type { Checkpoint } from "../checkpoint/types.ts";
import { planFit } from "../image/fit.ts";
import { coveredShare } from "../image/geometry.ts";
import type { FitMode, ProcessorSettings } from "../image/types.ts";
import type { ModelDefinition } from "../models/definition.ts";
import { loadPictures } from "./pictures.ts";
import type { GivenPicture, LoadedPicture } from "./pictures.ts";
import type { ModelInput } from "./workbench-types.ts";

export interface ModelInputSource {
  readonly checkpoint: Checkpoint;
  readonly definition: ModelDefinition;
}

/** What is done to a picture of this size, a few words a step. */
export function fitSteps(
  picture: { readonly width: number; readonly height: number },
  { settings, fit }: { readonly settings: ProcessorSettings; readonly fit: FitMode },
): string[] {
  const { canvas, resized, window } = planFit(picture, { settings, fit });
  const size = ({ width, height }: { readonly width: number; readonly height: number }) => `${width} x ${height}`;
  const differs = (a: { width: number; height: number }, b: { width: number; height: number }) => size(a) !== size(b);
  const outside = window.width > resized.width || window.height > resized.height;
  return [
    ...(differs(canvas, picture) ? [`pad to ${size(canvas)} with the mean color`] : []),
    ...(differs(resized, canvas) ? [`resize to ${size(resized)}, ${settings.filter}`] : []),
    ...(differs(window, resized) ? [`${outside ? "place" : "crop"} the center, ${size(window)}`] : []),
  ];
}

async function prepared(
  { checkpoint, definition }: ModelInputSource,
  picture: GivenPicture,
  fit: FitMode,
): Promise<LoadedPicture> {
  const [loaded] = await loadPictures([picture], { checkpoint, vision: definition.vision, fit });
  return loaded!;
}

/** Sizes, steps and grids. Throws one sentence where the picture cannot be fitted. */
export async function describeModelInput(
  source: ModelInputSource,
  picture: GivenPicture,
  fit: FitMode,
): Promise<ModelInput> {
  const { runImage } = await prepared(source, picture, fit);
  const { width, height, inputWidth, inputHeight, grids } = runImage;
  const original = { width, height };
  const cells = grids.flatMap((grid) =>
    Array.from({ length: grid.rows * grid.cols }, (_, i) =>
      coveredShare(grid, { row: Math.floor(i / grid.cols), col: i % grid.cols }, original),
    ),
  );
  return {
    fit,
    original,
    input: { width: inputWidth, height: inputHeight },
    grids,
    steps: fitSteps(original, { settings: source.checkpoint.processor, fit }),
    patches: cells.length,
    paddingPatches: cells.filter((share) => share === 0).length,
  };
}

/** The pixels themselves, as PNG. */
export async function modelInputPng(
  source: ModelInputSource,
  picture: GivenPicture,
  fit: FitMode,
): Promise<Uint8Array> {
  const { width, height, data } = (await prepared(source, picture, fit)).levels;
  const png = await sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
  return new Uint8Array(png);
}
