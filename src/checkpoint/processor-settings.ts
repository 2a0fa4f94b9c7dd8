/** @file Reads the settings of one image processor: sizes in every spelling, defaults of its class, and what has no effect here. */
import { z } from "zod";
import type { ProcessorSettings, ResamplingFilter } from "../image/types.ts";
import { quote } from "../json/quote.ts";
import { fieldPath, fields, flag, parseSection, positive, text, width, type SectionPlace } from "./config/fields.ts";
import { firstGiven, type ReadPlace } from "./config/sources.ts";
import { defaultProcessorType, idleSettings, processorDefaults, type ProcessorDefaults } from "./processor-defaults.ts";
import { listNames, shownFile } from "./warnings.ts";

/** Pillow's numbers of its resampling filters (`PIL.Image.Resampling`). */
const filters: readonly ResamplingFilter[] = ["nearest", "lanczos", "bilinear", "bicubic", "box", "hamming"];

const sizeMessage =
  "a number of pixels, [height, width], {height, width}, {shortest_edge}, {shortest_edge, longest_edge} or {max_height, max_width}";

/** The sets of names that a size may have; other names beside them are refused, as transformers does (`VALID_SIZE_DICT_KEYS`). */
const size = z.union(
  [
    width,
    z.tuple([width, width]),
    z.strictObject({ height: width, width }),
    z.strictObject({ shortest_edge: width, longest_edge: width.optional() }),
    z.strictObject({ max_height: width, max_width: width }),
  ],
  sizeMessage,
);

const rectangleSize = z.union(
  [width, z.tuple([width, width]), z.strictObject({ height: width, width })],
  "a number of pixels, [height, width] or {height, width}",
);

/** One number for all channels, or one for each. */
const perChannel = (value: z.ZodNumber) =>
  z
    .union([value, z.tuple([value, value, value])], "one number or a list of three")
    .transform((channels) => (typeof channels === "number" ? ([channels, channels, channels] as const) : channels));

const schema = fields({
  do_resize: flag.nullish(),
  size: size.nullish(),
  default_to_square: flag.nullish(),
  resample: z
    .number(`one of Pillow's filters, 0 to ${filters.length - 1}`)
    .refine((filter) => filter in filters, `one of Pillow's filters, 0 to ${filters.length - 1}`)
    .nullish(),
  do_center_crop: flag.nullish(),
  crop_size: rectangleSize.nullish(),
  do_pad: flag.nullish(),
  pad_size: rectangleSize.nullish(),
  do_rescale: flag.nullish(),
  rescale_factor: positive.nullish(),
  do_normalize: flag.nullish(),
  image_mean: perChannel(z.number("a number")).nullish(),
  image_std: perChannel(positive).nullish(),
  do_convert_rgb: flag.nullish(),
  use_square_size: z.literal(false, "false (squares of the class's own size are not supported; give size)").nullish(),
});

type Given = z.output<typeof schema>;

/** `feature_extractor_type` is the spelling of `image_processor_type` before transformers 4.27. */
const typeNames = ["image_processor_type", "feature_extractor_type"] as const;
const typeSchema = fields({ image_processor_type: text.nullish(), feature_extractor_type: text.nullish() });

/** The values that each step needs. */
const valuesOfStep = {
  do_resize: ["size", "resample"],
  do_center_crop: ["crop_size"],
  do_rescale: ["rescale_factor"],
  do_normalize: ["image_mean", "image_std"],
  do_pad: [],
} as const satisfies Partial<Record<keyof Given, readonly (keyof Given)[]>>;

type Step = keyof typeof valuesOfStep;

/**
 * Settings of one image processor from its parsed JSON. Warns of settings without effect. Throws one sentence where the class is not
 * supported, a field is wrong, or a step lacks a value.
 */
export function readProcessorSettings(section: unknown, place: ReadPlace): ProcessorSettings {
  const { processorType, defaults } = findDefaults(section, place);
  const given = parseSection(schema, section, place);
  warnOfUnused(given, { section: section as Readonly<Record<string, unknown>>, processorType, defaults, place });
  const steps: Readonly<Record<Step, boolean>> = {
    do_resize: true,
    do_center_crop: defaults.centerCrop,
    do_rescale: true,
    do_normalize: true,
    do_pad: false,
  };
  // A step that the file sets to null is off, as in transformers; only one that it leaves out has the default of its class.
  const takes = (step: Step): boolean => (given[step] === undefined ? steps[step] : given[step] === true);
  for (const step of Object.keys(valuesOfStep) as Step[]) {
    if (takes(step)) requireValues(given, step, place);
    else if (given[step] === null && steps[step]) {
      place.warn(`${shownFile(place.file)}: ${fieldPath(place, step)} is null, which switches it off.`);
    }
  }

  const crop = given.crop_size ?? defaults.crop;
  if (takes("do_center_crop") && crop === undefined) {
    throw new Error(
      `${place.file}: ${fieldPath(place, "do_center_crop")} is true, but there is no crop_size, and ${processorType} has no default for it; give one.`,
    );
  }
  const mean = given.image_mean ?? defaults.mean;
  const settings: ProcessorSettings = {
    processorType,
    resize: takes("do_resize") ? resizeOf(given.size ?? defaults.size, given.default_to_square ?? false) : null,
    filter: filters[given.resample ?? defaults.resample]!,
    centerCrop: takes("do_center_crop") ? rectangle(crop!) : null,
    padToSquare: takes("do_pad") && defaults.pads === "square",
    rescaleFactor: takes("do_rescale") ? (given.rescale_factor ?? 1 / 255) : null,
    normalize: takes("do_normalize") ? { mean, std: given.image_std ?? defaults.std } : null,
    imageMean: mean,
  };
  if (takes("do_pad") && defaults.pads === "end") refusePadding(settings, given, place);
  return settings;
}

