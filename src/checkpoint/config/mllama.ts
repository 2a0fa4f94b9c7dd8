/** @file Reads the config.json of `MllamaForConditionalGeneration` (transformers' `MllamaConfig`), old and new. */
import { z } from "zod";
import { quote } from "../../json/quote.ts";
import type { LanguageConfig, MllamaConfig, MllamaVisionConfig } from "../types.ts";
import { readDecoder } from "./decoder.ts";
import {
  mllamaDefaults as defaults,
  mllamaTextDefaults as textDefaults,
  mllamaVisionDefaults as visionDefaults,
} from "./defaults.ts";
import { activation, epsilon, fieldPath, fields, layers, parseSection, tokenId, width } from "./fields.ts";
import { requireMultiple } from "./heads.ts";
import { mllamaFields, mllamaTextFields, mllamaVisionFields } from "./known-fields.ts";
import { firstGiven, sourceOrder, warnBesideSections, warnUnknownFields, type ReadPlace } from "./sources.ts";
import { rgbChannels, side } from "./vision.ts";

type Section = Readonly<Record<string, unknown>>;

/** The embeddings have rows for special tokens that the head does not have. */
const moreEmbeddings = 8;

/** A hundred tiles a picture are far beyond what any tower takes. */
const maxTiles = 100;

const section = z.record(z.string(), z.unknown(), "an object");

const schema = fields({
  vision_config: section.nullish(),
  text_config: section.nullish(),
  image_token_index: tokenId.nullish(),
  image_token_id: tokenId.nullish(),
});

const index = z.int("a whole number");
const indices = (what: string) => z.array(index, what).max(1_000, what);
const tilesMessage = `a whole number from 1 to ${maxTiles}`;
const tiles = z.int(tilesMessage).min(1, tilesMessage).max(maxTiles, tilesMessage);
const none = z.literal(0);

const textSchema = fields({ cross_attention_layers: indices("a list of layers").nullish() });

const visionSchema = fields({
  hidden_size: width.default(visionDefaults.hidden_size),
  hidden_act: activation.prefault(visionDefaults.hidden_act),
  num_hidden_layers: layers.default(visionDefaults.num_hidden_layers),
  num_global_layers: z.union([none, layers], "a number of layers").default(visionDefaults.num_global_layers),
  attention_heads: width.nullish(),
  num_attention_heads: width.nullish(),
  num_channels: rgbChannels.default(visionDefaults.num_channels),
  intermediate_size: width.default(visionDefaults.intermediate_size),
  vision_output_dim: width.default(visionDefaults.vision_output_dim),
  image_size: side.prefault(visionDefaults.image_size),
  patch_size: side.prefault(visionDefaults.patch_size),
  norm_eps: epsilon.default(visionDefaults.norm_eps),
  max_num_tiles: tiles.default(visionDefaults.max_num_tiles),
  intermediate_layers_indices: indices("a list of layers").nullish(),
  supported_aspect_ratios: z
    .array(z.tuple([tiles, tiles], "two numbers of tiles"), "a list of arrangements of tiles")
    .min(1, "at least one arrangement of tiles")
    .nullish(),
});

/** Reads a configuration of Llama 3.2 Vision, defaults filled in. Throws an Error that names the wrong field. */
export function readMllamaConfig(json: Section, place: ReadPlace): MllamaConfig {
  const model = parseSection(schema, json, place);
  const text = model.text_config ?? {};
  const language = readText(text, { ...place, section: "text_config" });
  const vision = readVision(model.vision_config ?? {}, { ...place, section: "vision_config" });
  const sections = [{ name: "text_config", fields: mllamaTextFields, values: { ...textDefaults, ...text } }];
  const beside = warnBesideSections(json, { own: mllamaFields, sections, place });
  const rest = Object.fromEntries(Object.entries(json).filter(([name]) => !beside.has(name)));
  warnUnknownFields(rest, mllamaFields, { ...place, className: "MllamaConfig" });
  const imageToken = firstGiven(json, sourceOrder.imageToken, place)?.value as number | undefined;
  return { architecture: "mllama", vision, language, imageTokenId: imageToken ?? defaults.image_token_index };
}

