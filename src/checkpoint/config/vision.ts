/** @file Reads a CLIP or SigLIP vision tower's part of config.json (`CLIPVisionConfig`, `SiglipVisionConfig`). */
import { z } from "zod";
import type { VisionConfig } from "../types.ts";
import { clipVisionDefaults, idefics3VisionDefaults, siglipVisionDefaults } from "./defaults.ts";
import { activation, epsilon, fieldPath, fields, layers, parseSection, width, type SectionPlace } from "./fields.ts";
import { requireMultiple } from "./heads.ts";
import { clipVisionFields, idefics3VisionFields, siglipVisionFields } from "./known-fields.ts";
import { warnUnknownFields, type ReadPlace } from "./sources.ts";

type VisionDefaults = typeof clipVisionDefaults | typeof siglipVisionDefaults | typeof idefics3VisionDefaults;

/** One number, or a list of two equal ones: towers take squares. */
export const side = z
  .union([width, z.tuple([width, width])], "a number of pixels or a list of two")
  .transform((value) => (typeof value === "number" ? [value, value] : value))
  .refine(([height, across]) => height === across, "the same number twice; only squares are supported")
  .transform(([height]) => height!);

/** Pictures are RGB. */
export const rgbChannels = z.literal(3, "3");

function visionSchema(defaults: VisionDefaults) {
  return fields({
    hidden_size: width.default(defaults.hidden_size),
    intermediate_size: width.default(defaults.intermediate_size),
    num_hidden_layers: layers.default(defaults.num_hidden_layers),
    num_attention_heads: width.default(defaults.num_attention_heads),
    num_channels: rgbChannels.default(defaults.num_channels),
    image_size: side.prefault(defaults.image_size),
    patch_size: side.prefault(defaults.patch_size),
    hidden_act: activation.prefault(defaults.hidden_act),
    layer_norm_eps: epsilon.default(defaults.layer_norm_eps),
  });
}

/** By the class that reads a section: the tower that it describes. */
const towers = {
  clip: {
    kind: "clip",
    className: "CLIPVisionConfig",
    fields: clipVisionFields,
    schema: visionSchema(clipVisionDefaults),
  },
  siglip: {
    kind: "siglip",
    className: "SiglipVisionConfig",
    fields: siglipVisionFields,
    schema: visionSchema(siglipVisionDefaults),
  },
  idefics3: {
    kind: "siglip",
    className: "Idefics3VisionConfig",
    fields: idefics3VisionFields,
    schema: visionSchema(idefics3VisionDefaults),
  },
} as const;

type Section = Readonly<Record<string, unknown>>;

/** Throws an Error if a picture has less than one patch. */
function requirePatches(
  { patch_size: patch, image_size: image }: { readonly patch_size: number; readonly image_size: number },
  place: SectionPlace,
): void {
  if (patch <= image) return;
  throw new Error(
    `${place.file}: ${fieldPath(place, "patch_size")} is ${patch}, but it must not be larger than image_size, ${image}.`,
  );
}

/** The fields of a tower over squares of one size, in any of its classes. */
interface SquareTowerFields {
  readonly hidden_size: number;
  readonly num_hidden_layers: number;
  readonly num_attention_heads: number;
  readonly intermediate_size: number;
  readonly image_size: number;
  readonly patch_size: number;
  readonly num_channels: number;
  readonly hidden_act: VisionConfig["activation"];
  readonly layer_norm_eps: number;
}

/** The sizes of a tower over squares. Throws an Error if heads do not divide its width, or a picture has less than one patch. */
export function towerSizes(tower: SquareTowerFields, place: SectionPlace): Omit<VisionConfig, "kind"> {
  const heads = { field: "num_attention_heads", value: tower.num_attention_heads };
  requireMultiple({ field: "hidden_size", value: tower.hidden_size }, heads, place);
  requirePatches(tower, place);
  return {
    width: tower.hidden_size,
    layers: tower.num_hidden_layers,
    heads: heads.value,
    intermediate: tower.intermediate_size,
    imageSize: tower.image_size,
    patchSize: tower.patch_size,
    channels: tower.num_channels,
    activation: tower.hidden_act,
    layerNormEps: tower.layer_norm_eps,
  };
}

function readVisionConfig(name: keyof typeof towers, section: Section, place: ReadPlace): VisionConfig {
  const { kind, className, fields: known, schema } = towers[name];
  const tower = parseSection(schema, section, place);
  warnUnknownFields(section, known, { ...place, className });
  return { kind, ...towerSizes(tower, place) };
}

/** Reads the section of a CLIP tower, defaults filled in. Throws an Error that names the wrong field. */
export function readClipVisionConfig(section: Section, place: ReadPlace): VisionConfig {
  return readVisionConfig("clip", section, place);
}

/** Reads the section of a SigLIP tower, defaults filled in. Throws an Error that names the wrong field. */
export function readSiglipVisionConfig(section: Section, place: ReadPlace): VisionConfig {
  return readVisionConfig("siglip", section, place);
}

/** Reads the section of an Idefics3 or SmolVLM tower, whatever its type says. Throws an Error that names the wrong field. */
export function readIdefics3VisionConfig(section: Section, place: ReadPlace): VisionConfig {
  return readVisionConfig("idefics3", section, place);
}
