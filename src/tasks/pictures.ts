/** @file Reads the pictures of a question and prepares them for the vision tower. */
import type { Checkpoint } from "../checkpoint/types.ts";
import { decodeImage, readImageFile } from "../image/decode.ts";
import { prepareImage } from "../image/fit.ts";
import { gridOf } from "../image/geometry.ts";
import { mediaTypeOf } from "../image/media-type.ts";
import type { FitMode, RgbImage } from "../image/types.ts";
import type { VisionDefinition } from "../models/definition.ts";
import type { EditStep, RunImage } from "../run/types.ts";
import type { FloatTensor } from "../tensor/tensor.ts";
import { pictureName } from "./conversation.ts";

/** A picture that is in memory already. */
export interface GivenPicture {
  /** Name of its file, without folders. */
  readonly name: string;
  /** The file as it came. */
  readonly bytes: Uint8Array;
  /** What the model is asked about in its place: a PNG, and the steps that made it. */
  readonly edited?: { readonly bytes: Uint8Array; readonly steps: readonly EditStep[] };
}

/** The path of a picture's file, or the picture. */
export type PictureSource = string | GivenPicture;

/** A picture of a question, ready for the vision tower. */
export interface LoadedPicture {
  /** The file as it came, for `image.K` of the run. */
  readonly bytes: Uint8Array;
  /** The edited picture, for `image.K.edited`. */
  readonly editedBytes?: Uint8Array;
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
 * Reads and prepares pictures, one after the other, in order. Throws one sentence that names the file where one is missing, no
 * picture, damaged or too large, or where this fit gives another size than the model takes.
 */
export async function loadPictures(
  sources: readonly PictureSource[],
  options: PictureOptions,
): Promise<LoadedPicture[]> {
  const pictures: LoadedPicture[] = [];
  for (const source of sources) {
    options.signal?.throwIfAborted();
    pictures.push(await loadPicture(source, options));
  }
  return pictures;
}

async function decodeSource(source: PictureSource) {
  if (typeof source === "string") return { ...(await readImageFile(source)), name: pictureName(source) };
  const { bytes, edited } = source;
  const name = pictureName(source.name);
  if (edited === undefined) return { ...(await decodeImage(bytes, { name })), bytes, name };
  const decoded = await decodeImage(edited.bytes, { name: `${name}, edited,` });
  const mediaType = mediaTypeOf(bytes);
  if (decoded.mediaType !== "image/png" || mediaType === undefined) {
    const [which, found] = mediaType === undefined ? [name, "no picture"] : [`${name}, edited,`, decoded.mediaType];
    throw new Error(`The picture ${which} is ${found}; an edit must be a PNG of a picture that can be read.`);
  }
  return { ...decoded, mediaType, bytes, name, edited };
}

/** The pixels that the model is asked about: those of the edited picture where it was edited. Throws as `loadPictures`. */
export async function decodePicture(source: PictureSource): Promise<RgbImage> {
  return (await decodeSource(source)).image;
}

async function loadPicture(source: PictureSource, { checkpoint, vision, fit }: PictureOptions): Promise<LoadedPicture> {
  const { image, bytes, mediaType, width, height, name, edited } = {
    edited: undefined,
    ...(await decodeSource(source)),
  };
  const { pixelValues, levels, box } = prepareImage(image, { settings: checkpoint.processor, fit });
  const { imageSize } = vision.config;
  if (levels.width !== imageSize || levels.height !== imageSize) {
    throw new Error(
      `The picture ${typeof source === "string" ? source : name} becomes ${levels.width} x ${levels.height} pixels with the fit "${fit}", but ${checkpoint.name} takes ${imageSize} x ${imageSize}; use the fit resize, crop or pad.`,
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
    ...(edited === undefined ? {} : { editedBytes: edited.bytes }),
    pixelValues,
    levels,
    grid: { rows, cols },
    runImage: {
      name,
      mediaType,
      width,
      height,
      fit,
      inputWidth: levels.width,
      inputHeight: levels.height,
      grids: [gridOf(covered, rows, cols)],
      ...(edited === undefined ? {} : { edits: edited.steps }),
    },
  };
}
