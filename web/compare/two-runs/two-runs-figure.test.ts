import { describe, expect, it } from "vitest";
import { twoRunsFigure, type TwoRunsInput } from "./two-runs-figure.ts";

/** Two image tokens, of which the second is of no patch, as a separator. */
const layout = { imageTokens: [{ cell: { row: 0, col: 3 } }, {}] } as unknown as TwoRunsInput["a"]["layout"];

function input(sameGrids: boolean): TwoRunsInput {
  return {
    a: { id: "r-1", layout },
    b: { id: "r-2" },
    selection: { compareBy: "relevancy.language", colorMap: "viridis", opacity: 1, fades: false },
    shown: {
      comparison: {
        a: Float32Array.of(0.5, 0.25),
        bOnA: Float32Array.of(0.25, 0.5),
        difference: Float32Array.of(-0.25, 0.25),
        tokens: [4],
        tokensOfB: [4],
        sameGrids,
      },
      range: { min: 0, max: 0.5 },
      differenceRange: { min: -0.25, max: 0.25 },
    },
    drawing: () => ({ kind: "svg", markup: "", width: 1, height: 1 }),
  };
}

describe("two runs as a figure", () => {
  it("say which run stands where, by which method, and what the colors of the difference mean", () => {
    const { caption } = twoRunsFigure(input(true));
    expect(caption).toMatch(/^relevancy of the language model: left A, run r-1; middle B, run r-2;/);
    expect(caption).toContain("from \u22120.250 (purple, more in A) to +0.250 (green, more in B)");
    expect(caption).not.toContain("resampled");
  });

  it("say that the patches are not the same", () => {
    expect(twoRunsFigure(input(false)).caption).toContain("B is resampled to the patches of A");
  });

  it("have the scale of both maps in the legend", () => {
    const legend = twoRunsFigure(input(true)).legend?.();
    expect(legend).toMatchObject({ low: "0", high: "0.5000", unit: "A and B: relevancy, no unit" });
    const { a, b, selection, drawing } = input(true);
    const waiting = { a, b, selection, drawing };
    expect(twoRunsFigure(waiting).legend?.()).toBeUndefined();
    expect(twoRunsFigure(waiting).table().rows).toEqual([]);
  });

  it("have one row for each image token", () => {
    expect(twoRunsFigure(input(true)).table().rows).toEqual([
      [0, 0, 3, 0.5, 0.25, -0.25],
      [1, null, null, 0.25, 0.5, 0.25],
    ]);
  });
});
