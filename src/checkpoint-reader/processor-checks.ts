/** @file Checks that a processor makes what the model takes. */
import type { NativeSettings, PackedSettings, ProcessorSettings, TileSettings, WholeSettings } from "../image/types.ts";
import { quote } from "../json/quote.ts";
import { parseSection, fields } from "../checkpoint/config/fields.ts";
import type { Processor } from "./processor.ts";
import { formOf, processorOfArchitecture, type ProcessorForm } from "./processor-defaults.ts";
import { pinpoints } from "./tile-settings.ts";
import type {
  Idefics3Config,
  LlavaConfig,
  LlavaNextConfig,
  MllamaConfig,
  ModelConfig,
  PackedVisionConfig,
  PixtralConfig,
  Qwen2VlConfig,
} from "../checkpoint/types.ts";
import { shownFile, type Warn } from "../checkpoint/warnings.ts";
import { describeSize, outputSize } from "./whole-settings.ts";

/** What processors give, in words. */
const inputs: Readonly<Record<ProcessorForm, string>> = {
  whole: "pictures as a whole",
  resolutions: "pictures as tiles",
  ratio: "pictures as tiles by their aspect",
  edge: "pictures as tiles by their longest edge",
  canvas: "pictures on a canvas of tiles",
  packed: "pictures as packed patches",
  native: "pictures in their own size",
};

/** Throws an Error unless every picture that leaves the processor is an input that the model of `config` takes. */
export function requireInputs(settings: ProcessorSettings, config: ModelConfig): void {
  const { form } = processorOfArchitecture[config.architecture];
  const given = formOf(settings);
  if (given !== form) {
    throw new Error(
      `The checkpoint's ${settings.processorType} gives ${inputs[given]}, but a ${config.architecture} model takes ${inputs[form]}; give the processor that belongs to the model.`,
    );
  }
  if (settings.kind === "whole") requireInputSize(settings, (config as LlavaConfig).vision.imageSize);
  if (form === "resolutions") requireTileSize(settings as TileSettings, (config as LlavaNextConfig).vision.imageSize);
  if (form === "canvas") requireCanvas(settings as TileSettings, (config as MllamaConfig).vision);
  if (form === "edge") requireShuffled(settings as TileSettings, config as Idefics3Config);
  if (settings.kind === "native") requireUnit(settings, config as PixtralConfig);
  if (settings.kind === "packed") requirePatches(settings, (config as Qwen2VlConfig).vision);
}

/** Throws an Error unless every picture that leaves the processor is a square of `imageSize` pixels, the vision tower's input. */
export function requireInputSize(settings: WholeSettings, imageSize: number): void {
  const output = outputSize(settings);
  if (output?.width === imageSize && output.height === imageSize) return;
  throw new Error(
    `The checkpoint's ${settings.processorType} makes ${describeSize(output)}, but its vision tower takes ${imageSize} x ${imageSize} (image_size in config.json).`,
  );
}

function requireTileSize({ processorType, side }: TileSettings, imageSize: number): void {
  if (side === imageSize) return;
  throw new Error(
    `The checkpoint's ${processorType} makes tiles of ${side} x ${side} pixels, but its vision tower takes ${imageSize} x ${imageSize} (image_size in config.json).`,
  );
}

function requireCanvas(settings: TileSettings, { imageSize, maxTiles }: MllamaConfig["vision"]): void {
  const { processorType, cut } = settings;
  if (cut.by === "canvas" && cut.mostTiles !== maxTiles) {
    throw new Error(
      `The checkpoint's ${processorType} makes up to ${cut.mostTiles} tiles (max_image_tiles), but its vision tower takes ${maxTiles} (vision_config.max_num_tiles in config.json).`,
    );
  }
  requireTileSize(settings, imageSize);
}

