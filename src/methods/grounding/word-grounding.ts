/** @file The grounding score by word of an answer: what was measured of its tokens, as means. */
import { wordsAt, type SequenceToken } from "../token-words.ts";
import type { Parts } from "./parts.ts";

/** Parts and score of a token, or their means over several. */
export interface Grounding {
  readonly score: number;
  readonly parts: Parts;
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

/** Means over tokens, of which there is at least one; of relevancy over those that have an image part, null if none has. */
function meanGrounding(tokens: readonly Grounding[]): Grounding {
  const relevancies = tokens.flatMap(({ parts }) => parts.relevancy ?? []);
  return {
    score: mean(tokens.map(({ score }) => score)),
    parts: {
      attention: mean(tokens.map(({ parts }) => parts.attention)),
      relevancy: relevancies.length === 0 ? null : mean(relevancies),
      blank: mean(tokens.map(({ parts }) => parts.blank)),
      others: mean(tokens.map(({ parts }) => parts.others)),
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

/** How far the parts of a score lie apart: the largest less the smallest of those that are there, 0 to 1. */
export function spreadOfParts({ attention, relevancy, blank, others }: Parts): number {
  const parts = [attention, blank, others, ...(relevancy === null ? [] : [relevancy])];
  return Math.max(...parts) - Math.min(...parts);
}
