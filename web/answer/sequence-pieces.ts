/** @file The whole sequence of a run for reading: each token with its id, the image tokens of a picture as one. */
import type { RunDescription, TokenRole } from "../../src/run/types.ts";
import { shownText } from "../../src/figure/token-names.ts";

export interface SequencePiece {
  /** Of its first token. */
  readonly position: number;
  readonly role: TokenRole;
  readonly turn: number;
  readonly text: string;
  /** The id, or how many tokens a picture takes. */
  readonly detail: string;
}

/** Pieces in the order of the sequence; neighboring image tokens of one picture are one piece. */
export function sequencePieces({ tokens }: Pick<RunDescription, "tokens">): SequencePiece[] {
  const pieces: SequencePiece[] = [];
  for (let position = 0; position < tokens.length; position++) {
    const { role, turn, text, id, image } = tokens[position]!;
    if (role !== "image" || image === undefined) {
      pieces.push({ position, role, turn, text: shownText(text), detail: String(id) });
      continue;
    }
    let end = position + 1;
    while (tokens[end]?.role === "image" && tokens[end]?.image === image) end++;
    pieces.push({ position, role, turn, text: `picture ${image + 1}`, detail: `${end - position} tokens` });
    position = end - 1;
  }
  return pieces;
}
