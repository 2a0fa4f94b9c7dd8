/** @file The words of an answer, as a user names them: by index or as text. */
import { groupWords } from "../methods/words.ts";
import type { RunDescription, RunToken } from "../run/types.ts";
import { quote } from "../safetensors/quote.ts";

/** Answer tokens that are explained together. */
export interface TokenGroup {
  /** Indices in the answer, from 0, ascending. */
  readonly tokens: readonly number[];
  /** Their text, without the space around it. */
  readonly text: string;
}

const utf8 = new TextEncoder();

/** The bytes that a run's token stands for; see `RunToken.text`. */
export function tokenBytes(text: string): Uint8Array {
  const parts = text.split(/\\x([0-9A-Fa-f]{2})/);
  const bytes = parts.map((part, i) => (i % 2 === 0 ? utf8.encode(part) : Uint8Array.of(Number.parseInt(part, 16))));
  return Uint8Array.from(bytes.flatMap((each) => Array.from(each)));
}

/** Tokens as one text; characters that were split over tokens are whole again. */
export function joinedText(tokens: readonly Pick<RunToken, "text">[]): string {
  const bytes = tokens.flatMap(({ text }) => Array.from(tokenBytes(text)));
  return new TextDecoder().decode(Uint8Array.from(bytes)).trim();
}

/** The part of a run's description that its answer is read from. */
type Answer = Pick<RunDescription, "tokens" | "answer">;

function answerOf({ tokens, answer }: Answer): readonly RunToken[] {
  return tokens.slice(answer.start, answer.end);
}

/** The words of the answer in order; a special token stands alone. */
export function answerWords(description: Answer): TokenGroup[] {
  const answer = answerOf(description);
  const words = groupWords(answer.map(({ text, role }) => ({ bytes: tokenBytes(text), special: role === "special" })));
  return words.map(({ start, end }) => ({
    tokens: Array.from({ length: end - start }, (_, i) => start + i),
    text: joinedText(answer.slice(start, end)),
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
 * it; of a word that comes twice the first. Throws one sentence that lists the words where there is no such token.
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
