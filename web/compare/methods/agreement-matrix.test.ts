import { describe, expect, it } from "vitest";
import { agreementDrawing } from "./agreement-drawing.ts";
import { agreementOf, cellOf } from "./agreement-matrix.ts";

/** Twenty patches: ten that count, of which the last two are the top of 10 %, and ten that are left out. */
const patches = Array.from({ length: 20 }, (_, i) => i);
const ascending = Float32Array.from({ length: 30 }, (_, i) => i);
const descending = ascending.map((value) => -value);
/** As `ascending`, but the best two patches and the two before them change places by one. */
const swapped = Float32Array.from(ascending, (value) => (value === 18 ? 17 : value === 17 ? 18 : value));
const maps = [
  { method: "attention", values: ascending },
  { method: "rollout", values: swapped },
  { method: "causes", values: descending },
  { method: "occlusion", values: new Float32Array(30) },
] as const;
const agreement = agreementOf(maps, patches);

describe("the matrix of agreement", () => {
  it("has the rank correlation of every two methods", () => {
    // Spearman by differences of ranks: 1 - 6 · (1 + 1) / (20 · 399).
    expect(agreement.correlation[0]![1]).toBeCloseTo(1 - 12 / (20 * 399), 12);
    expect(agreement.correlation[2]![0]).toBeCloseTo(-1, 12);
    expect(agreement.correlation[1]![1]).toBe(1);
    for (const [i, row] of agreement.correlation.entries()) {
      for (const [j, value] of row.entries()) expect(value).toBe(agreement.correlation[j]![i]);
    }
  });

  it("has the overlap of the top 10 %: patches 18 and 19 against 17 and 19", () => {
    expect(agreement.overlap[0]![1]).toBeCloseTo(1 / 3, 12);
    expect(agreement.overlap[0]![2]).toBe(0);
  });

  it("has no number for a flat map, not even with itself", () => {
    expect(agreement.correlation[3]).toEqual([null, null, null, null]);
    expect(agreement.overlap.map((row) => row[3])).toEqual([null, null, null, null]);
  });

  it("looks at the given patches alone", () => {
    const other = { method: "rollout", values: ascending.map((value, i) => (i < 20 ? value : -value)) } as const;
    expect(agreementOf([maps[0], other], patches).correlation[0]![1]).toBeCloseTo(1, 12);
    expect(agreementOf([maps[0], other], [0, 29]).correlation[0]![1]).toBeCloseTo(-1, 12);
  });

  it("shows correlation below the diagonal, overlap above it, and nothing on it", () => {
    expect(cellOf(agreement, 2, 0)).toEqual({ measure: "correlation", value: agreement.correlation[2]![0] });
    expect(cellOf(agreement, 0, 2)).toEqual({ measure: "overlap", value: 0 });
    expect(cellOf(agreement, 1, 1)).toBeUndefined();
  });

  it("is drawn with its numbers and names, and a dash for what is flat", () => {
    const drawing = agreementDrawing(agreement);
    if (drawing.kind !== "svg") throw new Error("The matrix is no SVG.");
    expect(drawing.markup.match(/<rect/g)).toHaveLength(12);
    for (const text of ["0.33", "−1.00", "Causes", ">-<"]) expect(drawing.markup).toContain(text);
  });
});
