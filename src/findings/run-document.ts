/** @file What a run says of itself in a list, and what a page needs of it to open it. */
import { meanWordScore } from "../methods/grounding/word-grounding.ts";
import { resultsOf } from "../run/measures.ts";
import { turnCount } from "../run/positions.ts";
import { lastQuestion } from "../run/question.ts";
import { runFileName } from "../run/run-id.ts";
import type { Run, RunDescription } from "../run/types.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { imageSinks, recordsSinks } from "./sinks.ts";

/** A run in the list. */
export interface RunSummary {
  readonly id: string;
  /** What the user called it, else "". */
  readonly name: string;
  readonly question: string;
  readonly answer: string;
  readonly turns: number;
  readonly pictures: number;
  /** How many steps its pictures were edited by. */
  readonly edits: number;
  /** Geometric mean of the answer tokens' probabilities. */
  readonly probability: number;
  /** Mean grounding score of the words of the answer, 0 to 1; left out until it was measured. */
  readonly grounding?: number;
  readonly model: string;
  readonly created: string;
  /** Milliseconds that the answer took, all stages. */
  readonly durationMs: number;
  readonly fileBytes: number;
}

/** An attention sink among the image tokens. */
export interface SinkSummary {
  /** Position in the sequence, and index among the image tokens of all pictures. */
  readonly position: number;
  readonly token: number;
}

/** One run, opened. */
export interface RunDocument {
  readonly summary: RunSummary;
  readonly description: RunDescription;
  readonly tensors: readonly {
    readonly name: string;
    readonly dims: readonly number[];
    readonly type: Tensor["type"];
  }[];
  /** Attention sinks; null if the run does not hold what they are found by. */
  readonly sinks: readonly SinkSummary[] | null;
  /** Name of the run file, such as "r-0142.run.safetensors". */
  readonly fileName: string;
  /** Id of the model that can ask again, if this server has it. */
  readonly model?: string;
}

/** Geometric mean of the answer tokens' probabilities; 0 for an answer of none. */
function meanProbability({ answerTokens }: RunDescription): number {
  if (answerTokens.length === 0) return 0;
  const logs = answerTokens.reduce((sum, { probability }) => sum + Math.log(probability), 0);
  return Math.exp(logs / answerTokens.length);
}

/** What a list says of a run. `id` is its name there, `fileBytes` the size of its file. */
export function summarize(id: string, description: RunDescription, fileBytes: number): RunSummary {
  const { name = "", answerText, images, model, created, timings, measures } = description;
  const grounding = meanWordScore(description, resultsOf(measures, "grounding").at(-1)?.tokens);
  return {
    id,
    name,
    question: lastQuestion(description),
    answer: answerText,
    turns: turnCount(description),
    pictures: images.length,
    edits: images.reduce((sum, { edits = [] }) => sum + edits.length, 0),
    probability: meanProbability(description),
    ...(grounding === undefined ? {} : { grounding }),
    model: model.name,
    created,
    durationMs: Object.values(timings).reduce((sum, time) => sum + time, 0),
    fileBytes,
  };
}

/** Attention sinks of a run; null if it does not hold what they are found by. */
export async function sinksOf(run: Run): Promise<SinkSummary[] | null> {
  if (!recordsSinks(run)) return null;
  return (await imageSinks(run)).map(({ position, imageToken }) => ({ position, token: imageToken }));
}

/** The document of a run without a model that can ask again. `sinks` are those of `sinksOf`. */
export function runDocument(
  run: Run,
  { summary, sinks }: Pick<RunDocument, "summary" | "sinks">,
): Omit<RunDocument, "model"> {
  return {
    summary,
    description: run.description,
    tensors: [...run.tensors].map(([name, { dims, type }]) => ({ name, dims, type })),
    sinks,
    fileName: runFileName(summary.id),
  };
}
