/** @file The whole sequence of a run for reading: each token with its id; the image tokens of one part of a picture as one, which opens. */
import { overviewOf, tileOf } from "../../src/run/grids.ts";
import { imageTokens, type ImageToken } from "../../src/run/positions.ts";
import type { RunDescription, RunImage, TokenRole } from "../../src/run/types.ts";
import { shownText } from "../../src/figure/token-names.ts";

export interface SequencePiece {
  /** Of its first token, on the key axis. */
  readonly position: number;
  readonly role: TokenRole;
  readonly turn: number;
  readonly text: string;
  /** The id, or how many tokens it stands for. */
  readonly detail: string;
  /** What it stands for if it is more than one token: rows, or tokens. */
  readonly pieces?: () => SequencePiece[];
}

type Sequence = Pick<RunDescription, "tokens" | "memory" | "images">;

/** A stretch of image tokens of fewer than this many opens to tokens, not to rows. */
const fewTokens = 8;

const countText = (tokens: readonly ImageToken[]): string => {
  const placeless = tokens.filter(({ cell }) => cell === undefined).length;
  const all = `${tokens.length} ${tokens.length === 1 ? "token" : "tokens"}`;
  return placeless === 0 ? all : `${all}, ${placeless} without a place`;
};

/** What the tokens of a grid show: "overview", "tile 2 of 6", "3 tiles"; empty if the picture has one grid. */
function gridText(picture: RunImage, grid: number): string {
  if (picture.grids.length < 2) return "";
  if (overviewOf(picture) === grid) return "overview";
  const view = picture.views?.find(({ grids }) => grids.includes(grid));
  if (view !== undefined && view.grids.length === 1) {
    const count = view.tiles.rows * view.tiles.cols;
    return `${count} ${count === 1 ? "tile" : "tiles"}`;
  }
  const tile = tileOf(picture, grid, { row: 0, col: 0 });
  return tile === undefined ? `grid ${grid}` : `tile ${tile.number} of ${tile.of}`;
}

function tokenPiece({ tokens, memory }: Sequence, { position, cell }: ImageToken): SequencePiece {
  const token = tokens[position];
  return {
    position,
    role: "image",
    turn: token?.turn ?? 0,
    text: cell === undefined ? "no place" : `${cell.row}, ${cell.col}`,
    detail: token === undefined ? `memory ${position - tokens.length + 1} of ${memory.length}` : String(token.id),
  };
}

/** Stretches of tokens that belong together: a token without a place belongs to those before it. */
function stretches(tokens: readonly ImageToken[], keyOf: (cell: NonNullable<ImageToken["cell"]>) => number) {
  const found: { key: number | undefined; tokens: ImageToken[] }[] = [];
  for (const token of tokens) {
    const last = found.at(-1);
    const key = token.cell && keyOf(token.cell);
    if (last === undefined || (key !== undefined && last.key !== undefined && key !== last.key)) {
      found.push({ key, tokens: [token] });
      continue;
    }
    last.tokens.push(token);
    last.key ??= key;
  }
  return found;
}

function rowPieces(sequence: Sequence, tokens: readonly ImageToken[]): SequencePiece[] {
  const rows = stretches(tokens, ({ row }) => row);
  if (tokens.length < fewTokens || rows.length < 2) return tokens.map((token) => tokenPiece(sequence, token));
  return rows.map(({ key, tokens: own }) => ({
    ...tokenPiece(sequence, own[0]!),
    text: key === undefined ? "no place" : `row ${key}`,
    detail: countText(own),
    pieces: () => own.map((token) => tokenPiece(sequence, token)),
  }));
}

/** The image tokens from one position on that belong to the same picture and stand without text between them, part by part. */
function partPieces(sequence: Sequence, tokens: readonly ImageToken[]): SequencePiece[] {
  const image = tokens[0]!.image;
  return stretches(tokens, ({ grid }) => grid).map(({ key, tokens: own }) => {
    const part = key === undefined ? "" : gridText(sequence.images[image]!, key);
    return {
      ...tokenPiece(sequence, own[0]!),
      text: `picture ${image + 1}${part === "" ? "" : `, ${part}`}`,
      detail: countText(own),
      pieces: () => rowPieces(sequence, own),
    };
  });
}

/** Pieces in the order of the sequence, then those of the memory tokens; neighboring image tokens of one grid are one piece. */
export function sequencePieces(sequence: Sequence): SequencePiece[] {
  const { tokens } = sequence;
  const found = imageTokens(sequence);
  const pieces: SequencePiece[] = [];
  let next = 0;
  for (let position = 0; position < tokens.length || next < found.length; position++) {
    const { role, turn, text, id } = tokens[position] ?? { role: "image", turn: 0, text: "", id: 0 };
    if (found[next]?.position !== position) {
      pieces.push({ position, role, turn, text: shownText(text), detail: String(id) });
      continue;
    }
    const start = next;
    const isNext = (i: number): boolean => {
      const [before, token] = [found[i - 1]!, found[i]];
      const crosses = token !== undefined && before.position < tokens.length && token.position >= tokens.length;
      return token?.position === before.position + 1 && token.image === before.image && !crosses;
    };
    do next++;
    while (isNext(next));
    pieces.push(...partPieces(sequence, found.slice(start, next)));
    position = found[next - 1]!.position;
  }
  return pieces;
}
