/** @file Reads the settings of one image processor: finds its class in one table, and hands over to the reader of its kind. */
import { z } from "zod";
import type { ProcessorSettings, TileSettings } from "../image/types.ts";
import { quote } from "../json/quote.ts";
import { fieldPath, fields, parseSection, text } from "../checkpoint/config/fields.ts";
import { firstGiven, type ReadPlace } from "../checkpoint/config/sources.ts";
import { canvasSchema, readCanvasSettings } from "./canvas-settings.ts";
import { edgeTileSchema, readEdgeTileSettings } from "./edge-tile-settings.ts";
import { nativeSchema, readNativeSettings } from "./native-settings.ts";
import { packedSchema, readPackedSettings } from "./packed-settings.ts";
import {
  formOf,
  idleSettings,
  processorDefaults,
  processorOfArchitecture,
  type ProcessorDefaults,
  type ProcessorForm,
  type TileDefaults,
} from "./processor-defaults.ts";
import type { ClassPlace } from "./processor-fields.ts";
import { ratioTileSchema, readRatioTileSettings } from "./ratio-tile-settings.ts";
import { readTileSettings, tileSchema } from "./tile-settings.ts";
import { listNames, shownFile } from "../checkpoint/warnings.ts";
import { readWholeSettings, wholeSchema } from "./whole-settings.ts";

/** `feature_extractor_type` is the spelling of `image_processor_type` before transformers 4.27. */
const typeNames = ["image_processor_type", "feature_extractor_type"] as const;
const typeSchema = fields({ image_processor_type: text.nullish(), feature_extractor_type: text.nullish() });

/** Settings that name a mode that no class here has; only their absence can be followed. */
const switchSchema = fields({
  do_pan_and_scan: z.literal(false, "false (pan-and-scan is not supported)").nullish(),
  use_square_size: z.literal(false, "false (squares of the class's own size are not supported; give size)").nullish(),
});

const schemas = {
  whole: wholeSchema,
  resolutions: tileSchema,
  ratio: ratioTileSchema,
  edge: edgeTileSchema,
  canvas: canvasSchema,
  packed: packedSchema,
  native: nativeSchema,
} as const satisfies Readonly<Record<ProcessorForm, unknown>>;

export interface ProcessorPlace extends ReadPlace {
  /** Whose class it is if the file names none. @default "llava" */
  readonly architecture?: keyof typeof processorOfArchitecture;
}

/**
 * Settings of one image processor from its parsed JSON. Warns of settings without effect. Throws an Error if the class is not
 * supported, a field is wrong, or a step lacks a value.
 */
export function readProcessorSettings(section: unknown, place: ProcessorPlace): ProcessorSettings {
  const { processorType, defaults } = findDefaults(section, place);
  const classPlace = { ...place, processorType };
  parseSection(switchSchema, section, place);
  warnOfUnused(section as Readonly<Record<string, unknown>>, formOf(defaults), classPlace);
  switch (defaults.kind) {
    case "whole":
      return readWholeSettings(section, defaults, classPlace);
    case "tiles":
      return readTiles(section, defaults, classPlace);
    case "packed":
      return readPackedSettings(section, defaults, classPlace);
    case "native":
      return readNativeSettings(section, defaults, classPlace);
  }
}

function readTiles(section: unknown, { cut, ...defaults }: TileDefaults, place: ClassPlace): TileSettings {
  switch (cut.by) {
    case "resolutions":
      return readTileSettings(section, { ...defaults, ...cut }, place);
    case "canvas":
      return readCanvasSettings(section, { ...defaults, ...cut }, place);
    case "ratio":
      return readRatioTileSettings(section, { ...defaults, ...cut }, place);
    case "edge":
      return readEdgeTileSettings(section, { ...defaults, ...cut }, place);
  }
}

function warnOfUnused(
  section: Readonly<Record<string, unknown>>,
  form: ProcessorForm,
  { file, warn, processorType }: ClassPlace,
): void {
  const known: readonly string[] = [
    ...Object.keys(schemas[form].shape),
    ...Object.keys(switchSchema.shape),
    ...typeNames,
    ...idleSettings,
  ];
  const unknown = Object.keys(section).filter(
    (name) => section[name] != null && !name.startsWith("_") && !known.includes(name),
  );
  if (unknown.length > 0) warn(`${shownFile(file)}: ${processorType} does not use ${listNames(unknown)}.`);
  if (section.do_convert_rgb === false) {
    warn(`${shownFile(file)}: do_convert_rgb is false; pictures are converted to RGB all the same.`);
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

function findDefaults(section: unknown, place: ProcessorPlace): KnownProcessor {
  const types = parseSection(typeSchema, section, place);
  const same =
    new Set(
      typeNames
        .map((name) => types[name])
        .filter((type) => type != null)
        .map(baseOf),
    ).size <= 1;
  const named = firstGiven(types, typeNames, same ? { ...place, warn: () => undefined } : place);
  const { architecture = "llava" } = place;
  const { className } = processorOfArchitecture[architecture];
  const processorType = named === undefined ? className : String(named.value);
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
