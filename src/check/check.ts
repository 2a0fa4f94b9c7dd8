/**
 * @file Checks a checkpoint without computing: what it is, whether it can be run, the prompt of a question, and what that would cost. It
 * reads text files and the headers of the weights, so that it also works on files that are far away.
 */
import { createPromptRenderer } from "../checkpoint-reader/chat-template.ts";
import { storedTypeOf } from "../checkpoint/config/stored-type.ts";
import {
  readConfigPart,
  readGenerationPart,
  readProcessorPart,
  readPromptTexts,
  readTemplatePart,
  readTokenizerPart,
  readWeightsPart,
  type ConfigPart,
} from "../checkpoint-reader/parts.ts";
import type { Processor } from "../checkpoint-reader/processor.ts";
import type { EncodingHost } from "../checkpoint/tokenizer-files.ts";
import { collectWarnings, listNames } from "../checkpoint/warnings.ts";
import type { CheckpointWeights } from "../checkpoint/weights.ts";
import type { MachineSpeed } from "../engine/machine-speed.ts";
import { refuseBiases } from "../engine/stored-weights.ts";
import { longestSequence } from "../explain/sequence.ts";
import type { Prompt } from "../explain/prompt.ts";
import type { FitMode } from "../image/types.ts";
import type { ModelDefinition } from "../models/definition.ts";
import type { PicturePlan } from "../models/plan.ts";
import { defineModel } from "../models/registry.ts";
import type { FileFolder } from "../storage/file-folder.ts";
import { forecastQuestion } from "./forecast.ts";
import { checkPrompt, describePicture, imagePositionsAlone, planPictures, type PictureSize } from "./prompt.ts";
import type { CheckReport } from "./report-schema.ts";
import { compareWeights, countParameters, readStoredNames } from "./weights.ts";

export interface CheckRequest {
  readonly question: string;
  readonly pictures: readonly PictureSize[];
  readonly fit: FitMode;
  readonly answerTokens: number;
  /** Null if it was not measured: then there are no times. */
  readonly speed: MachineSpeed | null;
  readonly availableBytes: number | null;
  readonly signal?: AbortSignal | undefined;
}

/** Everything of a report that the files themselves say. */
export type CheckedFiles = Omit<CheckReport, "model" | "source">;

/** Tries parts one by one, and notes what keeps which from being checked. */
function attempts(signal: AbortSignal | undefined) {
  const notChecked: { part: string; reason: string }[] = [];
  let problem: string | null = null;
  /** Something that keeps the model from running; the first one is told. */
  function fault(sentence: string): void {
    problem ??= sentence;
  }
  async function attempt<T>(
    part: string,
    { work, isNeeded }: { work: () => T | Promise<T>; isNeeded: boolean },
  ): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof Error)) throw error;
      if (isNeeded) fault(error.message);
      notChecked.push({ part, reason: error.message });
      return undefined;
    }
  }
  return {
    notChecked,
    problem: () => problem,
    fault,
    leaveOut(part: string, reason: string): void {
      notChecked.push({ part, reason });
    },
    /** What the work gives; undefined if it throws, which keeps the model from running. */
    of: <T>(part: string, work: () => T | Promise<T>) => attempt(part, { work, isNeeded: true }),
    /** The same for a part that the model runs without. */
    orLeaveOut: <T>(part: string, work: () => T | Promise<T>) => attempt(part, { work, isNeeded: false }),
  };
}

type Attempts = ReturnType<typeof attempts>;

/** The head that is used is known by its numbers alone, which are not read. */
function warnOfStoredHead(
  { language }: ModelDefinition,
  { config }: ConfigPart,
  { names, warn }: { names: ReadonlySet<string>; warn: (sentence: string) => void },
): void {
  const stored = (candidates: readonly string[]) => candidates.some((name) => names.has(name));
  if (!config.language.tiedEmbeddings || !stored(language.embeddingNames) || !stored(language.headNames)) return;
  warn(
    "config.json says that the output head shares the embeddings, and a head is stored beside them; the stored head is used if its numbers differ, which is found out when the model is opened.",
  );
}

