/** @file What is said of one token, or of several together: text, place, probability, surprise, attention, image part. */
import { formatProbability, formatShare } from "../../src/figure/numbers.ts";
import { joinedText } from "../../src/methods/token-words.ts";
import type { RunDescription } from "../../src/run/types.ts";
import type { OpenRun } from "../run/open-run.svelte.ts";
import { bitsText, surprise } from "./token-values.ts";
import { decisiveWordOf, decisiveWordsOfSentences } from "../../src/findings/decisive-word.ts";
import { decisiveReasons } from "../../src/run/decisive-reasons.ts";
import { quoted, shownText, shownToken, shownWord } from "../../src/figure/token-names.ts";

interface AlternativeFact {
  readonly text: string;
  readonly probability: number;
  readonly isToken: boolean;
}

export interface TokenFacts {
  readonly text: string;
  /** "token 5 of 6", "2 tokens" */
  readonly place: string;
  /** Probability of the tokens together. */
  readonly probability: string;
  readonly surprise: string;
  /** At most four rivals at the first token's position, the token first. */
  readonly alternatives: readonly AlternativeFact[];
}

const mostAlternatives = 4;

/** Why a token may be none of the most probable ones: the rules of the model's files that the answer followed; undefined without any. */
export function rulesText({ generation = {} }: Pick<RunDescription, "generation">): string | undefined {
  const names = Object.keys(generation);
  if (names.length === 0) return undefined;
  return `Probabilities are the model's own. Tokens were chosen by the rules of its files: ${names.join(", ")}.`;
}

/** The word that carries what was asked, and why it does. */
export interface DecisiveFacts {
  /** Index of its first token in the answer. */
  readonly index: number;
  /** In quotation marks. */
  readonly word: string;
  /** A sentence. */
  readonly reason: string;
}

/** The decisive words of the sentences of an answer that has several; empty if it has one sentence. */
export function sentenceWords(description: RunDescription): Omit<DecisiveFacts, "reason">[] {
  const found = decisiveWordsOfSentences(description);
  return found.length < 2 ? [] : found.map(({ index, text }) => ({ index, word: quoted(shownText(text.trim())) }));
}

/** The decisive word of the answer; undefined if it has no token. */
export function decisiveFacts(description: RunDescription): DecisiveFacts | undefined {
  const found = decisiveWordOf(description);
  if (found === null) return undefined;
  const { index, text, reason } = found;
  return { index, word: quoted(shownText(text.trim())), reason: decisiveReasons[reason] };
}

/** Facts of answer tokens, ascending; at least one. */
export function factsOf(
  { layout, document }: Pick<OpenRun, "layout" | "document">,
  tokens: readonly number[],
): TokenFacts {
  const { description } = document;
  const first = tokens[0]!;
  const of = layout.saidTokens.includes(first) ? layout.saidTokens.length : layout.answerLength;
  const probability = tokens.reduce((product, token) => product * description.answerTokens[token]!.probability, 1);
  const own = description.answerTokens[first]!;
  const { id } = description.tokens[description.answer.start + first]!;
  const positions = tokens.map((token) => description.answer.start + token);
  const text = joinedText(positions.map((position) => description.tokens[position]!));
  const rivals = own.alternatives.filter((alternative) => alternative.id !== id);
  return {
    text: shownWord(description, positions, text),
    place: tokens.length > 1 ? `${tokens.length} tokens` : `token ${first + 1} of ${of}`,
    probability: formatProbability(probability),
    surprise: bitsText(surprise(probability)),
    alternatives: [
      {
        text: shownToken(description, description.answer.start + first),
        probability: own.probability,
        isToken: true,
      },
      ...rivals.map((rival) => ({ text: shownText(rival.text), probability: rival.probability, isToken: false })),
    ].slice(0, mostAlternatives),
  };
}

/** "0.81 image" or "0.53 text", whichever is more. */
export function sourceText(imagePart: number): string {
  return imagePart >= 0.5 ? `${formatShare(imagePart)} image` : `${formatShare(1 - imagePart)} text`;
}

/** The mean of the values of some tokens; undefined where one of them has none. */
export function meanOf(values: readonly (number | undefined)[], tokens: readonly number[]): number | undefined {
  let sum = 0;
  for (const token of tokens) {
    const value = values[token];
    if (value === undefined) return undefined;
    sum += value;
  }
  return tokens.length === 0 ? undefined : sum / tokens.length;
}
