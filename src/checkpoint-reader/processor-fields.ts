/** @file The fields of image processors: sizes in every spelling, steps that may be off, and what becomes of 8-bit levels. */
import { z } from "zod";
import type { LevelSettings, ResamplingFilter, Size } from "../image/types.ts";
import { quote } from "../json/quote.ts";
import { fieldPath, flag, positive, width, type SectionPlace } from "../checkpoint/config/fields.ts";
import type { ReadPlace } from "../checkpoint/config/sources.ts";
import type { LevelDefaults } from "./processor-defaults.ts";
import { shownFile } from "../checkpoint/warnings.ts";

/** Pillow's numbers of its resampling filters (`PIL.Image.Resampling`). */
const filters: readonly ResamplingFilter[] = ["nearest", "lanczos", "bilinear", "bicubic", "box", "hamming"];

const sizeMessage =
  "a number of pixels, [height, width], {height, width}, {shortest_edge}, {shortest_edge, longest_edge} or {max_height, max_width}";

/** The sets of names that a size may have; other names beside them are refused, as transformers does (`VALID_SIZE_DICT_KEYS`). */
export const anySize = z.union(
  [
    width,
    z.tuple([width, width]),
    z.strictObject({ height: width, width }),
    z.strictObject({ shortest_edge: width, longest_edge: width.optional() }),
    z.strictObject({ max_height: width, max_width: width }),
  ],
  sizeMessage,
);

export const rectangleSize = z.union(
  [width, z.tuple([width, width]), z.strictObject({ height: width, width })],
  "a number of pixels, [height, width] or {height, width}",
);

/** A size that may also say a longest edge, in the spelling that `edge` takes. */
export const sizeOrEdge = <Edge extends z.ZodType>(edge: Edge): z.ZodUnion<[typeof rectangleSize, Edge]> =>
  z.union([rectangleSize, edge], "{longest_edge}, {height, width}, [height, width] or a number of pixels");

/** A size in any of the spellings of `rectangleSize`. */
export function rectangle(given: z.output<typeof rectangleSize>): Size {
  if (typeof given === "number") return { width: given, height: given };
  if ("height" in given) return { width: given.width, height: given.height };
  const [height, across] = given;
  return { width: across, height };
}

/** One number for all channels, or one for each. */
const perChannel = (value: z.ZodNumber) =>
  z
    .union([value, z.tuple([value, value, value])], "one number or a list of three")
    .transform((channels) => (typeof channels === "number" ? ([channels, channels, channels] as const) : channels));

/** The fields of every class of processors. */
export const commonShape = {
  do_resize: flag.nullish(),
  resample: z
    .number(`one of Pillow's filters, 0 to ${filters.length - 1}`)
    .refine((filter) => filter in filters, `one of Pillow's filters, 0 to ${filters.length - 1}`)
    .nullish(),
  do_pad: flag.nullish(),
  do_rescale: flag.nullish(),
  rescale_factor: positive.nullish(),
  do_normalize: flag.nullish(),
  image_mean: perChannel(z.number("a number")).nullish(),
  image_std: perChannel(positive).nullish(),
  do_convert_rgb: flag.nullish(),
} as const;

export type GivenFields = Partial<z.output<z.ZodObject<typeof commonShape>>> & Readonly<Record<string, unknown>>;

/** A step of a processor, and the fields that it cannot do without. */
export interface ProcessorStep {
  readonly step: string;
  readonly needs: readonly string[];
  /** Whether the step is taken if the file leaves it out. */
  readonly byDefault: boolean;
}

/** Steps of every class; `do_pad` and cropping differ from class to class. */
export const commonSteps = {
  resize: { step: "do_resize", needs: ["size", "resample"], byDefault: true },
  rescale: { step: "do_rescale", needs: ["rescale_factor"], byDefault: true },
  normalize: { step: "do_normalize", needs: ["image_mean", "image_std"], byDefault: true },
} as const satisfies Record<string, ProcessorStep>;

/** Whether a step is taken. A step that the file sets to null is off, as in transformers; only one that it leaves out has its default. */
export function takesStep(given: GivenFields, { step, byDefault }: ProcessorStep): boolean {
  return given[step] === undefined ? byDefault : given[step] === true;
}

/**
 * Throws an Error if a step that is taken has a value of null, which transformers refuses as well. Warns of steps that null switches
 * off.
 */
export function checkStep(given: GivenFields, step: ProcessorStep, place: ReadPlace): void {
  if (takesStep(given, step)) {
    const missing = step.needs.find((name) => given[name] === null);
    if (missing === undefined) return;
    throw new Error(
      `${place.file}: ${fieldPath(place, missing)} is null, but ${step.step} needs it; give a value, or leave the field out for the default of its class.`,
    );
  }
  if (given[step.step] === null && step.byDefault) {
    place.warn(`${shownFile(place.file)}: ${fieldPath(place, step.step)} is null, which switches it off.`);
  }
}

/** How levels become values, the same for every class. */
export function levelSettings(given: GivenFields, defaults: LevelDefaults): Omit<LevelSettings, "processorType"> {
  const mean = given.image_mean ?? defaults.mean;
  return {
    filter: filters[given.resample ?? defaults.resample]!,
    rescaleFactor: takesStep(given, commonSteps.rescale) ? (given.rescale_factor ?? 1 / 255) : null,
    normalize: takesStep(given, commonSteps.normalize) ? { mean, std: given.image_std ?? defaults.std } : null,
    imageMean: mean,
  };
}

/** What a reader of one class is told beside the place: the name of the class in the file. */
export interface ClassPlace extends ReadPlace {
  readonly processorType: string;
}

/** Throws an Error about a field whose value cannot be followed. */
export function refuseField(
  place: SectionPlace,
  field: string,
  { value, reason }: { value: unknown; reason: string },
): never {
  throw new Error(`${place.file}: ${fieldPath(place, field)} is ${quote(value)}, ${reason}.`);
}

/** The side of a tile of this size. Throws an Error that shows `value` if it is no square. */
export function tileSide({ width: across, height }: Size, value: unknown, place: SectionPlace): number {
  if (across !== height) refuseField(place, "size", { value, reason: "but tiles must be squares" });
  return across;
}
