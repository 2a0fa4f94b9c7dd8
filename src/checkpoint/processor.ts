/** @file Reads what a checkpoint's image processor does to a picture (processor_config.json, preprocessor_config.json). */
import { join } from "node:path";
import { z } from "zod";
import type { ProcessorSettings, ResamplingFilter } from "../image/types.ts";
import { quote } from "../safetensors/quote.ts";
import { fieldPath, fields, flag, parseSection, positive, text, width, type SectionPlace } from "./config/fields.ts";
import { readOptionalJsonFile } from "./json.ts";
import { processorDefaults, type ProcessorDefaults } from "./processor-defaults.ts";

/** Pillow's numbers of its resampling filters (`PIL.Image.Resampling`). */
const filters: readonly ResamplingFilter[] = ["nearest", "lanczos", "bilinear", "bicubic", "box", "hamming"];

export interface Processor {
  readonly settings: ProcessorSettings;
  /** The text that stands for a picture in a prompt. */
  readonly imageToken: string;
}

const size = z.union(
  [width, fields({ height: width, width }), fields({ shortest_edge: width })],
  "a number of pixels, {height, width} or {shortest_edge}",
);

const squareOrSize = z.union([width, fields({ height: width, width })], "a number of pixels or {height, width}");

/** One number for all channels, or one for each. */
const perChannel = (value: z.ZodNumber) =>
  z
    .union([value, z.tuple([value, value, value])], "one number or a list of three")
    .transform((channels) => (typeof channels === "number" ? ([channels, channels, channels] as const) : channels));

const schema = fields({
  do_resize: flag.nullish(),
  size: size.nullish(),
  resample: z
    .number(`one of Pillow's filters, 0 to ${filters.length - 1}`)
    .refine((filter) => filter in filters, `one of Pillow's filters, 0 to ${filters.length - 1}`)
    .nullish(),
  do_center_crop: flag.nullish(),
  crop_size: squareOrSize.nullish(),
  do_pad: flag.nullish(),
  do_rescale: flag.nullish(),
  rescale_factor: positive.nullish(),
  do_normalize: flag.nullish(),
  image_mean: perChannel(z.number("a number")).nullish(),
  image_std: perChannel(positive).nullish(),
});

/** `feature_extractor_type` is the spelling of `image_processor_type` before transformers 4.27. */
const typeSchema = fields({ image_processor_type: text.nullish(), feature_extractor_type: text.nullish() });

const wrapperSchema = fields({
  image_token: z.union([text, fields({ content: text })], "a text").nullish(),
  image_processor: z.record(z.string(), z.unknown(), "an object").nullish(),
});

/**
 * Reads the processor of the checkpoint in `folder`, the defaults of its class filled in. Throws one sentence where there is none,
 * its class is not supported, or a field is wrong.
 */
export async function readProcessor(folder: string): Promise<Processor> {
  const file = join(folder, "processor_config.json");
  const json = await readOptionalJsonFile(file);
  const wrapper = json && parseSection(wrapperSchema, json.value, { file, section: "" });
  const token = wrapper?.image_token ?? "<image>";
  const settings =
    wrapper?.image_processor == null
      ? await readOlderFile(folder)
      : readProcessorSettings(wrapper.image_processor, { file, section: "image_processor" });
  return { settings, imageToken: typeof token === "string" ? token : token.content };
}

async function readOlderFile(folder: string): Promise<ProcessorSettings> {
  const file = join(folder, "preprocessor_config.json");
  const json = await readOptionalJsonFile(file);
  if (json === undefined) {
    throw new Error(
      `${folder}: neither processor_config.json nor preprocessor_config.json describes an image processor; is the download complete?`,
    );
  }
  return readProcessorSettings(json.value, { file, section: "" });
}

/** Settings of one image processor from its parsed JSON. Throws as `readProcessor`. */
export function readProcessorSettings(section: unknown, place: SectionPlace): ProcessorSettings {
  const { processorType, defaults } = findDefaults(section, place);
  const given = parseSection(schema, section, place);
  const mean = given.image_mean ?? defaults.mean;
  return {
    processorType,
    resize: (given.do_resize ?? true) ? resizeOf(given.size ?? defaults.size, defaults, place) : null,
    filter: filters[given.resample ?? defaults.resample]!,
    centerCrop: (given.do_center_crop ?? defaults.centerCrop) ? rectangle(given.crop_size ?? defaults.crop) : null,
    padToSquare: defaults.canPad && (given.do_pad ?? false),
    rescaleFactor: (given.do_rescale ?? true) ? (given.rescale_factor ?? 1 / 255) : null,
    normalize: (given.do_normalize ?? true) ? { mean, std: given.image_std ?? defaults.std } : null,
    imageMean: mean,
  };
}

interface KnownProcessor {
  readonly processorType: string;
  readonly defaults: ProcessorDefaults;
}

function findDefaults(section: unknown, place: SectionPlace): KnownProcessor {
  const types = parseSection(typeSchema, section, place);
  // A LLaVA checkpoint that names no class gets CLIP's, as in transformers.
  const processorType = types.image_processor_type ?? types.feature_extractor_type ?? "CLIPImageProcessor";
  // The fast and the Pillow variant of a class read the same fields with the same defaults.
  const base = processorType.replace(/(Fast|Pil)$/, "").replace(/FeatureExtractor$/, "ImageProcessor");
  const defaults = Object.hasOwn(processorDefaults, base) ? processorDefaults[base] : undefined;
  if (defaults === undefined) {
    const field = fieldPath(place, "image_processor_type");
    throw new Error(
      `${place.file}: ${field} is ${quote(processorType)}; supported are ${Object.keys(processorDefaults).join(", ")}.`,
    );
  }
  return { processorType, defaults };
}

type Size = z.output<typeof size>;

function resizeOf(given: Size, defaults: ProcessorDefaults, place: SectionPlace): ProcessorSettings["resize"] {
  if (typeof given === "number") {
    return defaults.numberIsShortestEdge ? { shortestEdge: given } : { width: given, height: given };
  }
  if ("height" in given) return { width: given.width, height: given.height };
  if (!defaults.numberIsShortestEdge) {
    const field = fieldPath(place, "size");
    throw new Error(
      `${place.file}: ${field} is ${quote(given)}, but this processor does not crop; expected {height, width}.`,
    );
  }
  return { shortestEdge: given.shortest_edge };
}

function rectangle(given: z.output<typeof squareOrSize>): { width: number; height: number } {
  return typeof given === "number" ? { width: given, height: given } : { width: given.width, height: given.height };
}

/**
 * Throws one sentence unless every picture that leaves the processor is a square of `imageSize` pixels, the vision tower's input.
 */
export function requireInputSize(settings: ProcessorSettings, imageSize: number): void {
  const { resize, centerCrop, processorType } = settings;
  const output = centerCrop ?? (resize !== null && "width" in resize ? resize : undefined);
  if (output?.width === imageSize && output.height === imageSize) return;
  const made = output === undefined ? "pictures of any shape" : `pictures of ${output.width} x ${output.height} pixels`;
  throw new Error(
    `The checkpoint's ${processorType} makes ${made}, but its vision tower takes ${imageSize} x ${imageSize} (image_size in config.json).`,
  );
}
