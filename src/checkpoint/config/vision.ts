/** @file Reads a CLIP or SigLIP vision tower's part of config.json (`CLIPVisionConfig`, `SiglipVisionConfig`). */
import { z } from "zod";
import type { VisionConfig } from "../types.ts";
import { clipVisionDefaults, siglipVisionDefaults } from "./defaults.ts";
import { activation, epsilon, fieldPath, fields, layers, parseSection, width, type SectionPlace } from "./fields.ts";
import { requireMultiple } from "./heads.ts";

type VisionDefaults = typeof clipVisionDefaults | typeof siglipVisionDefaults;

/** Pictures are RGB. */
const rgbChannels = z.literal(3, "3");

function visionSchema(defaults: VisionDefaults) {
  return fields({
    hidden_size: width.default(defaults.hidden_size),
    intermediate_size: width.default(defaults.intermediate_size),
    num_hidden_layers: layers.default(defaults.num_hidden_layers),
    num_attention_heads: width.default(defaults.num_attention_heads),
    num_channels: rgbChannels.default(defaults.num_channels),
    image_size: width.default(defaults.image_size),
    patch_size: width.default(defaults.patch_size),
    hidden_act: activation.prefault(defaults.hidden_act),
    layer_norm_eps: epsilon.default(defaults.layer_norm_eps),
  });
}

const schemas = { clip: visionSchema(clipVisionDefaults), siglip: visionSchema(siglipVisionDefaults) };

function readVisionConfig(kind: VisionConfig["kind"], section: unknown, place: SectionPlace): VisionConfig {
  const tower = parseSection(schemas[kind], section, place);
  const heads = { field: "num_attention_heads", value: tower.num_attention_heads };
  requireMultiple({ field: "hidden_size", value: tower.hidden_size }, heads, place);
  if (tower.patch_size > tower.image_size) {
    throw new Error(
      `${place.file}: ${fieldPath(place, "patch_size")} is ${tower.patch_size}, but it must not be larger than image_size, ${tower.image_size}.`,
    );
  }
  return {
    kind,
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

/** Reads the section of a CLIP tower, defaults filled in. Throws one sentence that names the wrong field. */
export function readClipVisionConfig(section: unknown, place: SectionPlace): VisionConfig {
  return readVisionConfig("clip", section, place);
}

/** Reads the section of a SigLIP tower, defaults filled in. Throws one sentence that names the wrong field. */
export function readSiglipVisionConfig(section: unknown, place: SectionPlace): VisionConfig {
  return readVisionConfig("siglip", section, place);
}
