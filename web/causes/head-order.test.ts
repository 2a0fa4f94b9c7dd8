/** @file Tests of heads in order. */
import { describe, expect, it } from "vitest";
import { formatImportance, importanceDrawing, importanceTable, inOrder } from "./head-order.ts";

const heads = { token: 0, layer: 5, image: [0.5, 13.25, 0.5, 1], text: [2, 1 / 13.25, 2, 1] };

describe("heads by importance", () => {
  it("come from the largest on, equal ones by number; a bar reaches half where both are equal", () => {
    expect(inOrder(heads.image).map(({ head }) => head)).toEqual([1, 3, 0, 2]);
    expect(inOrder(heads.image)[1]!.share).toBe(0.5);
    expect(inOrder([1e9])[0]!.share).toBeLessThan(1);
    expect(inOrder([0, 0]).map(({ share }) => share)).toEqual([0, 0]);
  });

  it("are a table with both numbers and places", () => {
    expect(importanceTable(heads).rows).toEqual([
      [0, 0.5, 3, 2, 1],
      [1, 13.25, 1, 1 / 13.25, 4],
      [2, 0.5, 4, 2, 2],
      [3, 1, 2, 1, 3],
    ]);
    expect(importanceTable(undefined).rows).toEqual([]);
  });

  it("have numbers that fit, however large", () => {
    expect([0.076, 13.254, 452.73, 9999, 107268147].map(formatImportance)).toEqual([
      "0.08",
      "13.25",
      "453",
      "9999",
      "1.1e+8",
    ]);
  });

  it("are drawn with their numbers for exports", () => {
    const drawing = importanceDrawing(heads);
    expect(drawing.kind === "svg" && drawing.markup).toContain("13.25");
  });
});
