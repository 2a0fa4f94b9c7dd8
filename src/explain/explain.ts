/** @file Asks a question and records why: the run with what its methods found. */
import { embedPrompt } from "../engine/embed.ts";
import type { Model } from "../engine/model.ts";
import type { Captures } from "../engine/taps.ts";
import { traceLanguage } from "../engine/trace.ts";
import { rankTokens } from "../methods/probability.ts";
import type { RankedToken } from "../methods/probability.ts";
import type { RunDescription, RunToken } from "../run/types.ts";
import { byteTensor, intTensor } from "../tensor/tensor.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { lensTensors } from "./methods/lens.ts";
import { isGradientMethod } from "./method-names.ts";
import { findTokens } from "../findings/answer-words.ts";
import { describeRun } from "./describe-run.ts";
import { checkGradientRequest, gradientTensors } from "./gradients/gradient-tensors.ts";
import { relevancyInputs } from "./gradients/inputs.ts";
import { resolveTarget } from "./target-choice.ts";
import {
  alternatives,
  checkLimits,
  encodePictures,
  generateAnswer,
  prepareQuestion,
  sizeOf,
  timed,
} from "./question.ts";
import type { Question, TaskOptions, Timings } from "./question.ts";
import {
  attentionTensors,
  defaultGradientChoice,
  gradientMethodsOf,
  lensPositions,
  recordingPlan,
  recordingTaps,
} from "./recording.ts";
import type { Recording, RecordingTaps } from "./recording.ts";
import { answerTokens, imagePositions, longestSequence, positionsOf } from "./sequence.ts";

/** A run in memory, ready to be written. */
export interface RecordedRun {
  readonly description: RunDescription;
  readonly tensors: ReadonlyMap<string, Tensor>;
}

/** An answer that is there already: it is not generated, but traced as it is. */
export interface GivenAnswer {
  readonly ids: readonly number[];
  /** True where the last token ended it. */
  readonly stopped: boolean;
  /** The prompt that it answers, where it is known; another one is refused. */
  readonly promptIds?: readonly number[];
}

export interface ExplainOptions extends TaskOptions, Recording {
  readonly answer?: GivenAnswer;
  /** Asked before the answer with the bytes that the run will take at most, pictures included; what it throws ends the work. */
  readonly requireRoom?: (bytes: number) => Promise<void>;
  /** Asked once the trace is done; without a yes, the methods that go back through the model are left out of the run. */
  readonly goBack?: (facts: { readonly timings: Readonly<Timings>; readonly answerTokens: number }) => boolean;
}

/** The vision taps of the forecast are those that ran: they do not depend on the answer. */
function withVisionOf(taps: RecordingTaps, ran: RecordingTaps): RecordingTaps {
  const { visionMeans, visionHeads } = ran;
  const gradients =
    taps.gradients && ran.gradients ? { ...taps.gradients, vision: ran.gradients.vision } : taps.gradients;
  return { ...taps, visionMeans, visionHeads, gradients };
}

/** The answer tokens that go back through the model, ascending. Throws one sentence where one is not in the answer. */
function explained(
  { gradients = defaultGradientChoice }: Recording,
  tokens: readonly RunToken[],
  start: number,
): number[] {
  const every = Array.from({ length: tokens.length - start }, (_, token) => token);
  if (gradients.tokens === "all") return every;
  const answer = { tokens, answer: { start, end: tokens.length } };
  const chosen = new Set(gradients.tokens.flatMap((wanted) => findTokens(answer, wanted).tokens));
  return every.filter((token) => chosen.has(token));
}

/** The best other token at each answer position. */
function rivals(ranked: readonly RankedToken[]): number[] {
  return ranked.map(({ id, best }) => best.find((other) => other.id !== id)?.id ?? id);
}

function checkSamePrompt(ids: readonly number[], wanted: readonly number[]): void {
  if (ids.length === wanted.length && ids.every((id, i) => id === wanted[i])) return;
  throw new Error(
    `The model's files make another prompt of the question (${ids.length} tokens) than the one that was answered (${wanted.length}); ask the question again.`,
  );
}

/**
 * Answers a question, then traces prompt and answer once, teacher-forced, and records what the methods need. Nothing of the model is
 * kept but the recorded tensors. Throws one sentence where the input is wrong, and a MemoryLimitError where it would not fit.
 */
