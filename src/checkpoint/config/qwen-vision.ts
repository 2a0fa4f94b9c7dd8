/**
 * @file Reads the vision towers of the Qwen-VL models (`Qwen2VLVisionConfig`, `Qwen2_5_VLVisionConfig`, `Qwen3VLVisionConfig`): packed
 * patches of any picture.
 */
import { z } from "zod";
import type { PackedVisionConfig, Qwen25VisionConfig, Qwen2VisionConfig, Qwen3VisionConfig } from "../types.ts";
import { qwen25VlVisionDefaults, qwen2VlVisionDefaults, qwen3VlVisionDefaults } from "./defaults.ts";
import { activation, count, fieldPath, fields, layers, parseSection, positive, width } from "./fields.ts";
import { requireMultiple } from "./heads.ts";
import { qwen25VlVisionFields, qwen2VlVisionFields, qwen3VlVisionFields, type KnownFields } from "./known-fields.ts";
import { warnUnknownFields, type ReadPlace } from "./sources.ts";
import { rgbChannels, side } from "./vision.ts";

type Section = Readonly<Record<string, unknown>>;

/** A tower, and the width of the rows that its merger gives. */
export interface ReadTower<Config> {
  readonly vision: Config;
  readonly output: { readonly field: string; readonly width: number };
}

/** Numbers that every class fills in by itself. */
interface PackedDefaults {
  readonly depth: number;
  readonly hidden_act: string;
  readonly num_heads: number;
  readonly in_channels: 3;
  readonly patch_size: number;
  readonly spatial_merge_size: number;
  readonly temporal_patch_size: number;
  readonly rope_theta: number;
}

/** Fields that every class has. */
function packedShape(defaults: PackedDefaults) {
  return {
    depth: layers.default(defaults.depth),
    hidden_act: activation.prefault(defaults.hidden_act),
    num_heads: width.default(defaults.num_heads),
    in_channels: rgbChannels.default(defaults.in_channels),
    patch_size: side.prefault(defaults.patch_size),
    spatial_merge_size: width.default(defaults.spatial_merge_size),
    temporal_patch_size: width.default(defaults.temporal_patch_size),
    rope_parameters: fields({
      rope_type: z.enum(["default", "axial"], "axial").nullish(),
      rope_theta: positive.default(defaults.rope_theta),
    }).nullish(),
  };
}

type PackedFields = z.output<z.ZodObject<ReturnType<typeof packedShape>>>;

/** Names that older files have beside those of the class, which does not read them: the same number under another name. */
const otherNames = { in_chans: "in_channels", spatial_patch_size: "patch_size" } as const;

function warnOfFields(
  given: Section,
  tower: PackedFields,
  place: ReadPlace & { readonly className: string; readonly known: KnownFields },
): void {
  const differing = Object.entries(given).filter(
    ([name, value]) => !(name in otherNames && value === tower[otherNames[name as keyof typeof otherNames]]),
  );
  warnUnknownFields(Object.fromEntries(differing), place.known, place);
}

/** The numbers of a tower of this width. Throws an Error if its heads do not have whole pairs for rows and columns. */
function packedConfig(
  tower: PackedFields,
  own: { readonly width: { readonly field: string; readonly value: number }; readonly intermediate: number },
  { rope_theta: theta, layer_norm_eps: epsilon, ...place }: ReadPlace & { rope_theta: number; layer_norm_eps: number },
): PackedVisionConfig {
  const heads = { field: "num_heads", value: tower.num_heads };
  requireMultiple(own.width, heads, place);
  // Half of the pairs of a head turn with the row, half with the column.
  const perHead = own.width.value / tower.num_heads;
  const headWidth = { field: `the width of a head (${own.width.field} / num_heads)`, value: perHead };
  requireMultiple(headWidth, { field: "two rotated pairs", value: 4 }, place);
  return {
    width: own.width.value,
    layers: tower.depth,
    heads: tower.num_heads,
    intermediate: own.intermediate,
    patchSize: tower.patch_size,
    temporalPatchSize: tower.temporal_patch_size,
    mergeSize: tower.spatial_merge_size,
    channels: tower.in_channels,
    activation: tower.hidden_act,
    layerNormEps: epsilon,
    ropeTheta: tower.rope_parameters?.rope_theta ?? theta,
  };
}

const qwen2Schema = fields({
  ...packedShape(qwen2VlVisionDefaults),
  model_type: z.enum(["qwen2_vl", "qwen2_vl_vision"], "qwen2_vl or qwen2_vl_vision").nullish(),
  embed_dim: width.default(qwen2VlVisionDefaults.embed_dim),
  hidden_size: width.default(qwen2VlVisionDefaults.hidden_size),
  mlp_ratio: positive.default(qwen2VlVisionDefaults.mlp_ratio),
});

