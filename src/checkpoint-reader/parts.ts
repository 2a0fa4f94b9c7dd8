/** @file Reads the parts of a checkpoint one by one, each checked against those that were read before it. */
import { quote } from "../json/quote.ts";
import type { FileFolder } from "../storage/file-folder.ts";
import { readJsonFile, type JsonFile } from "../storage/read-file.ts";
import type { Tokenizer } from "../tokenizer/types.ts";
import { readModelConfig } from "../checkpoint/config/read.ts";
import { warnOfStoredType } from "../checkpoint/config/stored-type.ts";
import { readGenerationSettings } from "../checkpoint/generation-config.ts";
import { imageTokenOf, readProcessor, type Processor } from "./processor.ts";
import { processorOfArchitecture } from "./processor-defaults.ts";
import { requireInputs, warnOfImageTokens, warnOfResolutions } from "./processor-checks.ts";
import { readChatTemplate } from "./template-sources.ts";
import { readTokenizer, type CheckpointTokenizer, type EncodingHost } from "../checkpoint/tokenizer-files.ts";
import type { Checkpoint, GenerationSettings, ModelConfig } from "../checkpoint/types.ts";
import type { Warn } from "../checkpoint/warnings.ts";
import { readWeightIndex, type CheckpointWeights } from "../checkpoint/weights.ts";

/** Where the parts are read from, and who is told of values that differ. */
export interface PartSource {
  readonly files: FileFolder;
  readonly warn: Warn;
}

/** config.json, as it stands and as it is read. */
export interface ConfigPart {
  readonly config: ModelConfig;
  readonly json: JsonFile;
}

/** Reads config.json. Throws an Error that names the wrong field, or what is supported. */
export async function readConfigPart({ files, warn }: PartSource): Promise<ConfigPart> {
  const json = await readJsonFile(files, "config.json");
  return { config: readModelConfig(json.value, files.pathOf("config.json"), warn), json };
}

/** Reads the processor. Throws an Error if it is missing, wrong, or makes what the model does not take. */
export async function readProcessorPart({ files, warn }: PartSource, { config, json }: ConfigPart): Promise<Processor> {
  const processor = await readProcessor(files, warn, config.architecture);
  requireInputs(processor.settings, config);
  warnOfResolutions(json.value, processor.settings, { file: files.pathOf("config.json"), warn });
  if ("visionFeatureSelect" in config) warnOfImageTokens(processor, config, warn);
  return processor;
}

/** Finds the weights. Throws an Error if a file is missing or damaged, or holds no weights that can be computed with. */
export async function readWeightsPart({ files, warn }: PartSource, { json }: ConfigPart): Promise<CheckpointWeights> {
  const weights = await readWeightIndex(files, warn);
  warnOfStoredType(json.value, weights.weightType, { file: files.pathOf("config.json"), warn });
  return weights;
}

/** Reads the tokenizer. Throws an Error if a file is missing, malformed or not supported. */
export async function readTokenizerPart(
  { files, warn }: PartSource,
  { config }: ConfigPart,
  encoding: EncodingHost,
): Promise<CheckpointTokenizer> {
  const read = await readTokenizer(files, warn, encoding);
  warnOfVocabulary(read.tokenizer, config, warn);
  return read;
}

/** What a processor writes into prompts. */
export type PromptTexts = Pick<Checkpoint, "imageToken" | "imagePlaceholder" | "promptFrame" | "writesBos">;

/** The texts around pictures. Throws an Error if the tokenizer has another id for the image token than the configuration. */
export function readPromptTexts(
  { warn }: PartSource,
  { config, processor, tokenizer }: { config: ModelConfig; processor: Processor; tokenizer: Tokenizer },
): PromptTexts {
  const imageToken = imageTokenOf(processor, tokenizer, warn, config.architecture);
  requireImageToken(imageToken, tokenizer, config);
  const { placeholder, frame, writesBos } = processorOfArchitecture[config.architecture];
  const { specialTokens } = tokenizer;
  return {
    imageToken,
    ...(writesBos === true ? { writesBos } : {}),
    imagePlaceholder:
      placeholder === undefined ? imageToken : (specialTokens[placeholder.special] ?? placeholder.byDefault),
    ...(frame === undefined
      ? {}
      : { promptFrame: { ...frame, afterPictures: specialTokens[frame.afterPictures] ?? "" } }),
  };
}

/** The chat template, that of the processor's class if no file has one; undefined if there is none. */
export async function readTemplatePart(
  { files, warn }: PartSource,
  { config }: ConfigPart,
  tokenizerConfig: unknown,
): Promise<string | undefined> {
  const template = await readChatTemplate(files, tokenizerConfig, warn);
  return template ?? processorOfArchitecture[config.architecture].template;
}

/** How the checkpoint wants its answers generated. Throws an Error that names the wrong field. */
export async function readGenerationPart(
  { files, warn }: PartSource,
  { config, json }: ConfigPart,
  tokenizer: Tokenizer,
): Promise<GenerationSettings> {
  const { vocabulary } = config.language;
  return readGenerationSettings(files, { modelConfig: json.value, tokenizer, vocabulary, warn });
}

/** The image token may lie beyond the model's rows, since pictures take its place; rows beyond the tokenizer's are padding. */
function warnOfVocabulary({ vocabularySize }: Tokenizer, { language, imageTokenId }: ModelConfig, warn: Warn): void {
  const lacking = vocabularySize - language.vocabulary - (imageTokenId >= language.vocabulary ? 1 : 0);
  if (lacking > 0) {
    warn(
      `The tokenizer has ${vocabularySize} tokens, but the model's vocabulary has ${language.vocabulary} (vocab_size in config.json); text with one of the last ${lacking} cannot be asked about.`,
    );
  }
}

/** The text that stands for a picture must become the id at which the model puts the picture. */
function requireImageToken(
  imageToken: string,
  tokenizer: Tokenizer,
  { imageTokenId, architecture }: ModelConfig,
): void {
  const id = tokenizer.idOf(imageToken);
  if (id !== imageTokenId) {
    throw new Error(
      `The tokenizer has ${id === undefined ? "no id" : `the id ${id}`} for the image token ${quote(imageToken)}, but config.json puts pictures at id ${imageTokenId} (${/^(llava|paligemma|gemma)/.test(architecture) ? "image_token_index" : "image_token_id"}).`,
    );
  }
}
