/** @file Reads the pictures of a question and prepares them for the vision tower. */
import type { Checkpoint } from "../checkpoint/types.ts";
import { mediaTypeOf, type MediaType } from "../image/media-type.ts";
import { finestView } from "../image/geometry.ts";
import { layoutOf, settingsFor, type FitOptions } from "../image/prepare.ts";
import type { FitMode, PictureLayout, PictureView, ProcessorSettings, RgbImage, Size } from "../image/types.ts";
import type { VisionDefinition } from "../models/definition.ts";
import type { PicturePlan } from "../models/plan.ts";
import type { EditStep, RunImage, RunView } from "../run/types.ts";
import type { FloatTensor } from "../tensor/tensor.ts";
import { pictureName } from "./conversation.ts";
import { levelLoss, levelWarning } from "../image/level-warning.ts";
import type { OpenPicture } from "../picture-work/open-picture.ts";
import type { PictureReader } from "./host.ts";
import { runViews } from "./picture-views.ts";
import { ProblemError } from "../problem/problem.ts";
import type { PictureAnswer, PictureTask } from "../picture-work/work-types.ts";

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
  /** A warning if the picture lost what it shows on its way to 8 bits. */
  readonly warning?: string;
  /** The inputs of the tower, f32, normalized, in the shape that the processor gives (`PreparedImage`). */
  readonly pixelValues: FloatTensor;
  /** The same before rescaling: the 8-bit pictures that the model sees, one for each view. */
  readonly levels: readonly RgbImage[];
  /** What the model needs to know of it. */
  readonly plan: PicturePlan;
  /** How the picture becomes the inputs of the tower. */
  readonly layout: PictureLayout;
}

export interface PictureOptions extends SourceOptions {
  readonly checkpoint: Pick<Checkpoint, "processor" | "name">;
  /** What plans the pictures. */
  readonly vision: Pick<VisionDefinition, "plan" | "smallest">;
  readonly fit: FitMode;
  /** How many pictures the question has, if these are only some of them. */
  readonly pictureCount?: number | undefined;
}

/**
 * Reads and prepares pictures, one after the other, in order. Throws an Error that names the file if one is missing, no
 * picture, damaged or too large, or if this fit gives another size than the model takes.
 */
export async function loadPictures(
  sources: readonly PictureSource[],
  options: PictureOptions,
): Promise<LoadedPicture[]> {
  const pictures: LoadedPicture[] = [];
  const settings = settingsFor(options.checkpoint.processor, options.pictureCount ?? sources.length);
  for (const source of sources) {
    options.signal?.throwIfAborted();
    pictures.push(await loadPicture(source, settings, options));
  }
  return pictures;
}

/** A picture file, and the file that the model is asked about in its place. */
interface SourceFiles {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly edited?: NonNullable<GivenPicture["edited"]>;
}

async function filesOf(source: PictureSource, options: SourceOptions): Promise<SourceFiles> {
  if (typeof source !== "string") return { ...source, name: pictureName(source.name) };
  const name = pictureName(source);
  const bytes = await options.reader.readFile(source);
  const stretched = options.stretch === true ? await stretchedPicture(bytes, name, options) : undefined;
  return { name, bytes, ...(stretched === undefined ? {} : { edited: stretched }) };
}

