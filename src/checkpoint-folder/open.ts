/** @file Opens a checkpoint folder: everything but the weights' data is read and checked. */
import { createHash } from "node:crypto";
import { basename, join, resolve } from "node:path";
import { quote } from "../json/quote.ts";
import { createPromptRenderer } from "../checkpoint/chat-template.ts";
import { isFolder } from "./cache-layout.ts";
import { readModelConfig } from "../checkpoint/config/read.ts";
import { warnOfStoredType } from "../checkpoint/config/stored-type.ts";
import { readGenerationSettings } from "../checkpoint/generation-config.ts";
import { requireNoFile } from "./locate.ts";
import { readJsonFile } from "../files/json-file.ts";
import { imageTokenOf, readProcessor } from "../checkpoint/processor.ts";
import { requireInputs, warnOfImageTokens, warnOfResolutions } from "../checkpoint/processor-checks.ts";
import { readChatTemplate } from "../checkpoint/template-sources.ts";
import { readTokenizer } from "../checkpoint/tokenizer-files.ts";
import type { Checkpoint, ModelConfig } from "../checkpoint/types.ts";
import type { Tokenizer } from "../tokenizer/types.ts";
import { collectWarnings, type Warn } from "../checkpoint/warnings.ts";
import { readWeightIndex } from "../checkpoint/weights.ts";

export interface OpenOptions {
  /** Name for messages and the run file, such as a hub id; by default the folder's name. */
  readonly name?: string;
  readonly signal?: AbortSignal;
}

/**
 * Reads the checkpoint in `folder`, as `save_pretrained` or a hub download leaves it. No file stays open. Throws one sentence that
 * names the file and the field or tensor where anything is missing, damaged or not supported; throws the signal's reason when it
 * is aborted.
 */
export async function openCheckpoint(folder: string, { name, signal }: OpenOptions = {}): Promise<Checkpoint> {
  const path = resolve(folder);
  await requireFolder(path);
  const warnings = collectWarnings();

  // The config comes first: "this model is not supported" says more than what else the folder lacks.
  const configFile = join(path, "config.json");
  const configJson = await readJsonFile(configFile);
  const config = readModelConfig(configJson.value, configFile, warnings.warn);
  signal?.throwIfAborted();
  const processor = await readProcessor(path, warnings.warn, config.architecture);
  requireInputs(processor.settings, config);
  warnOfResolutions(configJson.value, processor.settings, { file: configFile, warn: warnings.warn });
  warnOfImageTokens(processor, config, warnings.warn);
  const { weights, weightType, headersSha256 } = await readWeightIndex(path, warnings.warn);
  warnOfStoredType(configJson.value, weightType, { file: configFile, warn: warnings.warn });
  signal?.throwIfAborted();

  const { tokenizer, tokenizerConfig, encode, prepareEncoding } = await readTokenizer(path, warnings.warn);
  warnOfVocabulary(tokenizer, config, warnings.warn);
  const imageToken = imageTokenOf(processor, tokenizer, warnings.warn, config.architecture);
  requireImageToken(imageToken, tokenizer, config);
  const template = await readChatTemplate(path, tokenizerConfig, warnings.warn);
  const renderPrompt = createPromptRenderer({ template, specialTokens: tokenizer.specialTokens, file: path });
  const generation = await readGenerationSettings(path, {
    modelConfig: configJson.value,
    tokenizer,
    vocabulary: config.language.vocabulary,
    warn: warnings.warn,
  });
  signal?.throwIfAborted();

  return {
    name: name ?? basename(path),
    folder: path,
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
    sha256: { config: createHash("sha256").update(configJson.bytes).digest("hex"), index: headersSha256 },
  };
}

async function requireFolder(path: string): Promise<void> {
  await requireNoFile(path);
  if (!(await isFolder(path))) throw new Error(`${path}: the checkpoint folder does not exist.`);
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
function requireImageToken(imageToken: string, tokenizer: Tokenizer, { imageTokenId }: ModelConfig): void {
  const id = tokenizer.idOf(imageToken);
  if (id !== imageTokenId) {
    throw new Error(
      `The tokenizer has ${id === undefined ? "no id" : `the id ${id}`} for the image token ${quote(imageToken)}, but config.json puts pictures at id ${imageTokenId} (image_token_index).`,
    );
  }
}
