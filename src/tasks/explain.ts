/** @file Asks a question and records why: the run with its attention, rollout and logit lens. */
import { embedPrompt } from "../engine/embed.ts";
import type { Model } from "../engine/model.ts";
import type { Captures } from "../engine/taps.ts";
import { traceLanguage } from "../engine/trace.ts";
import { rankTokens } from "../methods/probability.ts";
import type { RankedToken } from "../methods/probability.ts";
import { runFormat } from "../run/types.ts";
import type { RunDescription, RunToken } from "../run/types.ts";
import { byteTensor, intTensor } from "../tensor/tensor.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { lensTensors } from "./lens-tensors.ts";
import { tokenText } from "./token-text.ts";
import { programVersion } from "./program-version.ts";
import { checkLimits, encodePictures, generateAnswer, prepareQuestion, timed } from "./question.ts";
import type { PreparedQuestion, Question, TaskOptions, Timings } from "./question.ts";
import { attentionTensors, lensPositions, recordingPlan, recordingTaps } from "./recording.ts";
import type { Recording, SequencePositions } from "./recording.ts";

/** A run in memory, ready to be written. */
export interface RecordedRun {
  readonly description: RunDescription;
  readonly tensors: ReadonlyMap<string, Tensor>;
}

/** Best tokens kept of each answer position. */
const alternatives = 5;

function positionsOf(tokens: readonly RunToken[], promptLength: number): SequencePositions {
  const withRole = (role: RunToken["role"]) => tokens.flatMap((token, i) => (token.role === role ? [i] : []));
  return {
    tokens: tokens.length,
    question: withRole("question"),
    image: withRole("image"),
    predicting: Array.from({ length: tokens.length - promptLength }, (_, i) => promptLength - 1 + i),
  };
}

/** The answer as long as it may become, so that memory is checked before any of it is spent. */
function longestSequence({ prompt }: PreparedQuestion, maxNewTokens: number): SequencePositions {
  const more = Array.from({ length: maxNewTokens }, (): RunToken => ({ id: 0, text: "", role: "answer", turn: 0 }));
  return positionsOf([...prompt.tokens, ...more], prompt.ids.length);
}

function answerTokens(model: Model, { tokens }: PreparedQuestion["prompt"], ids: readonly number[]): RunToken[] {
  const { tokenizer, stopTokenIds } = model.checkpoint;
  const turn = tokens.at(-1)?.turn ?? 0;
  return ids.map((id) => {
    const special = tokenizer.isSpecial(id) || stopTokenIds.includes(id);
    return { id, text: tokenText(tokenizer, id), role: special ? "special" : "answer", turn };
  });
}

interface Facts {
  readonly question: Question;
  readonly prepared: PreparedQuestion;
  readonly tokens: readonly RunToken[];
  readonly ranked: readonly RankedToken[];
  readonly stopped: boolean;
  readonly recording: Recording;
  /** Ids that the lens read somewhere; none where it was not asked for. */
  readonly lensIds: Iterable<number>;
  readonly timings: Timings;
}

function describeRun(model: Model, facts: Facts): RunDescription {
  const { checkpoint, definition, precision } = model;
  const { question, prepared, tokens, ranked, recording } = facts;
  const { language, vision } = definition;
  const start = prepared.prompt.ids.length;
  const ids = tokens.slice(start).map(({ id }) => id);
  const text = (id: number) => tokenText(checkpoint.tokenizer, id);
  return {
    format: runFormat,
    program: programVersion(),
    model: {
      name: checkpoint.name,
      architecture: definition.architecture,
      sha256: checkpoint.sha256,
      precision,
      languageLayers: language.config.layers,
      languageHeads: language.config.heads,
      visionLayers: vision.config.layers,
      visionHeads: vision.config.heads,
      visionClassToken: vision.classToken,
    },
    messages: question.conversation.messages,
    prompt: prepared.prompt.prompt,
    answerText: checkpoint.tokenizer.decode(ids, { skipSpecialTokens: true }).trim(),
    sampling: question.sampling,
    tokens,
    images: prepared.pictures.map(({ runImage }) => runImage),
    answer: { start, end: tokens.length },
    answerTokens: ranked.map(({ probability, logit, best }) => ({
      probability,
      logit,
      alternatives: best.map((other) => ({ id: other.id, text: text(other.id), probability: other.probability })),
    })),
    stopped: facts.stopped,
    record: recording.record,
    methods: Object.fromEntries(
      recording.methods.map((method) => [
        method,
        // The run is opened without a model, so it names the vocabulary entries that the lens found.
        method === "lens" ? { texts: Object.fromEntries(Array.from(facts.lensIds, (id) => [id, text(id)])) } : {},
      ]),
    ),
    timings: facts.timings,
    created: new Date().toISOString(),
  };
}

/** The best other token at each answer position. */
function rivals(ranked: readonly RankedToken[]): number[] {
  return ranked.map(({ id, best }) => best.find((other) => other.id !== id)?.id ?? id);
}

/**
 * Answers a question, then traces prompt and answer once, teacher-forced, and records what the methods need. Nothing of the model is
 * kept but the recorded tensors. Throws one sentence where the input is wrong, and a MemoryLimitError where it would not fit.
 */
export async function explain(
  model: Model,
  question: Question,
  options: TaskOptions & Recording,
): Promise<RecordedRun> {
  const recording: Recording = { methods: options.methods, record: options.record };
  const timings: Timings = {};
  const prepared = await timed(timings, "prepare", () => prepareQuestion(model, question, options.signal));
  const { prompt, pictures } = prepared;
  const forecastTaps = recordingTaps(model, recording, longestSequence(prepared, question.sampling.maxNewTokens));
  checkLimits(model, { question, prepared, plan: recordingPlan(forecastTaps) }, options.maxMemoryBytes);

  const visionTaps = recordingPlan(forecastTaps).visionTaps;
  const encoded = await timed(timings, "vision", () =>
    encodePictures(model, pictures, { ...options, taps: visionTaps }),
  );
  const { features } = encoded;
  const { ids, stopped } = await timed(timings, "generate", () =>
    generateAnswer(model, { promptIds: prompt.ids, features, sampling: question.sampling }, options),
  );

  const tokens = [...prompt.tokens, ...answerTokens(model, prompt, ids)];
  const positions = positionsOf(tokens, prompt.ids.length);
  const taps = {
    ...recordingTaps(model, recording, positions),
    visionMeans: forecastTaps.visionMeans,
    visionHeads: forecastTaps.visionHeads,
  };
  const language: Captures = await timed(timings, "trace", async () =>
    traceLanguage(model, await embedPrompt(model, [...prompt.ids, ...ids], features, prompt.ids.length), {
      ...options,
      taps: recordingPlan(taps).languageTaps,
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
  const lensIds = new Set<number>(tensors.get("lens.ids")?.data);
  if (recording.record === "full") tensors.set("logits", logits);
  tensors.set(
    "input_ids",
    intTensor(
      [tokens.length],
      Int32Array.from(tokens, ({ id }) => id),
    ),
  );
  for (const [index, { bytes }] of pictures.entries()) tensors.set(`image.${index}`, byteTensor([bytes.length], bytes));
  return {
    description: describeRun(model, { question, prepared, tokens, ranked, stopped, recording, lensIds, timings }),
    tensors,
  };
}
