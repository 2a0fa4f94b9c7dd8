/** @file A question made ready for the model: pictures and prompt prepared, memory checked, pictures encoded. */
import { embedPrompt } from "../engine/embed.ts";
import { generate } from "../engine/generate.ts";
import type { Generated } from "../engine/generate.ts";
import { forecastMemory, requireMemory } from "../engine/memory.ts";
import type { Model } from "../engine/model.ts";
import type { Progress } from "../engine/progress.ts";
import type { Captures, Tap } from "../engine/taps.ts";
import { encodeImage } from "../engine/vision.ts";
import type { FitMode } from "../image/types.ts";
import type { RunSampling } from "../run/types.ts";
import type { FloatTensor } from "../tensor/tensor.ts";
import type { Conversation } from "./conversation.ts";
import { loadPictures } from "./pictures.ts";
import type { LoadedPicture } from "./pictures.ts";
import { buildPrompt } from "./prompt.ts";
import type { Prompt } from "./prompt.ts";

export interface Question {
  readonly conversation: Conversation;
  readonly fit: FitMode;
  readonly sampling: RunSampling;
}

export interface TaskOptions {
  /** Aborting stops the work between two layers or tokens. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** Called with the text that each new token adds to the answer. */
  readonly onToken?: (text: string) => void;
  readonly maxMemoryBytes: number;
}

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
}

/** Reads the pictures and builds the prompt. Throws one sentence about what is wrong with either. */
export async function prepareQuestion(
  model: Model,
  question: Question,
  signal?: AbortSignal,
): Promise<PreparedQuestion> {
  const { checkpoint, definition } = model;
  const pictures = await loadPictures(question.conversation.pictures, {
    checkpoint,
    vision: definition.vision,
    fit: question.fit,
    signal,
  });
  const grids = pictures.map(({ grid }) => grid);
  return { pictures, prompt: buildPrompt(checkpoint, { conversation: question.conversation, grids }) };
}

/** What will be recorded beside the answer. */
export interface RecordingPlan {
  readonly visionTaps: readonly Tap[];
  readonly languageTaps: readonly Tap[];
  /** Hidden states of each layer that the lens reads. */
  readonly lensRows: number;
}

export const recordNothing: RecordingPlan = { visionTaps: [], languageTaps: [], lensRows: 0 };

/** Throws a MemoryLimitError where answering and recording would not fit. */
export function checkMemory(
  model: Model,
  { question, prepared, plan }: { question: Question; prepared: PreparedQuestion; plan: RecordingPlan },
  maxMemoryBytes: number,
): void {
  const forecast = forecastMemory(model.definition, {
    ...plan,
    weightBytes: model.store.bytes,
    promptTokens: prepared.prompt.ids.length,
    maxNewTokens: question.sampling.maxNewTokens,
    images: prepared.pictures.length,
  });
  requireMemory(forecast, maxMemoryBytes);
}

export interface EncodedPictures {
  readonly features: readonly FloatTensor[];
  /** By picture. */
  readonly captures: readonly Captures[];
}

/** Runs the vision tower over every picture, with progress over all of them. */
export async function encodePictures(
  model: Model,
  pictures: readonly LoadedPicture[],
  { taps, signal, onProgress }: Pick<TaskOptions, "signal" | "onProgress"> & { taps: readonly Tap[] },
): Promise<EncodedPictures> {
  const features: FloatTensor[] = [];
  const captures: Captures[] = [];
  for (const [index, { pixelValues }] of pictures.entries()) {
    const encoded = await encodeImage(model, pixelValues, {
      taps,
      signal,
      onProgress: ({ stage, done, total }) =>
        onProgress?.({ stage, done: index * total + done, total: pictures.length * total }),
    });
    features.push(encoded.features);
    captures.push(encoded.captures);
  }
  return { features, captures };
}

/** Generates the answer, handing out its text as it grows. */
export async function generateAnswer(
  model: Model,
  {
    promptIds,
    features,
    sampling,
  }: { promptIds: readonly number[]; features: readonly FloatTensor[]; sampling: RunSampling },
  { signal, onProgress, onToken }: TaskOptions,
): Promise<Generated> {
  const { checkpoint } = model;
  const embedded = await embedPrompt(model, promptIds, features);
  const ids: number[] = [];
  let written = "";
  return generate(model, embedded, {
    sampling,
    maxNewTokens: sampling.maxNewTokens,
    minNewTokens: sampling.minNewTokens,
    stopTokenIds: checkpoint.stopTokenIds,
    signal,
    onProgress,
    onToken(id) {
      if (onToken === undefined) return;
      ids.push(id);
      const text = checkpoint.tokenizer.decode(ids, { skipSpecialTokens: true });
      // A character whose bytes are not all there yet decodes to the replacement character, and is held back.
      if (text.endsWith("\uFFFD") || !text.startsWith(written)) return;
      onToken(text.slice(written.length));
      written = text;
    },
  });
}
