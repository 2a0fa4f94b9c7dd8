/** @file Reads a checkpoint, wherever its files are: everything but the weights' data is read and checked. */
import { quote } from "../json/quote.ts";
import type { FileFolder } from "../storage/file-folder.ts";
import { readJsonFile } from "../storage/read-file.ts";
import type { Tokenizer } from "../tokenizer/types.ts";
import { createPromptRenderer } from "./chat-template.ts";
import { readModelConfig } from "./config/read.ts";
import { warnOfStoredType } from "./config/stored-type.ts";
import { readGenerationSettings } from "./generation-config.ts";
import { imageTokenOf, readProcessor } from "./processor.ts";
import { requireInputs, warnOfImageTokens, warnOfResolutions } from "./processor-checks.ts";
import { sha256Of } from "./sha256.ts";
import { readChatTemplate } from "./template-sources.ts";
import { readTokenizer, type EncodingHost } from "./tokenizer-files.ts";
import type { Checkpoint, ModelConfig } from "./types.ts";
import { collectWarnings, shownFile, type Warn } from "./warnings.ts";
import { readWeightIndex } from "./weights.ts";

export interface OpenOptions {
  /** Name for messages and the run file, such as a hub id; by default the folder's name. */
  readonly name?: string;
  readonly signal?: AbortSignal;
}

/**
 * Reads the checkpoint in a folder, as `save_pretrained` or a hub download leaves it. No file stays open. Throws an Error that
 * names the file and the field or tensor if anything is missing, damaged or not supported; throws the signal's reason when it is
 * aborted.
 */
export async function readCheckpoint(
  files: FileFolder,
  { name, signal, ...encoding }: OpenOptions & EncodingHost,
): Promise<Checkpoint> {
  const warnings = collectWarnings();

  // The config comes first: "this model is not supported" says more than what else the folder lacks.
  const configFile = files.pathOf("config.json");
  const configJson = await readJsonFile(files, "config.json");
  const config = readModelConfig(configJson.value, configFile, warnings.warn);
  signal?.throwIfAborted();
  const processor = await readProcessor(files, warnings.warn, config.architecture);
  requireInputs(processor.settings, config);
  warnOfResolutions(configJson.value, processor.settings, { file: configFile, warn: warnings.warn });
  if ("visionFeatureSelect" in config) warnOfImageTokens(processor, config, warnings.warn);
  const { weights, weightType, headersSha256 } = await readWeightIndex(files, warnings.warn);
  warnOfStoredType(configJson.value, weightType, { file: configFile, warn: warnings.warn });
  signal?.throwIfAborted();

  const { tokenizer, tokenizerConfig, encode, prepareEncoding } = await readTokenizer(files, warnings.warn, encoding);
  warnOfVocabulary(tokenizer, config, warnings.warn);
  const imageToken = imageTokenOf(processor, tokenizer, warnings.warn, config.architecture);
  requireImageToken(imageToken, tokenizer, config);
  const template = await readChatTemplate(files, tokenizerConfig, warnings.warn);
  const renderPrompt = createPromptRenderer({ template, specialTokens: tokenizer.specialTokens, file: files.path });
  const generation = await readGenerationSettings(files, {
    modelConfig: configJson.value,
    tokenizer,
    vocabulary: config.language.vocabulary,
    warn: warnings.warn,
  });
  signal?.throwIfAborted();

  return {
    name: name ?? shownFile(files.path),
    folder: files.path,
    files,
    config,
    weights,
    weightType,
    tokenizer,
    encode,
    prepareEncoding,
    processor: processor.settings,
    imageToken,
    ...generation,
    renderPrompt,
    hasChatTemplate: template !== undefined,
    warnings: warnings.list(),
    sha256: { config: await sha256Of([configJson.bytes]), index: headersSha256 },
  };
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
      `The tokenizer has ${id === undefined ? "no id" : `the id ${id}`} for the image token ${quote(imageToken)}, but config.json puts pictures at id ${imageTokenId} (${architecture === "qwen2-vl" ? "image_token_id" : "image_token_index"}).`,
    );
  }
}