function readText(given: Section, place: ReadPlace): LanguageConfig {
  const decoder = readDecoder(given, place, { defaults: textDefaults, fields: mllamaTextFields });
  const { cross_attention_layers: chosen } = parseSection(textSchema, given, place);
  warnUnknownFields(given, mllamaTextFields, { ...place, className: "MllamaTextConfig" });
  const wanted: readonly number[] = chosen ?? textDefaults.cross_attention_layers;
  return {
    ...decoder,
    tiedEmbeddings: false,
    attentionBias: false,
    attentionOutputBias: false,
    mlpBias: false,
    embeddingRows: decoder.vocabulary + moreEmbeddings,
    // An index that the model does not have chooses no layer.
    crossAttentionLayers: Array.from({ length: decoder.layers }, (_, layer) => layer).filter((layer) =>
      wanted.includes(layer),
    ),
  };
}

function readVision(given: Section, place: ReadPlace): MllamaVisionConfig {
  const tower = parseSection(visionSchema, given, place);
  warnUnknownFields(given, mllamaVisionFields, { ...place, className: "MllamaVisionConfig" });
  const heads = firstGiven(given, ["attention_heads", "num_attention_heads"], place)?.value as number | undefined;
  const headCount = { field: "attention_heads", value: heads ?? visionDefaults.attention_heads };
  requireMultiple({ field: "hidden_size", value: tower.hidden_size }, headCount, place);
  if (tower.patch_size > tower.image_size) {
    throw new Error(
      `${place.file}: ${fieldPath(place, "patch_size")} is ${tower.patch_size}, but it must not be larger than image_size, ${tower.image_size}.`,
    );
  }
  const local = tower.num_hidden_layers;
  const chosen: readonly number[] = tower.intermediate_layers_indices ?? visionDefaults.intermediate_layers_indices;
  const wrong = chosen.find((layer) => layer < -local || layer >= local);
  if (wrong !== undefined) {
    throw new Error(
      `${place.file}: ${fieldPath(place, "intermediate_layers_indices")} has ${wrong}, but the tower has ${local} local layers; name one of ${-local} to ${local - 1}.`,
    );
  }
  const outputWidth = tower.hidden_size * (1 + chosen.length);
  if (tower.vision_output_dim !== outputWidth) {
    throw new Error(
      `${place.file}: ${fieldPath(place, "vision_output_dim")} is ${tower.vision_output_dim}, but the last layer and ${chosen.length} others (intermediate_layers_indices) of width ${tower.hidden_size} give ${outputWidth}.`,
    );
  }
  const ratios: readonly (readonly number[])[] =
    tower.supported_aspect_ratios ?? visionDefaults.supported_aspect_ratios;
  const most = tower.max_num_tiles;
  // Numbers of arrangements are those of the processor, which counts all that have room.
  const arrangements = Array.from({ length: most }, (_, rows) => Math.floor(most / (rows + 1))).reduce(
    (sum, count) => sum + count,
  );
  if (ratios.length < arrangements) {
    throw new Error(
      `${place.file}: ${fieldPath(place, "supported_aspect_ratios")} is ${quote(ratios)}, but up to ${most} tiles (max_num_tiles) have ${arrangements} arrangements.`,
    );
  }
  return {
    kind: "mllama",
    width: tower.hidden_size,
    layers: local + tower.num_global_layers,
    localLayers: local,
    heads: headCount.value,
    intermediate: tower.intermediate_size,
    imageSize: tower.image_size,
    patchSize: tower.patch_size,
    channels: tower.num_channels,
    maxTiles: most,
    aspectRatios: ratios.length,
    intermediateLayers: chosen.map((layer) => (layer < 0 ? layer + local : layer)),
    activation: tower.hidden_act,
    layerNormEps: tower.norm_eps,
  };
}