/** Throws where a step that is taken has a value of null, which transformers refuses as well. */
function requireValues(given: Given, step: Step, place: SectionPlace): void {
  const missing = valuesOfStep[step].find((name) => given[name] === null);
  if (missing !== undefined) {
    throw new Error(
      `${place.file}: ${fieldPath(place, missing)} is null, but ${step} needs it; give a value, or leave the field out for the default of its class.`,
    );
  }
}

/** Padding at the end is possible only where it adds nothing: the tower takes one size, and zeros in it would mean no picture. */
function refusePadding(settings: ProcessorSettings, { pad_size: padSize }: Given, place: SectionPlace): void {
  if (padSize == null) return;
  const output = outputSize(settings);
  const wanted = rectangle(padSize);
  if (output?.width === wanted.width && output.height === wanted.height) return;
  throw new Error(
    `${place.file}: ${fieldPath(place, "pad_size")} is ${quote(padSize)}, but ${settings.processorType} makes ${describeSize(output)}; padding after the other steps is not supported.`,
  );
}

/** Size of every picture that leaves the processor; undefined where it differs from picture to picture. */
export function outputSize({ resize, centerCrop }: ProcessorSettings): { width: number; height: number } | undefined {
  return centerCrop ?? (resize !== null && "width" in resize ? resize : undefined);
}

/** Pictures of one size in words, for messages. */
export function describeSize(size: { width: number; height: number } | undefined): string {
  return size === undefined ? "pictures of any shape" : `pictures of ${size.width} x ${size.height} pixels`;
}

function warnOfUnused(
  given: Given,
  {
    section,
    processorType,
    defaults,
    place,
  }: {
    readonly section: Readonly<Record<string, unknown>>;
    readonly processorType: string;
    readonly defaults: ProcessorDefaults;
    readonly place: ReadPlace;
  },
): void {
  const known: readonly string[] = [...Object.keys(schema.shape), ...typeNames, ...idleSettings];
  const unknown = Object.keys(section).filter(
    (name) => section[name] != null && !name.startsWith("_") && !known.includes(name),
  );
  const file = shownFile(place.file);
  if (unknown.length > 0) place.warn(`${file}: ${processorType} does not use ${listNames(unknown)}.`);
  if (given.do_convert_rgb === false) {
    place.warn(`${file}: do_convert_rgb is false; pictures are converted to RGB all the same.`);
  }
  if (given.pad_size != null && (given.do_pad !== true || defaults.pads === "square")) {
    place.warn(`${file}: pad_size is ${quote(given.pad_size)}, which ${processorType} does not use here.`);
  }
}

interface KnownProcessor {
  readonly processorType: string;
  readonly defaults: ProcessorDefaults;
}

/** The fast and the Pillow variant of a class read the same fields with the same defaults. */
function baseOf(type: string): string {
  return type.replace(/(Fast|Pil)$/, "").replace(/FeatureExtractor$/, "ImageProcessor");
}

function findDefaults(section: unknown, place: ReadPlace): KnownProcessor {
  const types = parseSection(typeSchema, section, place);
  const same =
    new Set(
      typeNames
        .map((name) => types[name])
        .filter((type) => type != null)
        .map(baseOf),
    ).size <= 1;
  const named = firstGiven(types, typeNames, same ? { ...place, warn: () => undefined } : place);
  const processorType = named === undefined ? defaultProcessorType : String(named.value);
  const base = baseOf(processorType);
  const defaults = Object.hasOwn(processorDefaults, base) ? processorDefaults[base] : undefined;
  if (defaults === undefined) {
    const field = fieldPath(place, named?.name ?? "image_processor_type");
    throw new Error(
      `${place.file}: ${field} is ${quote(processorType)}; supported are ${Object.keys(processorDefaults).join(", ")}.`,
    );
  }
  return { processorType, defaults };
}

/** A plain number is the shortest edge unless the file asks for squares; a list is height and width. */
function resizeOf(
  given: z.output<typeof size> | ProcessorDefaults["size"],
  toSquare: boolean,
): ProcessorSettings["resize"] {
  if (typeof given === "number") return toSquare ? { width: given, height: given } : { shortestEdge: given };
  if ("max_height" in given) return { maxWidth: given.max_width, maxHeight: given.max_height };
  if ("shortest_edge" in given) {
    const longest = "longest_edge" in given ? given.longest_edge : undefined;
    return { shortestEdge: given.shortest_edge, ...(longest === undefined ? {} : { longestEdge: longest }) };
  }
  return rectangle(given);
}

function rectangle(given: z.output<typeof rectangleSize>): { width: number; height: number } {
  if (typeof given === "number") return { width: given, height: given };
  if ("height" in given) return { width: given.width, height: given.height };
  const [height, across] = given;
  return { width: across, height };
}
