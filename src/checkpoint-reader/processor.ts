/**
 * @file Reads what is done with pictures and their tokens in a prompt: processor_config.json and preprocessor_config.json, and which of
 * them decides if they differ.
 */
import { z } from "zod";
import type { ProcessorSettings } from "../image/types.ts";
import { quote } from "../json/quote.ts";
import { count, fields, parseSection, text, width } from "../checkpoint/config/fields.ts";
import type { FileFolder } from "../storage/file-folder.ts";
import { readOptionalJsonFile, type JsonFile } from "../storage/read-file.ts";
import { processorOfArchitecture } from "./processor-defaults.ts";
import { readProcessorSettings } from "./processor-settings.ts";
import type { Tokenizer } from "../tokenizer/types.ts";
import type { ModelConfig } from "../checkpoint/types.ts";
import { listNames, type Warn } from "../checkpoint/warnings.ts";

export interface Processor {
  readonly settings: ProcessorSettings;
  /** The text that stands for a picture in a prompt, if the processor gives one. */
  readonly imageToken: string | undefined;
  /** What the processor counts image tokens by. */
  readonly tokens: {
    readonly patchSize: number | undefined;
    readonly additional: number;
    readonly select: string | undefined;
  };
}

/**
 * The files that may describe the image processor, the deciding one first: the part `image_processor` of the newer file, as a whole,
 * else the older file (`get_image_processor_dict` of transformers 5.24).
 */
const processorFiles = { newer: "processor_config.json", older: "preprocessor_config.json" } as const;

type Architecture = ModelConfig["architecture"];

const wrapperSchema = fields({
  image_token: z.union([text, fields({ content: text })], "a text").nullish(),
  image_processor: z.record(z.string(), z.unknown(), "an object").nullish(),
  patch_size: width.nullish(),
  spatial_merge_size: width.nullish(),
  num_additional_image_tokens: z.union([z.literal(0), count], "a whole number").nullish(),
  vision_feature_select_strategy: text.nullish(),
});

/**
 * Reads the processor of the checkpoint in `folder`, the defaults of its class filled in. Warns if two files differ and of settings
 * without effect. Throws an Error if there is none, its class is not supported, or a field is wrong.
 */
export async function readProcessor(
  folder: FileFolder,
  warn: Warn = () => undefined,
  architecture: Architecture = "llava",
): Promise<Processor> {
  const file = folder.pathOf(processorFiles.newer);
  const olderFile = folder.pathOf(processorFiles.older);
  const json = await readOptionalJsonFile(folder, processorFiles.newer);
  const older = await readOptionalJsonFile(folder, processorFiles.older);
  const wrapper = parseSection(wrapperSchema, json?.value ?? {}, { file, section: "" });
  const nested = wrapper.image_processor;
  if (nested == null && older === undefined) {
    throw new Error(
      `${folder.path}: neither ${processorFiles.newer} nor ${processorFiles.older} describes an image processor; is the download complete?`,
    );
  }
  const settings =
    nested == null
      ? readProcessorSettings(older!.value, { file: olderFile, section: "", warn, architecture })
      : readProcessorSettings(nested, { file, section: "image_processor", warn, architecture });
  if (nested != null && older !== undefined) warnOfOlder(nested, { older, settings, warn, architecture });
  const token = wrapper.image_token;
  return {
    settings: settings.kind === "native" ? { ...settings, unit: unitOf(wrapper) } : settings,
    imageToken: typeof token === "string" ? token : token?.content,
    tokens: {
      patchSize: wrapper.patch_size ?? undefined,
      additional: wrapper.num_additional_image_tokens ?? 0,
      select: wrapper.vision_feature_select_strategy ?? undefined,
    },
  };
}

/** What `PixtralProcessor` hands to its image processor in the place of its patch size. */
function unitOf({ patch_size: patch, spatial_merge_size: merge }: z.output<typeof wrapperSchema>): number {
  return (patch ?? 16) * (merge ?? 1);
}

/** Warns if the older file, which is not used, would do something else to pictures. */
function warnOfOlder(
  nested: Readonly<Record<string, unknown>>,
  {
    older,
    settings,
    warn,
    architecture,
  }: {
    readonly older: JsonFile;
    readonly settings: ProcessorSettings;
    readonly warn: Warn;
    readonly architecture: Architecture;
  },
): void {
  const file = processorFiles.older;
  let other: ProcessorSettings | undefined;
  try {
    other = readProcessorSettings(older.value, { file, section: "", warn: () => undefined, architecture });
  } catch {
    // It is not used, and what is wrong in it does not matter; it differs.
  }
  const withoutName = (value: ProcessorSettings | undefined) => JSON.stringify({ ...value, processorType: "" });
  if (withoutName(other) === withoutName(settings)) return;
  const values =
    typeof older.value === "object" && older.value !== null ? (older.value as Record<string, unknown>) : {};
  const names = new Set([...Object.keys(nested), ...Object.keys(values)]);
  const differing = [...names].filter((name) => JSON.stringify(nested[name]) !== JSON.stringify(values[name]));
  warn(
    `${processorFiles.newer} and ${file} differ in ${listNames(differing)}; what ${processorFiles.newer} says under image_processor is used.`,
  );
}

/** The text for a picture: the tokenizer's own, else the processor's, else the default of its class. Warns if two differ. */
export function imageTokenOf(
  { imageToken }: Processor,
  { specialTokens }: Pick<Tokenizer, "specialTokens">,
  warn: Warn,
  architecture: Architecture = "llava",
): string {
  const { imageToken: byDefault, tokenName = "image_token" } = processorOfArchitecture[architecture];
  const ofTokenizer = specialTokens[tokenName];
  if (ofTokenizer !== undefined && imageToken !== undefined && ofTokenizer !== imageToken) {
    warn(
      `The tokenizer's ${tokenName} is ${quote(ofTokenizer)} and that of ${processorFiles.newer} is ${quote(imageToken)}; the tokenizer's is used.`,
    );
  }
  return ofTokenizer ?? imageToken ?? byDefault;
}