export async function explain(model: Model, question: Question, options: ExplainOptions): Promise<RecordedRun> {
  const { methods, record, gradients, answer, goBack } = options;
  let recording: Recording = { methods, record, gradients };
  const timings: Timings = {};
  const prepared = await timed(timings, "prepare", () => prepareQuestion(model, question, options));
  const { prompt, pictures } = prepared;
  if (answer?.promptIds !== undefined) checkSamePrompt(prompt.ids, answer.promptIds);
  if (recording.gradients !== undefined) {
    const { variants, target } = recording.gradients;
    // Found out now, not after the answer.
    const resolved = await resolveTarget(model.checkpoint, target, options.signal);
    checkGradientRequest({ methods: gradientMethodsOf(recording), variants, target: resolved });
  }
  const maxNewTokens = answer?.ids.length ?? question.sampling.maxNewTokens;
  const forecastTaps = recordingTaps(model, recording, longestSequence(prepared, maxNewTokens));
  const { recorded } = checkLimits(
    model,
    { ...sizeOf(prepared), plan: recordingPlan(model, forecastTaps), maxNewTokens },
    options.maxMemoryBytes,
  );
  await options.requireRoom?.(pictures.reduce((sum, { bytes }) => sum + bytes.length, recorded));

  const { visionTaps } = recordingPlan(model, forecastTaps);
  const encoded = await timed(timings, "vision", () =>
    encodePictures(model, pictures, { ...options, taps: visionTaps }),
  );
  const { features } = encoded;
  const { ids, stopped } =
    answer ??
    (await timed(timings, "generate", () =>
      generateAnswer(model, { promptIds: prompt.ids, features, sampling: prepared.sampling }, options),
    ));

  const tokens = [...prompt.tokens, ...answerTokens(model, prompt, ids)];
  const positions = positionsOf(tokens, prompt.ids.length);
  const taps = withVisionOf(recordingTaps(model, recording, positions), forecastTaps);
  const language: Captures = await timed(timings, "trace", async () =>
    traceLanguage(model, await embedPrompt(model, [...prompt.ids, ...ids], features, prompt.ids.length), {
      ...options,
      taps: recordingPlan(model, taps).languageTaps,
    }),
  );
  const logits = language.get(taps.logits)!;
  const ranked = rankTokens(logits, { ids, alternatives });

  const tensors = attentionTensors(taps, { language, vision: encoded.captures, predicting: positions.predicting });
  if (taps.lens.length > 0) {
    const request = {
      taps: taps.lens,
      captures: language,
      positions: lensPositions(positions),
      answerIds: ids,
      rivalIds: rivals(ranked),
    };
    const lens = await timed(timings, "lens", () => lensTensors(model, request, options));
    for (const [name, tensor] of lens) tensors.set(name, tensor);
  }
  if (goBack?.({ timings, answerTokens: ids.length }) === false) {
    recording = { ...recording, methods: methods.filter((method) => !isGradientMethod(method)) };
  }
  const explainedTokens = explained(recording, tokens, prompt.ids.length);
  if (taps.gradients !== undefined && gradientMethodsOf(recording).length > 0) {
    const inputs = relevancyInputs(taps.gradients, {
      language,
      vision: encoded.captures,
      picturePositions: pictures.map((_, image) => imagePositions(tokens, image)),
      length: tokens.length,
      logits,
      ids,
      predicting: positions.predicting,
    });
    const { variants, target } = recording.gradients ?? defaultGradientChoice;
    const request = {
      methods: gradientMethodsOf(recording),
      variants,
      target: await resolveTarget(model.checkpoint, target, options.signal),
      tokens: explainedTokens,
    };
    const found = await timed(timings, "gradient", () => gradientTensors(model, inputs, { request, options }));
    for (const [name, tensor] of found) tensors.set(name, tensor);
  }
  const lensIds = new Set<number>(tensors.get("lens.ids")?.data);
  if (recording.record === "full") tensors.set("logits", logits);
  tensors.set(
    "input_ids",
    intTensor(
      [tokens.length],
      Int32Array.from(tokens, ({ id }) => id),
    ),
  );
  for (const [index, { bytes, editedBytes }] of pictures.entries()) {
    tensors.set(`image.${index}`, byteTensor([bytes.length], bytes));
    if (editedBytes !== undefined) tensors.set(`image.${index}.edited`, byteTensor([editedBytes.length], editedBytes));
  }
  return {
    description: describeRun(model, {
      question,
      prepared,
      tokens,
      ranked,
      stopped,
      recording,
      lensIds,
      explainedTokens,
      timings,
    }),
    tensors,
  };
}
