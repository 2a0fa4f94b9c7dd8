/** @file Reads a checkpoint, wherever its files are: everything but the weights' data is read and checked. */
import type { FileFolder } from "../storage/file-folder.ts";
import { createPromptRenderer } from "./chat-template.ts";
import {
  readConfigPart,
  readGenerationPart,
  readProcessorPart,
  readPromptTexts,
  readTemplatePart,
  readTokenizerPart,
  readWeightsPart,
} from "./parts.ts";
import { sha256Of } from "../checkpoint/sha256.ts";
import type { EncodingHost } from "../checkpoint/tokenizer-files.ts";
import type { Checkpoint } from "../checkpoint/types.ts";
import { collectWarnings, shownFile } from "../checkpoint/warnings.ts";

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
  const source = { files, warn: warnings.warn };

  // The config comes first: "this model is not supported" says more than what else the folder lacks.
  const model = await readConfigPart(source);
  const { config, json } = model;
  signal?.throwIfAborted();
  const processor = await readProcessorPart(source, model);
  const { weights, weightType, headersSha256 } = await readWeightsPart(source, model);
  signal?.throwIfAborted();

  const { tokenizer, tokenizerConfig, encode, prepareEncoding } = await readTokenizerPart(source, model, encoding);
  const texts = readPromptTexts(source, { config, processor, tokenizer });
  const template = await readTemplatePart(source, model, tokenizerConfig);
  const renderPrompt = createPromptRenderer({ template, specialTokens: tokenizer.specialTokens, file: files.path });
  const generation = await readGenerationPart(source, model, tokenizer);
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
    ...texts,
    ...generation,
    renderPrompt,
    hasChatTemplate: template !== undefined,
    warnings: warnings.list(),
    sha256: { config: await sha256Of([json.bytes]), index: headersSha256 },
  };
}
