/** @file Positions in a run: which tokens are the answer, the question, the picture, and which position predicts which token. */
import type { RunDescription, TokenRole } from "./types.ts";

/** Number of answer tokens. */
export function answerLength({ answer }: Pick<RunDescription, "answer">): number {
  return answer.end - answer.start;
}

/** The position whose output predicts answer token `answerIndex` (from 0): the one before it. Throws beyond the answer. */
export function predictingPosition(description: RunDescription, answerIndex: number): number {
  const length = answerLength(description);
  if (!Number.isInteger(answerIndex) || answerIndex < 0 || answerIndex >= length) {
    throw new RangeError(`The answer has tokens 0 to ${length - 1}, got ${answerIndex}.`);
  }
  return description.answer.start + answerIndex - 1;
}

/** The positions that predict the answer tokens, in order. */
export function predictingPositions(description: RunDescription): number[] {
  return Array.from({ length: answerLength(description) }, (_, i) => predictingPosition(description, i));
}

/** Positions of the tokens with a role, in every turn or in one, in ascending order. */
export function positionsOfRole({ tokens }: RunDescription, role: TokenRole, turn?: number): number[] {
  return tokens.flatMap((token, i) => (token.role === role && (turn === undefined || token.turn === turn) ? [i] : []));
}

/** Positions of the question tokens, in every turn or in one. */
export function questionPositions(description: RunDescription, turn?: number): number[] {
  return positionsOfRole(description, "question", turn);
}

/** Number of conversation turns. */
export function turnCount({ tokens }: RunDescription): number {
  return tokens.reduce((count, { turn }) => Math.max(count, turn + 1), 0);
}

/** Length of the key axis: the tokens of the sequence, then the image tokens that only cross-attention reads. */
export function keyCount({ tokens, memory }: KeyAxis): number {
  return tokens.length + memory.length;
}

type KeyAxis = Pick<RunDescription, "tokens" | "memory">;
type TokenPlaces = KeyAxis & Pick<RunDescription, "images">;

/** True if an image token stands at a place of the key axis: in the sequence, or in the memory behind it. */
export function isImagePlace({ tokens, memory }: KeyAxis, place: number): boolean {
  return tokens[place]?.role === "image" || (place >= tokens.length && place < tokens.length + memory.length);
}

/** An image token and the cell that it stands for. */
export interface ImageToken {
  /** Place on the key axis. */
  readonly position: number;
  /** Index of the picture. */
  readonly image: number;
  /** The cell, or undefined for a token that stands for no part of the picture (the end of a row of tiles). */
  readonly cell: { readonly grid: number; readonly row: number; readonly col: number } | undefined;
}

/** The image tokens in order, of all pictures or of one. Entry j is image token j of the maps [..., image tokens] of all pictures. */
export function imageTokens({ tokens, memory, images }: TokenPlaces, image?: number): ImageToken[] {
  const found: ImageToken[] = [];
  const seen = images.map(() => 0);
  for (const [position, token] of [...tokens, ...memory].entries()) {
    if (("role" in token && token.role !== "image") || token.image === undefined) continue;
    const { row, col } = token;
    let cell: ImageToken["cell"];
    if (row !== undefined && col !== undefined) {
      cell = { grid: gridAt(images[token.image]?.grids ?? [], seen[token.image]!), row, col };
      seen[token.image]!++;
    }
    if (image === undefined || token.image === image) found.push({ position, image: token.image, cell });
  }
  return found;
}

/** Index of the grid that holds the given cell; cells are counted through all grids of a picture. */
function gridAt(grids: readonly { readonly rows: number; readonly cols: number }[], cell: number): number {
  let end = 0;
  return grids.findIndex(({ rows, cols }) => cell < (end += rows * cols));
}

/** Positions of the image tokens, of all pictures or of one. */
export function imageTokenPositions(description: TokenPlaces, image?: number): number[] {
  return imageTokens(description, image).map(({ position }) => position);
}
