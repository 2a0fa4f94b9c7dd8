/** @file A question made ready for the model: pictures and prompt prepared, memory checked, pictures encoded. */
import { generate, requirePositions, type Generated, type TokenScores } from "../engine/generate.ts";
import { forecastMemory, requireMemory, type MemoryForecast } from "../engine/memory.ts";
import type { Model } from "../engine/model.ts";
import type { Progress } from "../engine/progress.ts";
import type { Sequence } from "../engine/embed.ts";
import type { Tap } from "../engine/taps.ts";
import { encodeImage, type EncodedImage } from "../engine/vision.ts";
import type { PicturePlan } from "../models/plan.ts";
import type { Tokenizer } from "../tokenizer/types.ts";
import type { FitMode } from "../image/types.ts";
import type { RunSampling } from "../run/types.ts";
import { samplingValues } from "./asked-sampling.ts";
import type { Conversation } from "./conversation.ts";
import type { HostedModel } from "./host.ts";
import { loadPictures, type LoadedPicture, type PictureSource } from "./pictures.ts";
import { buildPrompt, type Prompt } from "./prompt.ts";
import type { RecordingPlan } from "./recording-plan.ts";

export interface Question<Picture = PictureSource> {
  readonly conversation: Conversation<Picture>;
  readonly fit: FitMode;
  readonly sampling: RunSampling;
  /** Whether samples of pictures of more than 8 bits are spread over all levels, as an edit. @default false */
  readonly stretch?: boolean;
}

export interface TaskOptions {
  /** Aborting stops the work between two layers or tokens. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** Called with the text that each new token adds to the answer. */
  readonly onToken?: (text: string) => void;
  /** Called with each new token. */
  readonly onAnswerToken?: (id: number, scores: TokenScores) => void;
  /** Called with each sentence on what is lost of a picture. */
  readonly onWarning?: (warning: string) => void;
  readonly maxMemoryBytes: number;
}

/** Best tokens told of each answer position. */
export const alternatives = 5;

/** Milliseconds by stage, filled as the stages end. */
export type Timings = Record<string, number>;

/** Runs one stage and adds its time under `name`. */
export async function timed<T>(timings: Timings, name: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  try {
    return await work();
  } finally {
    timings[name] = (timings[name] ?? 0) + performance.now() - start;
  }
}

export interface PreparedQuestion {
  readonly pictures: readonly LoadedPicture[];
  readonly prompt: Prompt;
  /** The question's, with the checkpoint's values if it asks for them. */
  readonly sampling: RunSampling;
}

/** Reads the pictures and builds the prompt. Throws an Error about what is wrong with either, or with the sampling. */
export async function prepareQuestion(
  model: HostedModel,
  question: Question,
  { signal, onWarning }: Pick<TaskOptions, "signal" | "onWarning"> = {},
): Promise<PreparedQuestion> {
  const { checkpoint, definition, host } = model;
  const sampling = samplingValues(checkpoint, question.sampling);
  const pictures = await loadPictures(question.conversation.pictures, {
    checkpoint,
    vision: definition.vision,
    fit: question.fit,
    stretch: question.stretch,
    signal,
    reader: host.pictures,
  });
  for (const { warning } of pictures) if (warning !== undefined) onWarning?.(warning);
  return {
    pictures,
    prompt: await buildPrompt(checkpoint, {
      conversation: question.conversation,
      plans: pictures.map(({ plan }) => plan),
      signal,
    }),
    sampling,
  };
}

/** The size of a question, with what will be recorded of it. */
export interface PlannedWork {
  readonly promptTokens: number;
  readonly maxNewTokens: number;
  /** Plans of the pictures. */
  readonly pictures: readonly PicturePlan[];
  readonly plan: RecordingPlan;
}

/** The size of a prepared question. */
export function sizeOf({ prompt, pictures }: PreparedQuestion): Pick<PlannedWork, "promptTokens" | "pictures"> {
  return { promptTokens: prompt.ids.length, pictures: pictures.map(({ plan }) => plan) };
}

/** The forecast. Throws if the answer could exceed the model's positions, and a MemoryLimitError if the work would not fit. */
export function checkLimits(model: Model, work: PlannedWork, maxMemoryBytes: number): MemoryForecast {
  requirePositions(model, work.promptTokens, work.maxNewTokens);
  const forecast = forecastWork(model, work);
  requireMemory(forecast, maxMemoryBytes);
  return forecast;
}

/** Bytes that the work takes. */
export function forecastWork(model: Model, { plan, ...sizes }: PlannedWork): MemoryForecast {
  return forecastMemory(model.definition, {
    ...plan,
    weightBytes: model.store.bytes,
    widenedAtUse: model.store.widenedAtUse,
    ...sizes,
  });
}

/** Runs the vision tower over every picture, with progress over all of them. */
export async function encodePictures(
  model: Model,
  pictures: readonly LoadedPicture[],
  { taps, signal, onProgress }: Pick<TaskOptions, "signal" | "onProgress"> & { taps: readonly Tap[] },
): Promise<EncodedImage[]> {
  const encoded: EncodedImage[] = [];
  for (const [index, picture] of pictures.entries()) {
    const one = await encodeImage(model, picture, {
      taps,
      signal,
      onProgress: ({ stage, done, total }) =>
        onProgress?.({ stage, done: index * total + done, total: pictures.length * total }),
    });
    encoded.push(one);
  }
  return encoded;
}

/** A vocabulary entry that stands for a single byte. */
const byteToken = /^<0x[0-9A-F]{2}>$/;

/**
 * True while the text of an answer can still change at its end: a run of byte tokens is decoded as a whole, and a character whose
 * bytes are not all there yet decodes to the replacement character.
 */
function mayChange(tokenizer: Tokenizer, text: string, ids: readonly number[]): boolean {
  // The decoder leaves out special tokens and ids beyond the tokenizer's vocabulary, so that they end no run.
  const last = ids.findLast((id) => id < tokenizer.vocabularySize && !tokenizer.isSpecial(id));
  return text.endsWith("\uFFFD") || (last !== undefined && byteToken.test(tokenizer.tokenOf(last)));
}

/** Generates the answer to an embedded prompt, handing out its text as it grows. */
export async function generateAnswer(
  model: Model,
  { promptIds, sequence, sampling }: { promptIds: readonly number[]; sequence: Sequence; sampling: RunSampling },
  { signal, onProgress, onToken, onAnswerToken }: TaskOptions,
): Promise<Generated> {
  const { checkpoint } = model;
  const ids: number[] = [];
  let written = "";
  const handOut = (text: string) => {
    if (text.length > written.length && text.startsWith(written)) onToken?.(text.slice(written.length));
    written = text;
  };
  const textSoFar = () => checkpoint.tokenizer.decode(ids, { skipSpecialTokens: true });
  const generated = await generate(model, sequence, {
    sampling,
    maxNewTokens: sampling.maxNewTokens,
    minNewTokens: sampling.minNewTokens,
    stopTokenIds: checkpoint.stopTokenIds,
    answerRules: { rules: checkpoint.rules, promptIds },
    signal,
    onProgress,
    onToken(id, scores) {
      onAnswerToken?.(id, scores);
      if (onToken === undefined) return;
      ids.push(id);
      const text = textSoFar();
      if (!mayChange(checkpoint.tokenizer, text, ids)) handOut(text);
    },
  });
  // The rest of an answer that ends within a character.
  handOut(textSoFar());
  return generated;
}
