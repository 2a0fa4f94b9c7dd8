/** @file Reads the pictures of a question and prepares them for the vision tower. */
import type { Checkpoint } from "../checkpoint/types.ts";
import { readImageFile } from "../image/decode.ts";
import { prepareImage } from "../image/fit.ts";
import { gridOf } from "../image/geometry.ts";
import type { FitMode, RgbImage } from "../image/types.ts";
import type { VisionDefinition } from "../models/definition.ts";
import type { RunImage } from "../run/types.ts";
import type { FloatTensor } from "../tensor/tensor.ts";
import { pictureName } from "./conversation.ts";

/** A picture of a question, ready for the vision tower. */
export interface LoadedPicture {
  /** The file as it is on disk, for `image.K` of the run. */
  readonly bytes: Uint8Array;
  readonly runImage: RunImage;
  /** [3, height, width] f32, normalised. */
  readonly pixelValues: FloatTensor;
  /** The same before rescaling: the 8-bit picture that the model sees. */
  readonly levels: RgbImage;
  /** Rows and columns of its image tokens, for `buildPrompt`. */
  readonly grid: { readonly rows: number; readonly cols: number };
}

export interface PictureOptions {
  readonly checkpoint: Pick<Checkpoint, "processor" | "name">;
  /** Where the grid of image tokens and the size of the input come from. */
  readonly vision: Pick<VisionDefinition, "grid" | "gridPixels" | "config">;
  readonly fit: FitMode;
  readonly signal?: AbortSignal;
}

/**
 * Reads and prepares picture files, one after the other, in order. Throws one sentence that names the file where one is missing, no
 * picture, damaged or too large, or where this fit gives another size than the model takes.
 */
export async function loadPictures(paths: readonly string[], options: PictureOptions): Promise<LoadedPicture[]> {
  const pictures: LoadedPicture[] = [];
  for (const path of paths) {
    options.signal?.throwIfAborted();
    pictures.push(await loadPicture(path, options));
  }
  return pictures;
}

async function loadPicture(path: string, { checkpoint, vision, fit }: PictureOptions): Promise<LoadedPicture> {
  const { image, bytes, mediaType, width, height } = await readImageFile(path);
  const { pixelValues, levels, box } = prepareImage(image, { settings: checkpoint.processor, fit });
  const { imageSize } = vision.config;
  if (levels.width !== imageSize || levels.height !== imageSize) {
    throw new Error(
      `The picture ${path} becomes ${levels.width} x ${levels.height} pixels with the fit "${fit}", but ${checkpoint.name} takes ${imageSize} x ${imageSize}; use --fit resize, crop or pad.`,
    );
  }
  const { rows, cols } = vision.grid;
  const covered = {
    ...box,
    width: (box.width * vision.gridPixels.width) / levels.width,
    height: (box.height * vision.gridPixels.height) / levels.height,
  };
  return {
    bytes,
    pixelValues,
    levels,
    grid: { rows, cols },
    runImage: {
      name: pictureName(path),
      mediaType,
      width,
      height,
      fit,
      inputWidth: levels.width,
      inputHeight: levels.height,
      grids: [gridOf(covered, rows, cols)],
    },
  };
}