interface CheckedWeights {
  readonly report: CheckReport["weights"];
  readonly read: CheckpointWeights | undefined;
}

async function checkWeights(
  { files, warn }: { files: FileFolder; warn: (sentence: string) => void },
  { model, definition }: { model: ConfigPart; definition: ModelDefinition },
  attempt: Attempts,
): Promise<CheckedWeights> {
  const isWhole = await files.has("model.safetensors");
  const index = await attempt.of("weights", () => readStoredNames(files));
  if (index === undefined) return { report: null, read: undefined };
  const lacking = isWhole ? [] : index.missingFiles;
  if (lacking.length > 0) {
    const sentence = `${files.path}: ${lacking.length} of the ${index.files} weight files that model.safetensors.index.json names are missing (${listNames(lacking)}).`;
    attempt.leaveOut("weights", `${sentence} Names were compared by the index; types and shapes are not known.`);
    attempt.fault(sentence);
  }
  const read =
    lacking.length > 0 ? undefined : await attempt.of("weights", () => readWeightsPart({ files, warn }, model));
  const names = read && new Set([...read.weights.keys(), ...(read.weights.others?.keys() ?? [])]);
  const stored =
    read && names ? { from: "headers" as const, names, files: read.files.length, missingFiles: [] } : index;
  const { report, used, unused } = compareWeights(definition, stored, read);
  if (read !== undefined) warnOfStoredHead(definition, model, { names: used, warn });
  await attempt.of("biases", () => refuseBiases(unused, used));
  for (const { count, example } of report.missing.slice(0, 1)) {
    const more = report.missing.reduce((sum, group) => sum + group.count, 0) - count;
    attempt.fault(
      `${files.path}: the weights lack ${count === 1 ? "" : `${count} tensors such as `}"${example}"${more > 0 ? ` and ${more} more` : ""}, which config.json asks for.`,
    );
  }
  for (const { example, stored: found, asked } of report.otherShape.slice(0, 1)) {
    attempt.fault(
      `${files.path}: tensor "${example}" has shape [${found.join(", ")}], but config.json asks for [${asked.join(", ")}].`,
    );
  }
  return { report, read };
}

/** What a model that is read can be checked for. */
interface CheckedModel {
  readonly model: ConfigPart;
  readonly definition: ModelDefinition;
  readonly processor: Processor | undefined;
}

interface CheckedPrompt {
  readonly plans: PicturePlan[] | undefined;
  readonly prompt: Prompt | undefined;
  readonly report: CheckReport["prompt"];
  readonly stopTokenIds: CheckReport["stopTokenIds"];
}

async function checkQuestion(
  { files, warn, encoding }: { files: FileFolder; warn: (sentence: string) => void; encoding: EncodingHost },
  { model, definition, processor }: CheckedModel,
  { request, attempt }: { request: CheckRequest; attempt: Attempts },
): Promise<CheckedPrompt> {
  const source = { files, warn };
  const { question, pictures, fit, signal } = request;
  const plans =
    processor &&
    (await attempt.of("pictures", () =>
      planPictures(pictures, { vision: definition.vision, settings: processor.settings, fit }),
    ));
  const read = await attempt.of("tokenizer", () => readTokenizerPart(source, model, encoding));
  const texts =
    read &&
    processor &&
    (await attempt.of("image token", () => readPromptTexts(source, { config: model.config, processor, ...read })));
  const template =
    read &&
    (await attempt.of("template", async () => ({ text: await readTemplatePart(source, model, read.tokenizerConfig) })));
  const generation = read && (await attempt.of("generation", () => readGenerationPart(source, model, read.tokenizer)));
  const stopTokenIds = generation === undefined ? null : [...generation.stopTokenIds];
  if (read === undefined || texts === undefined || template === undefined || plans === undefined) {
    attempt.leaveOut("prompt", "The prompt needs the tokenizer, the template and the processor of pictures.");
    return { plans, prompt: undefined, report: null, stopTokenIds };
  }
  const { tokenizer, encode } = read;
  const renderPrompt = createPromptRenderer({
    template: template.text,
    specialTokens: tokenizer.specialTokens,
    file: files.path,
  });
  const checkpoint = { tokenizer, encode, ...texts, config: model.config, renderPrompt };
  const promptBy = (hasChatTemplate: boolean) =>
    checkPrompt({ ...checkpoint, hasChatTemplate }, { question, plans, signal });
  // A raw prompt can be asked whatever the template is.
  const rendered = template.text && (await attempt.orLeaveOut("chat template", () => promptBy(true)));
  const found = rendered || (await attempt.of("prompt", () => promptBy(false)));
  return { plans, prompt: found?.prompt, report: found?.report ?? null, stopTokenIds };
}