interface SourceOptions {
  readonly reader: PictureReader;
  /** Whether the samples of files of more than 8 bits are spread over all levels, as an edit. @default false */
  readonly stretch?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The picture with its whole range of samples made visible, as an edit; undefined if nothing of it is lost. */
async function stretchedPicture(
  bytes: Uint8Array,
  name: string,
  { reader, signal }: SourceOptions,
): Promise<NonNullable<GivenPicture["edited"]> | undefined> {
  const facts = await reader.read(bytes, { name, task: { kind: "facts" }, signal });
  const { samples } = facts;
  if (samples === undefined || !(samples.high > samples.low)) return undefined;
  const range = { low: samples.low, high: samples.high };
  const png = await reader.read(bytes, { name, task: { kind: "png" }, stretch: range, signal });
  return { bytes: png.bytes, steps: [{ tool: "stretch", range }] };
}

interface TaskResult<Kind extends PictureTask["kind"]> extends SourceFiles {
  readonly mediaType: string;
  readonly result: PictureAnswer<Kind>;
}

/** Does a task with the picture that the model is asked about. */
async function readSource<Task extends PictureTask>(
  source: PictureSource,
  task: Task,
  options: SourceOptions,
): Promise<TaskResult<Task["kind"]>> {
  const { reader, signal } = options;
  const files = await filesOf(source, options);
  const { name, bytes, edited } = files;
  if (edited === undefined) {
    const result: PictureAnswer<Task["kind"]> = await reader.read(bytes, { name, task, signal });
    return { ...files, result, mediaType: result.mediaType };
  }
  const result: PictureAnswer<Task["kind"]> = await reader.read(edited.bytes, { name: editedName(name), task, signal });
  return { ...files, result, mediaType: originalMediaType({ name, bytes }, result.mediaType) };
}

const editedName = (name: string): string => `${name}, edited,`;

/** The kind of the file that was edited. Throws an Error if it or its edit is of the wrong kind. */
function originalMediaType({ name, bytes }: Pick<SourceFiles, "name" | "bytes">, edited: string): MediaType {
  const mediaType = mediaTypeOf(bytes);
  if (edited === "image/png" && mediaType !== undefined) return mediaType;
  const [which, found] = mediaType === undefined ? [name, "no picture"] : [editedName(name), edited];
  throw new ProblemError(
    "bad-request",
    `The picture ${which} is ${found}; an edit must be a PNG of a picture that can be read.`,
  );
}

/** The picture that the model is asked about, to be fitted again and again. Throws as `loadPictures`; the caller closes it. */
export async function openSource(
  source: PictureSource,
  { settings, fit, ...options }: FitOptions & SourceOptions,
): Promise<OpenPicture> {
  const { name, bytes, edited } = await filesOf(source, options);
  const { reader, signal } = options;
  if (edited === undefined) return reader.open(bytes, { name, settings, fit, signal });
  const picture = await reader.open(edited.bytes, { name: editedName(name), settings, fit, signal });
  try {
    originalMediaType({ name, bytes }, picture.facts.mediaType);
  } catch (error) {
    picture.close();
    throw error;
  }
  return picture;
}

/**
 * What a model needs to know of the pictures of a question, which have these sizes. Throws an Error if it does not take pictures that are
 * fitted like this.
 */
export function plansOfPictures(
  { checkpoint, vision }: Pick<PictureOptions, "vision"> & { readonly checkpoint: Pick<Checkpoint, "processor"> },
  pictures: readonly (Size & { readonly fit: FitMode })[],
): PicturePlan[] {
  const settings = settingsFor(checkpoint.processor, pictures.length);
  return pictures.map(({ fit, ...size }) => vision.plan(layoutOf(size, { settings, fit })));
}

/** True if the picture is one input of the tower, of which its size and grids say everything. */
function isOneInput([first, ...others]: readonly RunView[]): boolean {
  return others.length === 0 && first?.tiles.rows === 1 && first.tiles.cols === 1;
}

async function loadPicture(
  source: PictureSource,
  settings: ProcessorSettings,
  options: PictureOptions,
): Promise<LoadedPicture> {
  const { checkpoint, vision, fit } = options;
  const side = vision.smallest.views[0].width;
  const task = { kind: "prepared", settings, fit, side } as const;
  const { result, bytes, mediaType, name, edited } = await readSource(source, task, options);
  const { width, height, prepared } = result;
  if ("size" in prepared) {
    throw new ProblemError(
      "bad-request",
      `The picture ${typeof source === "string" ? source : name} becomes ${prepared.size.width} x ${prepared.size.height} pixels with the fit "${fit}", but ${checkpoint.name} takes ${side} x ${side}; use the fit resize, crop or pad.`,
    );
  }
  const { pixelValues, levels, layout } = prepared;
  const loss = levelLoss(result);
  const plan = vision.plan(layout);
  const finest = finestView<PictureView>(layout.views);
  const views = runViews(layout, plan);
  return {
    bytes,
    ...(edited === undefined ? {} : { editedBytes: edited.bytes }),
    ...(loss === undefined ? {} : { warning: levelWarning(name, loss) }),
    pixelValues,
    levels,
    layout,
    plan,
    runImage: {
      name,
      mediaType,
      width,
      height,
      fit,
      inputWidth: finest.width,
      inputHeight: finest.height,
      grids: plan.grids,
      ...(isOneInput(views) ? {} : { views }),
      ...(edited === undefined ? {} : { edits: edited.steps }),
    },
  };
}