/** Idefics3 takes tiles of any size, if their patches make whole squares that become image tokens. */
function requireShuffled({ processorType, side }: TileSettings, { vision, scaleFactor }: Idefics3Config): void {
  const patches = Math.floor(side / vision.patchSize);
  if (patches > 0 && patches % scaleFactor === 0) return;
  throw new Error(
    `The checkpoint's ${processorType} makes tiles of ${side} x ${side} pixels, ${patches} x ${patches} patches, but the model makes an image token of ${scaleFactor} x ${scaleFactor} patches (scale_factor in config.json).`,
  );
}

function requireUnit({ processorType, unit }: NativeSettings, { vision, merger }: PixtralConfig): void {
  const taken = vision.patchSize * (merger?.size ?? 1);
  if (unit === taken) return;
  throw new Error(
    `The checkpoint's ${processorType} makes an image token of ${unit} x ${unit} pixels (patch_size times spatial_merge_size in processor_config.json), but the model makes it of ${taken} x ${taken}.`,
  );
}

/** Names of the numbers that processor and tower share: in the settings, in the processor's file and in config.json. */
const patchFields = [
  ["patchSize", "patch_size", "patch_size"],
  ["temporalPatchSize", "temporal_patch_size", "temporal_patch_size"],
  ["mergeSize", "merge_size", "spatial_merge_size"],
] as const;

function requirePatches(settings: PackedSettings, vision: PackedVisionConfig): void {
  for (const [name, field, configField] of patchFields) {
    if (settings[name] === vision[name]) continue;
    throw new Error(
      `The checkpoint's ${settings.processorType} has a ${field} of ${settings[name]}, but its vision tower takes ${vision[name]} (vision_config.${configField} in config.json).`,
    );
  }
}

const resolutionsSchema = fields({ image_grid_pinpoints: pinpoints.nullish() });

/** Warns if config.json names other resolutions than the processor has: transformers fails on pictures for which they differ. */
export function warnOfResolutions(
  json: unknown,
  settings: ProcessorSettings,
  { file, warn }: { readonly file: string; readonly warn: Warn },
): void {
  if (settings.kind !== "tiles" || settings.cut.by !== "resolutions") return;
  const { image_grid_pinpoints: given } = parseSection(resolutionsSchema, json, { file, section: "" });
  if (given == null) return;
  const { resolutions } = settings.cut;
  const list = (sizes: typeof resolutions) => sizes.map(({ width, height }) => [height, width]);
  const [inConfig, inProcessor] = [quote(list(given)), quote(list(resolutions))];
  if (inConfig === inProcessor) return;
  warn(
    `${shownFile(file)}: image_grid_pinpoints is ${inConfig}, but the processor has ${inProcessor}; the processor's are used.`,
  );
}

/**
 * Warns if the processor would put another number of image tokens into the prompt than the vision tower makes of one input, by the
 * formula of `LlavaProcessor.replace_image_token`; transformers stops then. A processor of before transformers 4.45 leaves the number to
 * the model.
 */
export function warnOfImageTokens(
  { tokens }: Processor,
  { vision, visionFeatureSelect }: Pick<LlavaConfig, "vision" | "visionFeatureSelect">,
  warn: Warn,
): void {
  const { patchSize, additional, select } = tokens;
  const patches = (size: number) => Math.floor(vision.imageSize / size) ** 2;
  const classTokens = vision.kind === "clip" ? 1 : 0;
  const made = patches(vision.patchSize) + classTokens - (visionFeatureSelect === "default" ? 1 : 0);
  if (patchSize !== undefined) {
    const asked = patches(patchSize) + additional - (select === "default" ? 1 : 0);
    if (asked !== made) {
      warn(
        `processor_config.json asks for ${asked} image tokens a picture (patch_size ${patchSize}, num_additional_image_tokens ${additional}, vision_feature_select_strategy ${quote(select ?? null)}), but the vision tower of config.json makes ${made}; ${made} are used.`,
      );
      return;
    }
  }
  if (select !== undefined && select !== visionFeatureSelect) {
    warn(
      `processor_config.json: vision_feature_select_strategy is ${quote(select)}, but in config.json it is ${quote(visionFeatureSelect)}; that of config.json is used.`,
    );
  }
}
