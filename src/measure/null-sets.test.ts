/** @file Tests of the null sets of a run: what is drawn for patches, words and heads, and what never is. */
import { describe, expect, test } from "vitest";
import { exampleDescription } from "../../test/support/example-run.ts";
import type { RunDescription } from "../run/types.ts";
import { edgeNullSets, headNullSets, imageNullSets, wordNullSets } from "./null-sets.ts";

const description = exampleDescription();
const drawing = { token: 1, count: 200, seed: 0 };
const keysOf = (sets: readonly (readonly unknown[])[]) => new Set(sets.map((set) => JSON.stringify(set)));

describe("null sets of patches", () => {
  test("are the same shape elsewhere in each picture, or any patches of all pictures", () => {
    const tested = { ...drawing, positions: [1, 9, 10] };
    const shifted = imageNullSets(description, { ...tested, kind: "shifted" });
    // One of 4 patches, and 6 pairs side by side in rows of 3, but for the tested set.
    expect([keysOf(shifted.sets).size, shifted.isAll]).toEqual([4 * 6 - 1, true]);
    const random = imageNullSets(description, { ...tested, kind: "random" });
    expect([keysOf(random.sets).size, random.isAll]).toEqual([(10 * 9 * 8) / 6 - 1, true]);
  });

  test("have no patch of padding, in tests nor in null sets", () => {
    // The upper row of a square picture that is stretched over by a wide one.
    const [first, second] = description.images;
    const padded = { ...second!, grids: [{ rows: 2, cols: 3, box: { left: 0, top: -20, width: 60, height: 40 } }] };
    const half: RunDescription = { ...description, images: [first!, { ...padded, height: 20 }] };
    for (const kind of ["shifted", "random"] as const) {
      const { sets } = imageNullSets(half, { ...drawing, positions: [12], kind });
      expect(keysOf(sets)).toEqual(keysOf(kind === "shifted" ? [[13], [14]] : [[1], [2], [3], [4], [13], [14]]));
      expect(() => imageNullSets(half, { ...drawing, positions: [9], kind })).toThrow("9 is tested");
    }
  });

  test("hold as many tokens as the set, and never the set", () => {
    for (let seed = 0; seed < 30; seed++) {
      for (const kind of ["shifted", "random"] as const) {
        const { sets } = imageNullSets(description, { token: 0, positions: [2, 9, 13], kind, count: 15, seed });
        expect(sets).toHaveLength(15);
        expect(keysOf([...sets, [2, 9, 13]]).size).toBe(16);
        for (const set of sets) expect(new Set(set).size).toBe(3);
      }
    }
  });
});

describe("null sets of words", () => {
  test("are words of the same class: of the question, or of answers", () => {
    const question = wordNullSets(description, { ...drawing, positions: [6] });
    expect(keysOf(question.sets)).toEqual(keysOf([[5], [15]]));
    // Token 2 of the answer sees tokens 0 and 1 of it, and the earlier answer.
    const answer = wordNullSets(description, { ...drawing, token: 2, positions: [5, 17] });
    expect(keysOf(answer.sets)).toEqual(
      keysOf([
        [5, 7],
        [6, 7],
        [7, 15],
        [6, 17],
        [15, 17],
      ]),
    );
  });

  test("refuse the template, special tokens, the first token and later ones", () => {
    for (const position of [0, 8, 16, 18]) {
      expect(() => wordNullSets(description, { ...drawing, positions: [position] })).toThrow(`${position} is no word`);
    }
  });
});

test("null sets of heads are of the same layers, or of any", () => {
  const tested = { heads: [{ layer: 1, head: 0 }], count: 50, seed: 0 };
  expect(headNullSets(description, { ...tested, ofSameLayers: true }).sets).toHaveLength(2);
  expect(headNullSets(description, { ...tested, ofSameLayers: false }).sets).toHaveLength(5);
});

describe("null sets of edges", () => {
  test("lead to the same positions from as many other tokens of each class, and what is of no class stays", () => {
    const edges = [
      { from: [0, 2, 5], to: [16], layers: [1], heads: [0] },
      { from: [6], to: [15] },
    ];
    const sets = edgeNullSets(description, { ...drawing, count: 2, edges });
    expect(sets).toHaveLength(2);
    for (const [first, second] of sets as [(typeof edges)[0], (typeof edges)[0]][]) {
      expect(first).toMatchObject({ to: [16], layers: [1], heads: [0] });
      expect(first.from).toHaveLength(3);
      expect(first.from[0]).toBe(0);
      expect(first.from.filter((position) => [5, 6, 15].includes(position))).toHaveLength(1);
      expect(first.from).not.toEqual(edges[0]!.from);
      expect(second).toEqual({ from: [expect.any(Number)], to: [15] });
      expect(second.from).not.toEqual([6]);
    }
  });
});
