/** @file The text that an answer token rests on, token by token with its relevancy: question and earlier answer of every turn. */
import type { RunDescription } from "../../src/run/types.ts";

export interface HighlightedToken {
  readonly position: number;
  readonly text: string;
  readonly role: "question" | "answer";
  readonly relevancy: number;
  /** Relevancy over the largest of these tokens, 0 to 1. */
  readonly share: number;
  /** True for the first token of an answer, which stands on a line of its own. */
  readonly startsTurn: boolean;
}

/** Question and answer tokens before the last of some answer tokens, with the row [N] that explains them. */
export function highlightedTokens(
  { tokens, answer }: Pick<RunDescription, "tokens" | "answer">,
  row: Float32Array,
  explained: readonly number[],
): HighlightedToken[] {
  const end = answer.start + Math.max(0, ...explained);
  const text: Omit<HighlightedToken, "share" | "startsTurn">[] = [];
  // Most tokens are those of pictures.
  for (let position = 0; position < end; position++) {
    const { role, text: own } = tokens[position]!;
    if (role === "question" || role === "answer") text.push({ position, text: own, role, relevancy: row[position]! });
  }
  const most = text.reduce((largest, { relevancy }) => Math.max(largest, relevancy), 0);
  return text.map((token, i) => ({
    ...token,
    share: most > 0 ? Math.max(0, token.relevancy) / most : 0,
    startsTurn: i > 0 && text[i - 1]!.role !== token.role,
  }));
}
