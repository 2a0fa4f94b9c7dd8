/** @file Asks a question and records why: the run with what its methods found. */
import { embedPrompt, withTokenEmbedder, type Sequence } from "../engine/embed.ts";
import type { Model } from "../engine/model.ts";
import { rankTokens } from "../methods/probability.ts";
import type { RunDescription, RunToken } from "../run/types.ts";
import { byteTensor, floatTensor, intTensor, type Tensor } from "../tensor/tensor.ts";
import { findTokens } from "../findings/answer-words.ts";
import { describeRun } from "./describe-run.ts";
import type { HostedModel } from "./host.ts";
import type { MethodModule, MethodPlan, MethodWork } from "./methods/method.ts";
import {
  alternatives,
  checkLimits,
  encodePictures,
  generateAnswer,
  prepareQuestion,
  sizeOf,
  timed,
  type Question,
  type TaskOptions,
  type Timings,
} from "./question.ts";
import {
  checkTarget,
  choiceOf,
  computeMethods,
  defaultGradientChoice,
  methodsFor,
  modulesOf,
  recordingPlan,
  stagesOf,
  type Recording,
} from "./recording.ts";
import { answerTokens, imagePositions, longestSequence, positionsOf } from "./sequence.ts";
import { resolveTarget } from "./target-choice.ts";
import { traceAnswer } from "./traced-answer.ts";

/** A run in memory, ready to be written. */
export interface RecordedRun {
  readonly description: RunDescription;
  readonly tensors: ReadonlyMap<string, Tensor>;
}

/** An answer that is there already: it is not generated, but traced as it is. */
export interface GivenAnswer {
  readonly ids: readonly number[];
  /** True if the last token ended it. */
  readonly stopped: boolean;
  /** The prompt that it answers, if it is known; another one is refused. */
  readonly promptIds?: readonly number[];
}

export interface ExplainOptions extends TaskOptions, Recording {
  readonly answer?: GivenAnswer;
  /** Asked before the answer with the bytes that the run will take at most, pictures included; what it throws ends the work. */
  readonly requireRoom?: (bytes: number) => Promise<void>;
  /** Asked once the trace is done; without a yes, the methods that go back through the model are left out of the run. */
  readonly goBack?: (facts: { readonly timings: Readonly<Timings>; readonly answerTokens: number }) => boolean;
}

/** The answer tokens that go back through the model, ascending. Throws an Error if one is not in the answer. */
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

function checkSamePrompt(ids: readonly number[], wanted: readonly number[]): void {
  if (ids.length === wanted.length && ids.every((id, i) => id === wanted[i])) return;
  throw new Error(
    `The model's files make another prompt of the question (${ids.length} tokens) than the one that was answered (${wanted.length}); ask the question again.`,
  );
}

/** The modules that work in a stage. */
function withStage(modules: readonly MethodModule[], stage: MethodModule["stage"]): MethodModule[] {
  return modules.filter((module) => module.stage === stage);
}

/** Prompt and answer: the embedded prompt with the answer's embeddings after it. */
async function withAnswer(model: Model, prompt: Sequence, ids: readonly number[]): Promise<Sequence> {
  const answer = await withTokenEmbedder(model, (embed) => embed(ids));
  const [rows, width] = prompt.embedded.dims as [number, number];
  const whole = floatTensor([rows + ids.length, width]);
  whole.data.set(prompt.embedded.data);
  whole.data.set(answer.data, prompt.embedded.data.length);
  return { ...prompt, embedded: whole };
}

/**
 * Answers a question, then traces prompt and answer once, teacher-forced, and records what the methods need. Nothing of the model is
 * kept but the recorded tensors. Throws an Error if the input is wrong, and a MemoryLimitError if it would not fit.
 */
export async function explain(model: HostedModel, question: Question, options: ExplainOptions): Promise<RecordedRun> {
  const { record, gradients, answer, goBack } = options;
  const { crossAttentionLayers = [] } = model.definition.language.config;
  const facts = { pictures: question.conversation.pictures.length, imageStates: crossAttentionLayers.length === 0 };
  const methods = methodsFor(options.methods, facts, options.onWarning);
  let recording: Recording = { methods, record, gradients };
  const modules = modulesOf(choiceOf(recording));
  const timings: Timings = {};
  const prepared = await timed(timings, "prepare", () => prepareQuestion(model, question, options));
  const { prompt, pictures } = prepared;
  if (answer?.promptIds !== undefined) checkSamePrompt(prompt.ids, answer.promptIds);
  // A target that cannot be explained is found out now, not after the answer.
  const target = await resolveTarget(model.checkpoint, (gradients ?? defaultGradientChoice).target, options.signal);
  checkTarget(modules, target);
  const maxNewTokens = answer?.ids.length ?? question.sampling.maxNewTokens;
  const longestPositions = longestSequence({ prompt, plans: pictures.map(({ plan }) => plan) }, maxNewTokens);
  const longest = recordingPlan(modules, { model, record, positions: longestPositions });
  const { recorded } = checkLimits(model, { ...sizeOf(prepared), plan: longest, maxNewTokens }, options.maxMemoryBytes);
  await options.requireRoom?.(pictures.reduce((sum, { bytes }) => sum + bytes.length, recorded));

  const encoded = await timed(timings, "vision", () =>
    encodePictures(model, pictures, { ...options, taps: longest.visionTaps }),
  );
  const prefix = await embedPrompt(model, prompt.ids, encoded);
  const { ids, stopped } =
    answer ??
    (await timed(timings, "generate", () =>
      generateAnswer(model, { promptIds: prompt.ids, sequence: prefix, sampling: prepared.sampling }, options),
    ));

  const tokens = [...prompt.tokens, ...answerTokens(model, prompt, ids)];
  const positions = positionsOf(tokens, { promptLength: prompt.ids.length, memory: longestPositions.memory });
  const plan: MethodPlan = { model, record, positions };
  const traced = await timed(timings, "trace", async () =>
    traceAnswer(
      model,
      {
        sequence: await withAnswer(model, prefix, ids),
        taps: recordingPlan(modules, plan).languageTaps,
        ids,
        predicting: plan.positions.predicting,
        encoded,
        positions: encoded.map((_, image) => imagePositions(tokens, image)),
      },
      options,
    ),
  );
  const ranked = rankTokens(traced.logits, { ids, alternatives });
  const explainedTokens = explained(recording, tokens, prompt.ids.length);
  const work: MethodWork = {
    ...plan,
    answer: traced,
    promptIds: prompt.ids,
    target,
    tokens: explainedTokens,
    options,
  };

  const tensors = await computeMethods(withStage(modules, undefined), work);
  for (const stage of stagesOf(choiceOf(recording))) {
    if (stage === "gradient" && goBack?.({ timings, answerTokens: ids.length }) === false) {
      const left = new Set(withStage(modules, stage).map(({ name }) => name));
      recording = { ...recording, methods: methods.filter((method) => !left.has(method)) };
      continue;
    }
    const found = await timed(timings, stage, () => computeMethods(withStage(modules, stage), work));
    for (const [name, tensor] of found) tensors.set(name, tensor);
  }
  if (record === "full") tensors.set("logits", traced.logits);
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
      tensors,
      explainedTokens,
      timings,
    }),
    tensors,
  };
}
