/** @file The JSON of a run: what was asked, what was answered, and how it was recorded. */
import type { HostedModel } from "./host.ts";
import { decisiveWord } from "../findings/decisive-word.ts";
import type { RankedToken } from "../methods/probability.ts";
import { runFormat, type RunDescription, type RunToken } from "../run/types.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { PreparedQuestion, Question, Timings } from "./question.ts";
import { methodParameters, type Recording } from "./recording.ts";
import { memoryOf } from "./sequence.ts";
import { tokenText } from "./token-text.ts";

export interface RunFacts {
  readonly question: Question;
  readonly prepared: PreparedQuestion;
  readonly tokens: readonly RunToken[];
  readonly ranked: readonly RankedToken[];
  readonly stopped: boolean;
  readonly recording: Recording;
  /** Everything that was recorded. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** Answer tokens that went back through the model. */
  readonly explainedTokens: readonly number[];
  readonly timings: Timings;
}

export function describeRun(model: HostedModel, facts: RunFacts): RunDescription {
  const { checkpoint, definition, precision, host } = model;
  const { question, prepared, tokens, ranked, recording, tensors } = facts;
  const { language, vision } = definition;
  const start = prepared.prompt.ids.length;
  const ids = tokens.slice(start).map(({ id }) => id);
  const text = (id: number) => tokenText(checkpoint.tokenizer, id);
  const ofPictures = prepared.pictures.flatMap(({ warning }) => (warning === undefined ? [] : [warning]));
  const answer = { start, end: tokens.length };
  const answerTokens = ranked.map(({ probability, logit, best }) => ({
    probability,
    logit,
    alternatives: best.map((other) => ({ id: other.id, text: text(other.id), probability: other.probability })),
  }));
  const decisive = decisiveWord({ tokens, answer, answerTokens });
  const warnings = [...checkpoint.warnings, ...ofPictures];
  return {
    format: runFormat,
    program: host.programVersion(),
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
    memory: memoryOf(prepared.pictures.map(({ plan }) => plan)),
    images: prepared.pictures.map(({ runImage }) => runImage),
    answer,
    answerTokens,
    ...(decisive === null ? {} : { decisive }),
    stopped: facts.stopped,
    record: recording.record,
    methods: methodParameters(recording, { model, answerIds: ids, tensors, explainedTokens: facts.explainedTokens }),
    ...(warnings.length === 0 ? {} : { warnings }),
    timings: facts.timings,
    created: new Date().toISOString(),
  };
}
