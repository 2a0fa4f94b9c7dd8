/** @file Tests of shifted and flipped copies of a set: their shape, their place, and that a test against them is exact. */
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../tensor/random.ts";
import { sequentialTest } from "./sequential-test.ts";
import { shiftedSets, type Lattice } from "./shifted-sets.ts";

/** A lattice whose cells are numbered from `first`. */
function lattice(rows: number, cols: number, { first = 0, picture = 0 } = {}): Lattice {
  return { picture, rows, cols, positions: Array.from({ length: rows * cols }, (_, cell) => first + cell) };
}

/** Every shifted and flipped copy on the torus, by trying all maps of the cells. */
function bruteForce(tested: readonly number[], { rows, cols, positions }: Lattice): Set<string> {
  const found = new Set<string>();
  for (let down = 0; down < rows; down++) {
    for (let right = 0; right < cols; right++) {
      for (const [vertical, horizontal] of [
        [1, 1],
        [1, -1],
        [-1, 1],
        [-1, -1],
      ] as const) {
        const copy = tested.map((position) => {
          const cell = positions.indexOf(position);
          const row = (vertical * Math.floor(cell / cols) + down + rows) % rows;
          const col = (horizontal * (cell % cols) + right + cols) % cols;
          return positions[row * cols + col]!;
        });
        if (copy.every((position) => position >= 0)) found.add(copy.sort((a, b) => a - b).join());
      }
    }
  }
  found.delete([...tested].sort((a, b) => a - b).join());
  return found;
}

/** Pairs of cells that touch by an edge on the torus. */
function touching(set: readonly number[], { rows, cols, positions }: Lattice): number {
  const cells = new Set(set.map((position) => positions.indexOf(position)));
  let pairs = 0;
  for (const cell of cells) {
    const [row, col] = [Math.floor(cell / cols), cell % cols];
    if (cells.has(((row + 1) % rows) * cols + col)) pairs += 1;
    if (cells.has(row * cols + ((col + 1) % cols))) pairs += 1;
  }
  return pairs;
}

const keysOf = (sets: readonly (readonly number[])[]) => sets.map((set) => set.join());

describe("shifted sets of one lattice", () => {
  const shape = [7, 8, 15, 16, 17, 24];

  it("are all shifted and flipped copies, if there are not more than are asked for", () => {
    const grid = lattice(5, 7, { first: 1 });
    const all = bruteForce(shape, grid);
    const { sets, isAll } = shiftedSets({ tested: shape, lattices: [grid], count: 500, seed: 3 });
    expect(isAll).toBe(true);
    expect(new Set(keysOf(sets))).toEqual(all);
    expect(sets).toHaveLength(all.size);
  });

  it("keep size and contiguity on the torus, and differ from each other and the tested one", () => {
    const grid = lattice(12, 9, { first: 1 });
    for (let seed = 0; seed < 20; seed++) {
      const { sets, isAll } = shiftedSets({ tested: shape, lattices: [grid], count: 99, seed });
      expect([sets.length, isAll]).toEqual([99, false]);
      expect(new Set(keysOf([...sets, shape])).size).toBe(100);
      for (const set of sets) {
        expect(set).toHaveLength(shape.length);
        expect(touching(set, grid)).toBe(touching(shape, grid));
      }
    }
  });

  it("are as likely each", () => {
    const grid = lattice(4, 5);
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 4000; seed++) {
      const [set] = shiftedSets({ tested: [0, 1, 5], lattices: [grid], count: 1, seed }).sets;
      counts.set(set!.join(), (counts.get(set!.join()) ?? 0) + 1);
    }
    const all = bruteForce([0, 1, 5], grid);
    const expected = 4000 / all.size;
    const statistic = [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    expect(counts.size).toBe(all.size);
    // 79 other copies: 78 degrees of freedom are exceeded beyond this by one in a thousand.
    expect(all.size).toBe(79);
    expect(statistic).toBeLessThan(122);
  });

  it("leave out copies with a cell that has no token", () => {
    const holes = { ...lattice(4, 4), positions: [0, 1, 2, 3, 4, -1, 6, 7, 8, 9, 10, 11, 12, 13, 14, -1] };
    const { sets } = shiftedSets({ tested: [0, 1], lattices: [holes], count: 100, seed: 0 });
    expect(new Set(keysOf(sets))).toEqual(bruteForce([0, 1], holes));
    expect(sets.flat()).not.toContain(-1);
  });

  it("are none of every cell, and repeated members count once", () => {
    const grid = lattice(30, 30);
    expect(shiftedSets({ tested: grid.positions, lattices: [grid], count: 99, seed: 0 })).toEqual({
      sets: [],
      isAll: true,
    });
    const of = (tested: readonly number[]) => shiftedSets({ tested, lattices: [grid], count: 9, seed: 0 });
    expect(of([3, 4, 3])).toEqual(of([3, 4]));
  });

  it("repeat for a seed and differ for another", () => {
    const of = (seed: number) => shiftedSets({ tested: shape, lattices: [lattice(12, 9)], count: 20, seed });
    expect(of(7)).toEqual(of(7));
    expect(of(8)).not.toEqual(of(7));
  });

  it("refuse a position that is no patch", () => {
    expect(() => shiftedSets({ tested: [99], lattices: [lattice(2, 2)], count: 1, seed: 0 })).toThrow(
      "position 99 is tested, but is no patch",
    );
  });
});