export function readQwen2Vision(given: Section, place: ReadPlace): ReadTower<Qwen2VisionConfig> {
  const tower = parseSection(qwen2Schema, given, place);
  warnOfFields(given, tower, { ...place, className: "Qwen2VLVisionConfig", known: qwen2VlVisionFields });
  const own = {
    width: { field: "embed_dim", value: tower.embed_dim },
    intermediate: Math.trunc(tower.embed_dim * tower.mlp_ratio),
  };
  return {
    vision: { kind: "qwen2-vl", ...packedConfig(tower, own, { ...place, ...qwen2VlVisionDefaults }) },
    output: { field: "hidden_size", width: tower.hidden_size },
  };
}

const layerIndex = z.number("a whole number").int("a whole number");

const qwen25Schema = fields({
  ...packedShape(qwen25VlVisionDefaults),
  model_type: z.enum(["qwen2_5_vl", "qwen2_5_vl_vision"], "qwen2_5_vl or qwen2_5_vl_vision").nullish(),
  hidden_size: width.default(qwen25VlVisionDefaults.hidden_size),
  out_hidden_size: width.default(qwen25VlVisionDefaults.out_hidden_size),
  intermediate_size: width.default(qwen25VlVisionDefaults.intermediate_size),
  window_size: width.default(qwen25VlVisionDefaults.window_size),
  fullatt_block_indexes: z
    .array(layerIndex, "a list of whole numbers")
    .default([...qwen25VlVisionDefaults.fullatt_block_indexes]),
});

export function readQwen25Vision(given: Section, place: ReadPlace): ReadTower<Qwen25VisionConfig> {
  const tower = parseSection(qwen25Schema, given, place);
  warnOfFields(given, tower, { ...place, className: "Qwen2_5_VLVisionConfig", known: qwen25VlVisionFields });
  const own = { width: { field: "hidden_size", value: tower.hidden_size }, intermediate: tower.intermediate_size };
  const packed = packedConfig(tower, own, { ...place, ...qwen25VlVisionDefaults });
  const { patchSize, mergeSize } = packed;
  // Rounded down in this order by transformers.
  const windowSide = Math.floor(Math.floor(tower.window_size / mergeSize) / patchSize);
  if (windowSide === 0) {
    throw new Error(
      `${place.file}: ${fieldPath(place, "window_size")} is ${tower.window_size}, but a window must hold an image token, ${mergeSize * patchSize} pixels (spatial_merge_size times patch_size).`,
    );
  }
  return {
    vision: { kind: "qwen2.5-vl", ...packed, windowSide, fullLayers: tower.fullatt_block_indexes },
    output: { field: "out_hidden_size", width: tower.out_hidden_size },
  };
}

const qwen3Schema = fields({
  ...packedShape(qwen3VlVisionDefaults),
  model_type: z.enum(["qwen3_vl", "qwen3_vl_vision"], "qwen3_vl or qwen3_vl_vision").nullish(),
  hidden_size: width.default(qwen3VlVisionDefaults.hidden_size),
  out_hidden_size: width.default(qwen3VlVisionDefaults.out_hidden_size),
  intermediate_size: width.default(qwen3VlVisionDefaults.intermediate_size),
  num_position_embeddings: count.default(qwen3VlVisionDefaults.num_position_embeddings),
  deepstack_visual_indexes: z
    .array(layerIndex, "a list of whole numbers")
    .default([...qwen3VlVisionDefaults.deepstack_visual_indexes]),
});

export function readQwen3Vision(given: Section, place: ReadPlace): ReadTower<Qwen3VisionConfig> {
  const tower = parseSection(qwen3Schema, given, place);
  warnOfFields(given, tower, { ...place, className: "Qwen3VLVisionConfig", known: qwen3VlVisionFields });
  const own = { width: { field: "hidden_size", value: tower.hidden_size }, intermediate: tower.intermediate_size };
  const positions = tower.num_position_embeddings;
  return {
    vision: {
      kind: "qwen3-vl",
      ...packedConfig(tower, own, { ...place, ...qwen3VlVisionDefaults }),
      positions,
      positionSide: Math.trunc(Math.sqrt(positions)),
      deepstack: tower.deepstack_visual_indexes,
    },
    output: { field: "out_hidden_size", width: tower.out_hidden_size },
  };
}
