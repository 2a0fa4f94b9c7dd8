import { describe, expect, it } from "vitest";
import { openRunOf, rowsOf, type OpenRunParts } from "../../../test/support/open-run.ts";
import { exampleDescription } from "../../../test/support/example-run.ts";
import { compareRuns, isComparison, type Comparison } from "./comparison.ts";
import { mapOfTokens } from "../../run/recorded-map.ts";

// The example: 10 image tokens at 1-4 (picture 0) and 9-14 (picture 1), three answer tokens.
const length = 20;
const places = [1, 2, 3, 4, 9, 10, 11, 12, 13, 14];
const weight = (token: number, position: number): number => ((token * 7 + position * 3) % 11) / 64;
const other = (token: number, position: number): number => ((token * 5 + position * 2) % 13) / 64;
const wave = (of: typeof weight) => rowsOf(3, length, of);
const patches = (of: typeof weight) => rowsOf(3, 10, of);

function runBy(of: typeof weight, more: OpenRunParts = {}) {
  const tensors = {
    rollout: wave(of),
    "relevancy.exact.language": wave(of),
    "relevancy.exact.vision": patches(of),
  };
  return openRunOf({ tensors, attention: wave(of).data as Float32Array<ArrayBuffer>, ...more });
}
const a = runBy(weight);
const b = runBy(other);

function compared(...given: Parameters<typeof compareRuns>): Comparison {
  const state = compareRuns(...given);
  if (!isComparison(state)) throw new Error("Nothing was compared.");
  return state;
}

describe("the map of a run by a method", () => {
  it.each(["attention", "rollout", "relevancy.language"] as const)(
    "%s is the mean over the tokens at the image tokens",
    (method) => {
      const map = mapOfTokens(a, method, [0, 2]) as Float32Array;
      expect(map).toHaveLength(10);
      for (const [i, place] of places.entries())
        expect(map[i]).toBeCloseTo((weight(0, place) + weight(2, place)) / 2, 6);
    },
  );

  it("vision is one number per image token by itself", () => {
    expect([...(mapOfTokens(a, "relevancy.vision", [1]) as Float32Array)]).toEqual(
      places.map((_, patch) => weight(1, patch)),
    );
  });

  it("says what is missing and what would compute it", () => {
    const bare = openRunOf();
    expect(mapOfTokens(bare, "attention", [0])).toMatchObject({ request: { methods: ["attention"] } });
    expect(mapOfTokens(bare, "rollout", [0])).toMatchObject({ request: { methods: ["rollout"] } });
    expect(mapOfTokens(bare, "relevancy.combined", [0])).toMatchObject({
      request: { methods: ["relevancy"], variants: ["exact"] },
    });
  });

  it("is no map of zeros where a token was not explained", () => {
    const partly = runBy(weight, { description: { methods: { relevancy: { tokens: [0] } } } });
    expect(mapOfTokens(partly, "relevancy.language", [0])).toBeInstanceOf(Float32Array);
    expect(mapOfTokens(partly, "relevancy.language", [0, 1])).toEqual({
      missing: "The selected tokens were not explained by relevancy.",
    });
    expect(mapOfTokens(partly, "rollout", [0, 1])).toBeInstanceOf(Float32Array);
  });
});