describe("shifted sets of several lattices", () => {
  const overview = lattice(4, 6, { first: 0 });
  const tiles = lattice(8, 12, { first: 100 });

  it("move tiles and overview of a picture together", () => {
    // The overview's cell and the four cells of the tiles under it.
    const tested = [7, 126, 127, 138, 139];
    const { sets, isAll } = shiftedSets({ tested, lattices: [overview, tiles], count: 500, seed: 1 });
    expect(isAll).toBe(true);
    expect(sets).toHaveLength(4 * 6 - 1);
    for (const [cell, ...fine] of sets) {
      const [row, col] = [Math.floor(cell! / 6), cell! % 6];
      const at = (down: number, right: number) => 100 + (2 * row + down) * 12 + 2 * col + right;
      expect(fine).toEqual([at(0, 0), at(0, 1), at(1, 0), at(1, 1)]);
    }
  });

  it("take the nearest cells if the lattices have no common step", () => {
    const odd = lattice(7, 11, { first: 100 });
    const { sets } = shiftedSets({ tested: [7, 101, 102], lattices: [overview, odd], count: 99, seed: 1 });
    expect(sets).toHaveLength(99);
    for (const set of sets) expect(set.filter((position) => position < 100)).toHaveLength(1);
  });

  it("move each picture on its own", () => {
    const other = lattice(3, 2, { first: 200, picture: 1 });
    const { sets } = shiftedSets({ tested: [0, 201], lattices: [overview, other], count: 1000, seed: 0 });
    expect(new Set(keysOf(sets)).size).toBe(24 * 6 - 1);
    // Only a lattice that has a part of the set moves.
    const alone = shiftedSets({ tested: [0], lattices: [overview, other], count: 1000, seed: 0 });
    expect(alone.sets.map(([position]) => position!).sort((a, b) => a - b)).toEqual(overview.positions.slice(1));
  });
});

it("a test against shifted copies is exact for a set whose place is chance, whatever its shape and the picture", async () => {
  const random = seededRandom(11);
  const grid = lattice(9, 8);
  const rounds = 1500;
  let passed = 0;
  for (let round = 0; round < rounds; round++) {
    // A picture of a few hot spots, which evidence of some shape hits or misses as a whole.
    const heat = grid.positions.map(() => (random() < 0.05 ? 1 + random() : 0.01 * random()));
    const fallOf = (set: readonly number[]) => set.reduce((sum, position) => sum + heat[position]!, 0);
    const shape = [0, 1, 8, 9, 10].filter(() => random() < 0.9);
    const copies = shiftedSets({ tested: shape, lattices: [grid], count: 300, seed: round }).sets;
    const [tested = shape] = copies;
    const drawn = shiftedSets({ tested, lattices: [grid], count: 99, seed: round + 10_000 }).sets;
    const { p } = await sequentialTest({
      observed: fallOf(tested),
      next: (index) => Promise.resolve(fallOf(drawn[index]!)),
      sets: drawn.length,
    });
    if (p <= 0.05) passed += 1;
  }
  expect(passed / rounds).toBeLessThanOrEqual(0.05 + 3 * Math.sqrt((0.05 * 0.95) / rounds));
});
