/** @file What the list says of each run, read from the header of its file once and remembered while the file stays the same. */
import { stat } from "node:fs/promises";
import { openFileSource } from "../../checkpoint/regular-file.ts";
import { questionOf } from "../../figure/report/build-report-data.ts";
import { meanWordScore } from "../../methods/grounding/word-grounding.ts";
import { resultsOf } from "../../run/measures.ts";
import { readRunDescription } from "../../run/open.ts";
import { turnCount } from "../../run/positions.ts";
import type { RunDescription } from "../../run/types.ts";
import type { RunSummary } from "../workbench-types.ts";

/** Geometric mean of the answer tokens' probabilities; 0 for an answer of none. */
function meanProbability({ answerTokens }: RunDescription): number {
  if (answerTokens.length === 0) return 0;
  const logs = answerTokens.reduce((sum, { probability }) => sum + Math.log(probability), 0);
  return Math.exp(logs / answerTokens.length);
}

export function summarize(id: string, description: RunDescription, fileBytes: number): RunSummary {
  const { name = "", answerText, images, model, created, timings, measures } = description;
  const grounding = meanWordScore(description, resultsOf(measures, "grounding").at(-1)?.tokens);
  return {
    id,
    name,
    question: questionOf(description),
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

export interface Summaries {
  /** Undefined where there is no run of this form at the path. */
  of(id: string, path: string): Promise<RunSummary | undefined>;
  /** Forgets all but these. */
  keep(ids: Iterable<string>): void;
}

export function summaries(): Summaries {
  const known = new Map<string, { readonly state: string; readonly summary: RunSummary | undefined }>();

  async function read(id: string, path: string, size: number): Promise<RunSummary | undefined> {
    const source = await openFileSource(path);
    try {
      return summarize(id, await readRunDescription(source, { file: path }), size);
    } finally {
      await source.close();
    }
  }
  return {
    async of(id, path) {
      const status = await stat(path).catch(() => undefined);
      // An id is held by an empty file until its run is written.
      if (status === undefined || !status.isFile() || status.size === 0) return undefined;
      const state = `${status.ino}-${status.mtimeMs}-${status.size}`;
      const found = known.get(id);
      if (found?.state === state) return found.summary;
      // A damaged file must not break the list; opening it says what is wrong.
      const summary = await read(id, path, status.size).catch(() => undefined);
      known.set(id, { state, summary });
      return summary;
    },
    keep(ids) {
      const wanted = new Set(ids);
      for (const id of known.keys()) if (!wanted.has(id)) known.delete(id);
    },
  };
}