describe("two runs", () => {
  it("are compared patch by patch on the first picture, B less A", () => {
    const found = compared(a, b, { compareBy: "relevancy.language", tokens: [1] });
    expect(found).toMatchObject({ method: "relevancy.language", tokens: [1], sameGrids: true });
    expect([...found.a]).toEqual([1, 2, 3, 4].map((place) => weight(1, place)));
    expect([...found.b]).toEqual([1, 2, 3, 4].map((place) => other(1, place)));
    expect([...found.difference]).toEqual([1, 2, 3, 4].map((place) => other(1, place) - weight(1, place)));
    const swapped = compared(b, a, { compareBy: "relevancy.language", tokens: [1] });
    expect([...swapped.difference]).toEqual([...found.difference].map((value) => -value));
  });

  it("are brought onto the patches of A where those are others: shares keep their sum, relevancy its height", () => {
    const [first, second] = exampleDescription().images;
    // One cell per column over the whole of the 30 x 30 box, as four columns of one row.
    const columns = { ...first!, grids: [{ ...first!.grids[0]!, rows: 1, cols: 4 }] };
    const description = { images: [columns, second!] };
    const flat = runBy((_, position) => position / 64, { description });
    const found = compared(a, flat, { compareBy: "relevancy.language", tokens: [1] });
    expect(found.sameGrids).toBe(false);
    // Columns 0 and 1 lie under the left cells of A, 2 and 3 under the right ones.
    const [left, right] = [(1 + 2) / 2 / 64, (3 + 4) / 2 / 64];
    for (const [patch, value] of [left, right, left, right].entries()) expect(found.bOnA[patch]).toBeCloseTo(value, 6);
    const shares = compared(a, flat, { compareBy: "rollout", tokens: [1] });
    const sum = (map: Float32Array) => map.reduce((total, value) => total + value, 0);
    expect(sum(shares.bOnA)).toBeCloseTo(sum(shares.b), 6);
  });

  it("are compared on the patches alone if a picture has tokens without a place", () => {
    const { images, tokens } = exampleDescription();
    const [first, second] = images;
    // The last token of the first picture ends its row of three patches.
    const row = { ...first!, grids: [{ ...first!.grids[0]!, rows: 1, cols: 3 }] };
    const ended = tokens.map((token, position) => {
      if (position < 1 || position > 4) return token;
      const { id, text, role, turn } = token;
      return { id, text, role, turn, image: 0, ...(position < 4 ? { row: 0, col: position - 1 } : {}) };
    });
    const rowed = runBy((_, position) => position / 64, { description: { images: [row, second!], tokens: ended } });
    const onto = compared(a, rowed, { compareBy: "relevancy.language", tokens: [1] });
    expect(onto.placed).toEqual([0, 1, 2, 3]);
    for (const value of onto.bOnA) expect(value).toBeLessThanOrEqual(3 / 64);
    const from = compared(rowed, a, { compareBy: "relevancy.language", tokens: [1] });
    expect(from.placed).toEqual([0, 1, 2]);
    expect(from.difference[3]).toBe(0);
    expect(from.difference.every(Number.isFinite)).toBe(true);
  });

  it("are compared at the tokens that both have", () => {
    const description = { answer: { start: 17, end: 19 }, tokens: exampleDescription().tokens.slice(0, 19) };
    const short = openRunOf({ tensors: { "relevancy.exact.language": rowsOf(2, 19, other) }, description });
    expect(compared(a, short, { compareBy: "relevancy.language", tokens: [1, 2] }).tokens).toEqual([1]);
    expect(compareRuns(a, short, { compareBy: "relevancy.language", tokens: [2] })).toEqual({
      missing: "The answer of B has only 2 tokens; select an earlier one.",
    });
  });

  it("say which run misses something, and wait for what is on its way", () => {
    const bare = openRunOf();
    const by = { compareBy: "relevancy.language", tokens: [1] } as const;
    expect(compareRuns(bare, b, by)).toMatchObject({
      missing: "Run A: Relevancy was not computed.",
      request: { methods: ["relevancy"] },
    });
    // What is missing in B cannot be computed from here.
    expect(compareRuns(a, bare, by)).toEqual({
      missing: "Run B: Relevancy was not computed. Open it to compute it.",
    });
    const waiting = openRunOf({ tensors: { "relevancy.exact.language": "on its way" } });
    expect(compareRuns(a, waiting, by)).toBeUndefined();
    expect(compareRuns(a, openRunOf({ description: { images: [] } }), by)).toEqual({
      missing: "Both runs need a picture.",
    });
  });
});
