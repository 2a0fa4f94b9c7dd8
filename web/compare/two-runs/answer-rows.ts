/** @file The answers of two runs token by token: what each says at a place, and how likely it was. */
import type { RunDescription } from "../../../src/run/types.ts";

type Answered = Pick<RunDescription, "tokens" | "answer" | "answerTokens">;

/** A token of an answer with its probability. */
interface SaidToken {
  readonly text: string;
  readonly probability: number;
}

/** A place of the answer; null where an answer has ended before it. */
export interface AnswerRow {
  readonly place: number;
  readonly a: SaidToken | null;
  readonly b: SaidToken | null;
}

function saidAt({ tokens, answer, answerTokens }: Answered, place: number): SaidToken | null {
  const said = answerTokens[place];
  return said === undefined ? null : { text: tokens[answer.start + place]!.text, probability: said.probability };
}

/** A row for each place of the longer answer. */
export function answerRows(a: Answered, b: Answered): AnswerRow[] {
  const length = Math.max(a.answerTokens.length, b.answerTokens.length);
  return Array.from({ length }, (_, place) => ({ place, a: saidAt(a, place), b: saidAt(b, place) }));
}

/** "with the picture", "without a picture". */
export function pictureText({ images }: Pick<RunDescription, "images">): string {
  if (images.length === 0) return "without a picture";
  return images.length === 1 ? "with the picture" : `with ${images.length} pictures`;
}
