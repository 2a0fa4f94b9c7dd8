/** @file The words of an answer, as a user names them: by index or as text. */
import { joinedText, wordsAt } from "../methods/token-words.ts";
import type { RunDescription, RunToken } from "../run/types.ts";
import { quote } from "../json/quote.ts";

/** Answer tokens that are explained together. */
export interface TokenGroup {
  /** Indices in the answer, from 0, ascending. */
  readonly tokens: readonly number[];
  /** Their text, without the space around it. */
  readonly text: string;
}

/** The part of a run's description that its answer is read from. */
type Answer = Pick<RunDescription, "tokens" | "answer">;

function answerOf({ tokens, answer }: Answer): readonly RunToken[] {
  return tokens.slice(answer.start, answer.end);
}

/** The words of the answer in order; a special token stands alone. */
export function answerWords({ tokens, answer }: Answer): TokenGroup[] {
  const positions = Array.from({ length: answer.end - answer.start }, (_, i) => answer.start + i);
  return wordsAt(tokens, positions).map((word) => ({
    tokens: word.positions.map((position) => position - answer.start),
    text: word.text,
  }));
}

/** One answer token as a group. */
export function singleToken(description: Answer, index: number): TokenGroup {
  return { tokens: [index], text: joinedText([answerOf(description)[index]!]) };
}

function bareWord(text: string): string {
  return text.toLowerCase().replace(/^[\p{P}\s]+|[\p{P}\s]+$/gu, "");
}

/**
 * The answer tokens that a user means: an index from 0, or a word of the answer, whatever its case and the punctuation that touches
 * it; of a word that comes twice the first. Throws an Error that lists the words if there is no such token.
 */
export function findTokens(description: Answer, wanted: string): TokenGroup {
  const length = answerOf(description).length;
  const words = answerWords(description);
  const exact = words.find(({ text }) => text === wanted.trim());
  const index = /^\d+$/.test(wanted.trim()) ? Number(wanted) : undefined;
  if (index !== undefined && index < length) return singleToken(description, index);
  const bare = bareWord(wanted);
  const word = exact ?? words.find(({ text }) => bare !== "" && bareWord(text) === bare);
  if (word !== undefined) return word;
  const listed = words.slice(0, 40).map(({ text }) => text);
  throw new Error(
    `The answer has no token ${quote(wanted)}; give an index from 0 to ${length - 1}, or one of its words: ${listed.map(quote).join(", ")}.`,
  );
}
