/** @file The job that asks a question: load, answer, explain, save. */
import { MemoryLimitError } from "../../engine/memory.ts";
import type { HostedModel } from "../../explain/host.ts";
import { explain, type ExplainOptions, type GivenAnswer, type RecordedRun } from "../../explain/explain.ts";
import type { Method } from "../../run/map-catalogue.ts";
import { traceMethods } from "../../run/maps.ts";
import type { Question } from "../../explain/question.ts";
import { defaultGradientChoice } from "../../explain/recording.ts";
import { tokenText } from "../../explain/token-text.ts";
import { gradientTime } from "../../explain/measured-times.ts";
import type { JobContext } from "./queue.ts";
import type { JobStage } from "./types.ts";

/** Exact relevancy of every answer token is computed with the answer if it takes less than this. */
const relevancyLimitMs = 30_000;

export interface AskWork {
  readonly question: Question;
  readonly record: "default" | "full";
  /** Tokens of a cancelled answer, which are kept as they are. */
  readonly partialIds?: readonly number[];
}

export interface AskOptions {
  readonly context: JobContext;
  readonly maxMemoryBytes: number;
  /** Asked with the bytes that the run will take at most, before it is answered. */
  readonly requireRoom: (bytes: number) => Promise<void>;
  /** Gets each token of the answer as it is chosen. */
  readonly onToken: (id: number) => void;
}

/** The stages of an ask job once its model is loaded. */
export function askStages({ question, partialIds }: AskWork): JobStage[] {
  const hasPictures = question.conversation.pictures.length > 0;
  return [
    "prepare",
    ...(hasPictures ? (["vision"] as const) : []),
    ...(partialIds === undefined ? (["prefill", "decode"] as const) : []),
    ...(["trace", "lens", "gradient", "save"] as const),
  ];
}

function givenAnswer({ checkpoint }: HostedModel, ids: readonly number[]): GivenAnswer {
  return { ids, stopped: checkpoint.stopTokenIds.includes(ids.at(-1) ?? -1) };
}

/**
 * Answers and explains: attention, rollout and lens always; exact relevancy if it fits into memory, and into half a minute by the
 * time that the trace took.
 */
export async function answerAndExplain(model: HostedModel, work: AskWork, options: AskOptions): Promise<RecordedRun> {
  const { question, record, partialIds } = work;
  const { context, maxMemoryBytes, requireRoom, onToken } = options;
  const { tokenizer } = model.checkpoint;
  const explainBy = (methods: readonly Method[], more: Partial<ExplainOptions> = {}): Promise<RecordedRun> =>
    explain(model, question, {
      methods,
      record,
      maxMemoryBytes,
      requireRoom,
      signal: context.signal,
      onProgress: (step) => context.step(step),
      onAnswerToken(id, { probability }) {
        onToken(id);
        context.token({ text: tokenText(tokenizer, id), probability });
      },
      ...(partialIds === undefined ? {} : { answer: givenAnswer(model, partialIds) }),
      ...more,
    });
  context.step({ stage: "prepare", done: 0, total: 1 });
  const wanted = { methods: ["relevancy"], variants: ["exact"] } as const;
  try {
    return await explainBy([...traceMethods, ...wanted.methods], {
      gradients: defaultGradientChoice,
      goBack: ({ timings, answerTokens }) =>
        gradientTime({ timings, answerTokens }, { ...wanted, answerTokens }) < relevancyLimitMs,
    });
  } catch (error) {
    // Memory is forecast before anything is done, so nothing was answered yet.
    if (!(error instanceof MemoryLimitError)) throw error;
    return explainBy(traceMethods);
  }
}
