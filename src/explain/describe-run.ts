/** @file The JSON of a run: what was asked, what was answered, and how it was recorded. */
import type { Model } from "../engine/model.ts";
import type { RankedToken } from "../methods/probability.ts";
import { referenceWords } from "../methods/word-relevancy.ts";
import { runFormat } from "../run/types.ts";
import type { RunDescription, RunToken } from "../run/types.ts";
import { showTarget } from "./target-choice.ts";
import { isGradientMethod } from "./method-names.ts";
import type { Method } from "./method-names.ts";
import { programVersion } from "../program/program-version.ts";
import type { PreparedQuestion, Question, Timings } from "./question.ts";
import { defaultGradientChoice } from "./recording.ts";
import type { Recording } from "./recording.ts";
import { tokenText } from "./token-text.ts";

export interface RunFacts {
  readonly question: Question;
  readonly prepared: PreparedQuestion;
  readonly tokens: readonly RunToken[];
  readonly ranked: readonly RankedToken[];
  readonly stopped: boolean;
  readonly recording: Recording;
  /** Ids that the lens read somewhere; none where it was not asked for. */
  readonly lensIds: Iterable<number>;
  /** Answer tokens that went back through the model. */
  readonly explainedTokens: readonly number[];
  readonly timings: Timings;
}

/** What a reader of the run must know about a method beside its tensors. */
function methodParameters(model: Model, method: Method, facts: RunFacts): Readonly<Record<string, unknown>> {
  const text = (id: number) => tokenText(model.checkpoint.tokenizer, id);
  const { recording, lensIds, explainedTokens } = facts;
  // The run is opened without a model, so it names the vocabulary entries that the lens found.
  if (method === "lens") return { texts: Object.fromEntries(Array.from(lensIds, (id) => [id, text(id)])) };
  if (!isGradientMethod(method)) return {};
  const { target, variants } = recording.gradients ?? defaultGradientChoice;
  const shared = { target: showTarget(target), tokens: explainedTokens };
  if (method === "relevancy") {
    if (!variants.includes("reference")) return { ...shared, variants };
    const { tokens, prepared } = facts;
    const answer = tokens.slice(prepared.prompt.ids.length);
    // The published tool's words follow from how the vocabulary spells its entries, which a run without its model does not know.
    const spelled = answer.map(({ id }) => model.checkpoint.tokenizer.tokenOf(id));
    return { ...shared, variants, referenceWords: referenceWords(spelled) };
  }
  return method === "grad-cam" ? { ...shared, layer: model.definition.language.config.layers - 1 } : shared;
}

export function describeRun(model: Model, facts: RunFacts): RunDescription {
  const { checkpoint, definition, precision } = model;
  const { question, prepared, tokens, ranked, recording } = facts;
  const { language, vision } = definition;
  const start = prepared.prompt.ids.length;
  const ids = tokens.slice(start).map(({ id }) => id);
  const text = (id: number) => tokenText(checkpoint.tokenizer, id);
  const ofPictures = prepared.pictures.flatMap(({ warning }) => (warning === undefined ? [] : [warning]));
  const warnings = [...checkpoint.warnings, ...ofPictures];
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
    sampling: prepared.sampling,
    ...(Object.keys(checkpoint.rules).length === 0 ? {} : { generation: checkpoint.rules }),
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
    methods: Object.fromEntries(recording.methods.map((method) => [method, methodParameters(model, method, facts)])),
    ...(warnings.length === 0 ? {} : { warnings }),
    timings: facts.timings,
    created: new Date().toISOString(),
  };
}
