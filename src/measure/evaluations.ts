/** @file How often a measurement asks the model, by what a question costs. */
import type { Fill } from "../run/measure-choices.ts";

/**
 * `pictures`: changed pictures, which go through the vision tower and, from their first token on, through the language model.
 * `attention`: the same pictures with other attention to them, other heads or states; what such questions have in common is computed once.
 * `words`: the same with words taken away of the second half of the sequence, before which nothing changes.
 * `passes`: a pass that opens the model for itself, to record or to go back.
 * `recordings`: a whole recording by another model.
 */
export const evaluationKinds = ["pictures", "attention", "words", "passes", "recordings"] as const;
export type EvaluationKind = (typeof evaluationKinds)[number];

/** Times by kind; a kind that is left out is not asked. */
export type Evaluations = Readonly<Partial<Record<EvaluationKind, number>>>;

/** Times of all kinds. */
export function evaluationCount(evaluations: Evaluations): number {
  return evaluationKinds.reduce((sum, kind) => sum + (evaluations[kind] ?? 0), 0);
}

export function addedEvaluations(all: readonly Evaluations[]): Evaluations {
  const entries = evaluationKinds.map((kind) => [kind, all.reduce((sum, each) => sum + (each[kind] ?? 0), 0)] as const);
  return Object.fromEntries(entries.filter(([, count]) => count > 0));
}

/** The one that costs most of kinds that are asked together. */
export function dearestKind(kinds: readonly EvaluationKind[]): EvaluationKind {
  return evaluationKinds.find((kind) => kinds.includes(kind)) ?? "words";
}

/** What a question costs that has no text at these positions of a sequence of so many tokens. */
export function kindOfText(positions: readonly number[], tokens: number): EvaluationKind {
  return positions.some((position) => position < tokens / 2) ? "attention" : "words";
}

/** What a question costs whose patches are taken away by a fill. */
export function kindOfFill(fill: Fill): EvaluationKind {
  return fill === "knock-out" ? "attention" : "pictures";
}