function architectureOf({ architecture, vision, language }: ModelDefinition): NonNullable<CheckReport["architecture"]> {
  const { width, layers, heads, intermediate } = vision.config;
  const { keyValueHeads, headWidth, vocabulary, maxPositions, ...others } = language.config;
  return {
    name: architecture,
    vision: { width, layers, heads, intermediate },
    language: {
      ...{ width: others.width, layers: others.layers, heads: others.heads, intermediate: others.intermediate },
      ...{ keyValueHeads, headWidth, vocabulary, maxPositions },
    },
  };
}

/** Checks the files of a checkpoint. Throws the signal's reason when it is aborted; what is wrong with the files is in the report. */
export async function checkFiles(
  files: FileFolder,
  request: CheckRequest,
  encoding: EncodingHost,
): Promise<CheckedFiles> {
  const { signal, pictures, answerTokens, speed, availableBytes } = request;
  const warnings = collectWarnings();
  const { warn } = warnings;
  const attempt = attempts(signal);
  const nothing = {
    ...{ architecture: null, parameters: null, weights: null, processor: null, pictures: null },
    ...{ prompt: null, stopTokenIds: null, forecast: null },
  };
  const done = (found: Partial<CheckedFiles>): CheckedFiles => ({
    ...{ runs: attempt.problem() === null, problem: attempt.problem(), notChecked: attempt.notChecked },
    warnings: [...warnings.list()],
    ...nothing,
    ...found,
  });

  const model = await attempt.of("configuration", () => readConfigPart({ files, warn }));
  const definition = model && (await attempt.of("configuration", () => defineModel(model.config)));
  if (model === undefined || definition === undefined) {
    attempt.leaveOut("everything else", "It depends on the configuration.");
    return done({});
  }
  const parameters = countParameters(definition);
  const processor = await attempt.of("processor", () => readProcessorPart({ files, warn }, model));
  const weights = await checkWeights({ files, warn }, { model, definition }, attempt);
  const { plans, prompt, report, stopTokenIds } = await checkQuestion(
    { files, warn, encoding },
    { model, definition, processor },
    { request, attempt },
  );
  const positions =
    prompt === undefined || plans === undefined
      ? plans && imagePositionsAlone(plans, answerTokens)
      : longestSequence({ prompt, plans }, answerTokens);
  const weightType = weights.read?.weightType ?? storedTypeOf(model.json.value, files.pathOf("config.json")) ?? "BF16";
  const forecast =
    plans &&
    positions &&
    forecastQuestion({
      ...{ definition, parameters, weights: weights.read?.weights, weightType },
      ...{ pictures: plans, positions, answerTokens, speed, availableBytes },
    });
  return done({
    architecture: architectureOf(definition),
    parameters,
    weights: weights.report,
    processor:
      processor === undefined ? null : { type: processor.settings.processorType, kind: processor.settings.kind },
    pictures: plans === undefined ? null : plans.map((plan, at) => describePicture(pictures[at]!, plan)),
    prompt: report,
    stopTokenIds,
    forecast: forecast ?? null,
  });
}
