/**
 * @file Null sets of a set of patches: the same shape elsewhere in the picture. The picture is closed to a torus, on which the set is shifted
 * and flipped, so that its copies have as many patches, which hang together in the same way.
 */
import { seededRandom, shuffle } from "../../tensor/random.ts";
import type { RandomSets } from "./random-sets.ts";

/** The image tokens of a grid that can be masked, in rows and columns. */
export interface Lattice {
  /** Lattices of one picture move together, by the same share of its width and height; those of others move on their own. */
  readonly picture: number;
  readonly rows: number;
  readonly cols: number;
  /** [rows * cols] position of the token of each cell, row by row; -1 for a cell without a token that can be masked. */
  readonly positions: readonly number[];
}

export interface ShiftedSetOptions {
  /** Positions, each in one of the lattices. */
  readonly tested: readonly number[];
  readonly lattices: readonly Lattice[];
  readonly count: number;
  readonly seed: number;
}

/** The part of the tested set that lies in one lattice, as indices of its cells. */
interface Part {
  readonly lattice: Lattice;
  readonly cells: readonly number[];
}

/** A picture's parts, and how they may move: by each of the shifts along rows and columns (one number a part), flipped or not. */
interface MovingPicture {
  readonly parts: readonly Part[];
  readonly rowShifts: readonly (readonly number[])[];
  readonly colShifts: readonly (readonly number[])[];
  readonly moves: number;
}

const flips = 4;
/** Moves by whole cells of every lattice are exact, and taken if they give this many sets: fewer could never pass a test at 0.05. */
const fewestSets = 19;
/** More moves than these are drawn by chance and not listed. */
const listedMoves = 100_000;

/**
 * Shifts of lattices of these lengths, by the same share of each. Those by whole cells of every lattice are a group. If they are too few
 * (lengths without a common divisor), each lattice is shifted by its nearest whole number of cells.
 */
function shiftsOf(lengths: readonly number[], isRounded: boolean): number[][] {
  const finest = Math.max(...lengths);
  const shifts: number[][] = [];
  for (let step = 0; step < finest; step++) {
    const isWhole = lengths.every((length) => (step * length) % finest === 0);
    if (isWhole || isRounded) shifts.push(lengths.map((length) => Math.round((step * length) / finest)));
  }
  return shifts;
}

function movingPicture(parts: readonly Part[], isRounded: boolean): MovingPicture {
  const rowShifts = shiftsOf(
    parts.map(({ lattice }) => lattice.rows),
    isRounded,
  );
  const colShifts = shiftsOf(
    parts.map(({ lattice }) => lattice.cols),
    isRounded,
  );
  return { parts, rowShifts, colShifts, moves: rowShifts.length * colShifts.length * flips };
}

/** The positions of a picture's parts after a move; undefined if a cell of them has no token. */
function moved({ parts, rowShifts, colShifts }: MovingPicture, move: number): number[] | undefined {
  const [isRowFlipped, isColFlipped] = [move % 2 === 1, (move >> 1) % 2 === 1];
  const shift = Math.floor(move / flips);
  const [down, right] = [rowShifts[Math.floor(shift / colShifts.length)]!, colShifts[shift % colShifts.length]!];
  const positions: number[] = [];
  for (const [index, { lattice, cells }] of parts.entries()) {
    const { rows, cols } = lattice;
    for (const cell of cells) {
      const [row, col] = [Math.floor(cell / cols), cell % cols];
      const newRow = ((isRowFlipped ? rows - 1 - row : row) + down[index]!) % rows;
      const newCol = ((isColFlipped ? cols - 1 - col : col) + right[index]!) % cols;
      const position = lattice.positions[newRow * cols + newCol]!;
      if (position < 0) return undefined;
      positions.push(position);
    }
  }
  return positions;
}

/** The parts of the tested set by picture. Throws a RangeError for a position that no lattice has. */
function partsByPicture(tested: readonly number[], lattices: readonly Lattice[]): Part[][] {
  const left = new Set(tested);
  const byPicture = new Map<number, Part[]>();
  for (const lattice of lattices) {
    const cells = lattice.positions.flatMap((position, cell) => (position >= 0 && left.delete(position) ? [cell] : []));
    if (cells.length > 0) {
      byPicture.set(lattice.picture, [...(byPicture.get(lattice.picture) ?? []), { lattice, cells }]);
    }
  }
  const [stray] = left;
  if (stray !== undefined) {
    throw new RangeError(`null sets: position ${stray} is tested, but is no patch that can be masked; leave it out.`);
  }
  return [...byPicture.values()];
}

const ascending = (positions: readonly number[]): number[] => [...positions].sort((a, b) => a - b);

/** All numbers below `total` in random order; if they are many, numbers by chance, which may repeat. */
function* inRandomOrder(total: number, random: () => number): Generator<number> {
  if (total <= listedMoves) {
    yield* shuffle(
      Array.from({ length: total }, (_, index) => index),
      random,
    );
    return;
  }
  for (let drawn = 0; drawn < listedMoves; drawn++) yield Math.floor(random() * total);
}

function setsOf(pictures: readonly MovingPicture[], { tested, count, seed }: ShiftedSetOptions): RandomSets<number> {
  const total = pictures.reduce((product, { moves }) => product * moves, 1);
  const seen = new Set([ascending([...new Set(tested)]).join()]);
  const sets: number[][] = [];
  for (const index of inRandomOrder(total, seededRandom(seed))) {
    let rest = index;
    const positions: number[] = [];
    const isInside = pictures.every((picture) => {
      const part = moved(picture, rest % picture.moves);
      rest = Math.floor(rest / picture.moves);
      if (part !== undefined) positions.push(...part);
      return part !== undefined;
    });
    if (!isInside) continue;
    const set = ascending(positions);
    const key = set.join();
    if (seen.has(key)) continue;
    if (sets.length === count) return { sets, isAll: false };
    seen.add(key);
    sets.push(set);
  }
  return { sets, isAll: total <= listedMoves };
}

/**
 * Draws `count` shifted and flipped copies of a set of patches, all different and none the tested one, each as likely, in random order; if
 * fewer exist, gives them all. Copies with a cell that has no token are left out, which is the same for every copy, so that a set whose
 * place was chosen without regard to what it does is exchangeable with them: a test against them is exact. Repeated positions count
 * once. Throws a RangeError for a position that no lattice has.
 */
export function shiftedSets(options: ShiftedSetOptions): RandomSets<number> {
  const { tested, lattices, count } = options;
  const parts = partsByPicture(tested, lattices);
  const cells = parts.flat().reduce((sum, part) => sum + part.cells.length, 0);
  const pool = parts.flat().reduce((sum, { lattice }) => sum + lattice.positions.filter((at) => at >= 0).length, 0);
  if (cells === pool) return { sets: [], isAll: true };
  const byWholeCells = setsOf(
    parts.map((some) => movingPicture(some, false)),
    options,
  );
  if (byWholeCells.sets.length >= Math.min(count, fewestSets) || parts.every((some) => some.length === 1)) {
    return byWholeCells;
  }
  return setsOf(
    parts.map((some) => movingPicture(some, true)),
    options,
  );
}
