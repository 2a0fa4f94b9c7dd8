/** @file The grounding score by word of an answer: what was measured of its tokens, as means. */
import { wordsAt, type SequenceToken } from "../token-words.ts";
import type { Similarity } from "./similarity.ts";

/** Score, parts and agreement of a token, or their means over several. */
export interface Grounding {
  /** How far it depends on the picture. */
  readonly score: number;
  readonly parts: {
    readonly blank: number;
    readonly others: number;
    /** Left out in results of older versions. */
    readonly logits?: number | undefined;
    readonly odds?: number | undefined;
    /** Null or left out if no minimal causes were searched. */
    readonly necessity?: number | null | undefined;
  };
  /** How far it agrees with the picture; null or left out if it is not known. */
  readonly agrees?: (Similarity & { readonly score: number }) | null | undefined;
}

/** The answer within its sequence: tokens [start, end). */
export interface AnswerSpan {
  readonly tokens: readonly SequenceToken[];
  readonly answer: { readonly start: number; readonly end: number };
}

export interface WordGrounding {
  readonly text: string;
  /** Its tokens, by their index in the answer. */
  readonly tokens: readonly number[];
  /** Undefined until it was measured. */
  readonly grounding: Grounding | undefined;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The mean of what is known; null if nothing is. */
function meanOfKnown(values: readonly (number | null | undefined)[]): number | null {
  const known = values.flatMap((value) => value ?? []);
  return known.length === 0 ? null : mean(known);
}

/** Means over tokens, of which there is at least one; necessity and agreement over those that have one. */
function meanGrounding(tokens: readonly Grounding[]): Grounding {
  const agreements = tokens.flatMap(({ agrees }) => agrees ?? []);
  return {
    score: mean(tokens.map(({ score }) => score)),
    parts: {
      blank: mean(tokens.map(({ parts }) => parts.blank)),
      others: mean(tokens.map(({ parts }) => parts.others)),
      logits: meanOfKnown(tokens.map(({ parts }) => parts.logits)) ?? undefined,
      odds: meanOfKnown(tokens.map(({ parts }) => parts.odds)) ?? undefined,
      necessity: meanOfKnown(tokens.map(({ parts }) => parts.necessity)),
    },
    agrees:
      agreements.length === 0
        ? null
        : {
            local: mean(agreements.map(({ local }) => local)),
            whole: mean(agreements.map(({ whole }) => whole)),
            score: mean(agreements.map(({ score }) => score)),
          },
  };
}

/**
 * The words of the answer, without special tokens and white space, each with the mean of what was measured of its tokens. `measured` has an
 * entry per answer token; words have no grounding if it is left out or of another length.
 */
export function groundingOfWords({ tokens, answer }: AnswerSpan, measured?: readonly Grounding[]): WordGrounding[] {
  const length = answer.end - answer.start;
  const isThere = measured?.length === length;
  const said = Array.from({ length }, (_, token) => answer.start + token).filter(
    (position) => tokens[position]!.role !== "special",
  );
  return wordsAt(tokens, said).flatMap(({ text, positions }) => {
    if (text === "") return [];
    const own = positions.map((position) => position - answer.start);
    const grounding = isThere ? meanGrounding(own.map((token) => measured[token]!)) : undefined;
    return [{ text, tokens: own, grounding }];
  });
}

/** Mean score of the words of an answer, 0 to 1; undefined until it was measured. */
export function meanWordScore(span: AnswerSpan, measured?: readonly Grounding[]): number | undefined {
  const scores = groundingOfWords(span, measured).flatMap(({ grounding }) => grounding?.score ?? []);
  return scores.length === 0 ? undefined : mean(scores);
}

/** How far the parts of a score that are shares of probability lie apart: the largest less the smallest of those that are there, 0 to 1. */
export function spreadOfParts({ blank, others, necessity }: Grounding["parts"]): number {
  const parts = [blank, others, ...(typeof necessity === "number" ? [necessity] : [])];
  return Math.max(...parts) - Math.min(...parts);
}
