/** @file Asks a question and records nothing but the answer. */
import type { Model } from "../engine/model.ts";
import {
  checkLimits,
  encodePictures,
  generateAnswer,
  prepareQuestion,
  recordNothing,
  sizeOf,
  timed,
} from "./question.ts";
import type { Question, TaskOptions, Timings } from "./question.ts";

export interface Answer {
  readonly text: string;
  /** The generated tokens in the vocabulary's spelling, a stop token included; "" for an id that the tokenizer does not have. */
  readonly tokens: readonly { readonly id: number; readonly text: string }[];
  /** True where the model ended by itself. */
  readonly stopped: boolean;
  readonly promptTokens: number;
  /** Milliseconds by stage. */
  readonly timings: Timings;
}

/** Answers a question. Throws one sentence where the input is wrong, and a MemoryLimitError where it would not fit. */
export async function ask(model: Model, question: Question, options: TaskOptions): Promise<Answer> {
  const { tokenizer } = model.checkpoint;
  const timings: Timings = {};
  const prepared = await timed(timings, "prepare", () => prepareQuestion(model, question, options.signal));
  const { maxNewTokens } = question.sampling;
  checkLimits(model, { ...sizeOf(prepared), plan: recordNothing, maxNewTokens }, options.maxMemoryBytes);
  const { features } = await timed(timings, "vision", () =>
    encodePictures(model, prepared.pictures, { ...options, taps: [] }),
  );
  const promptIds = prepared.prompt.ids;
  const { ids, stopped } = await timed(timings, "generate", () =>
    generateAnswer(model, { promptIds, features, sampling: question.sampling }, options),
  );
  return {
    text: tokenizer.decode(ids, { skipSpecialTokens: true }).trim(),
    // The model's vocabulary may be padded beyond the tokenizer's.
    tokens: ids.map((id) => ({ id, text: id < tokenizer.vocabularySize ? tokenizer.tokenOf(id) : "" })),
    stopped,
    promptTokens: promptIds.length,
    timings,
  };
}
