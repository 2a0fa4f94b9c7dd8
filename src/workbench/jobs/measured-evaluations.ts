/** @file How long questions to a model took, by what they cost, and how long others will take. */
import { evaluationKinds, type EvaluationKind, type Evaluations } from "../../measure/evaluations.ts";
import type { MeasuredWork } from "../../explain/measured-times.ts";

/** Times of questions about a sequence of so many tokens. */
export interface MeasuredEvaluations {
  readonly tokens: number;
  /** Milliseconds of one question of each kind that was asked. */
  readonly each: Readonly<Partial<Record<EvaluationKind, number>>>;
  /** Milliseconds to open the model and to prepare the pictures. */
  readonly start?: number;
}

/** What a question whose sessions are open takes of a recorded pass, and of encoding pictures, that open their own (`npm run bench`). */
const openShares = { pictures: 0.35, attention: 0.1, words: 0.04 } as const;

/** Fewer questions of a kind are told by what opened for the first one. */
const fewest = 4;

/** Whole passes that a recording by another model takes, with its derivatives and the writing of weights. */
const passesOfRecording = 6;

/** Times of questions as follows from how long the run took to be traced and its pictures to be encoded. */
function guessedEvaluations({ timings, tokens }: MeasuredWork): Required<MeasuredEvaluations> {
  const trace = timings["trace"] ?? 0;
  const pass = trace + (timings["vision"] ?? 0);
  const each = {
    pictures: openShares.pictures * pass,
    attention: openShares.attention * trace,
    words: openShares.words * trace,
    passes: trace,
    recordings: passesOfRecording * pass,
  };
  return { tokens, each, start: pass };
}

export interface EvaluationTimes {
  /** Of the sequence. */
  readonly tokens: number;
  /** How the run was traced. */
  readonly traced: MeasuredWork;
  readonly measured: MeasuredEvaluations | undefined;
}

/** Seconds that questions take about a sequence of so many tokens; what was not measured is guessed from how the run was traced. */
export function evaluationSeconds(evaluations: Evaluations, { tokens, traced, measured }: EvaluationTimes): number {
  const guessed = guessedEvaluations(traced);
  const scaled = (value: number | undefined, from: MeasuredEvaluations | undefined): number | undefined =>
    value === undefined || from === undefined ? undefined : (value * tokens) / Math.max(1, from.tokens);
  const timeOf = (kind: EvaluationKind): number =>
    scaled(measured?.each[kind], measured) ?? scaled(guessed.each[kind], guessed)!;
  const start = scaled(measured?.start, measured) ?? scaled(guessed.start, guessed)!;
  const milliseconds = evaluationKinds.reduce((sum, kind) => sum + (evaluations[kind] ?? 0) * timeOf(kind), start);
  return milliseconds / 1000;
}

/** What is known of a model's questions after more of them; of each kind the last time counts. */
export function laterEvaluations(
  before: MeasuredEvaluations | undefined,
  { tokens, each, start }: MeasuredEvaluations,
): MeasuredEvaluations {
  const scale = before === undefined ? 1 : tokens / Math.max(1, before.tokens);
  const kept = Object.entries(before?.each ?? {}).map(([kind, value]) => [kind, value * scale] as const);
  const opened = start ?? (before?.start === undefined ? undefined : before.start * scale);
  return { tokens, each: { ...Object.fromEntries(kept), ...each }, ...(opened === undefined ? {} : { start: opened }) };
}

/** Times questions while they are asked. */
export interface EvaluationTimer {
  /** A question of this kind was just answered. */
  answered(kind: EvaluationKind): void;
  /** What was found, of a sequence of so many tokens. */
  measured(tokens: number): MeasuredEvaluations;
}

export function evaluationTimer(now: () => number = () => performance.now()): EvaluationTimer {
  const began = now();
  let last = began;
  const times = new Map<EvaluationKind, { count: number; milliseconds: number }>();
  let start: number | undefined;
  return {
    answered(kind) {
      const time = now();
      // A recording comes alone, and all of the time is its own; before other first questions the model is opened.
      if (start === undefined && kind !== "recordings") start = time - began;
      else {
        const { count = 0, milliseconds = 0 } = times.get(kind) ?? {};
        times.set(kind, { count: count + 1, milliseconds: milliseconds + time - last });
      }
      last = time;
    },
    measured(tokens) {
      const enough = [...times].filter(([kind, { count }]) => kind === "recordings" || count >= fewest);
      const each = Object.fromEntries(enough.map(([kind, { count, milliseconds }]) => [kind, milliseconds / count]));
      return { tokens, each, ...(start === undefined ? {} : { start }) };
    },
  };
}
