/** @file Tests of the outline of boxes. */
import { describe, expect, it } from "vitest";
import { outlinePath } from "./outline.ts";

const box = (left: number, top: number, width = 10, height = 10) => ({ left, top, width, height });

describe("the outline of boxes", () => {
  it("goes around a box", () => {
    expect(outlinePath([box(0, 0)])).toBe("M0 0L10 0L10 10L0 10Z");
    expect(outlinePath([])).toBe("");
  });

  it("joins neighbors and boxes that lie over each other", () => {
    expect(outlinePath([box(0, 0), box(10, 0)])).toBe("M0 0L20 0L20 10L0 10Z");
    expect(outlinePath([box(0, 0, 20, 20), box(5, 5)])).toBe("M0 0L20 0L20 20L0 20Z");
    expect(outlinePath([box(0, 0), box(10.004, 0), box(0, 10)])).toBe("M0 0L20 0L20 10L10 10L10 20L0 20Z");
  });

  it("keeps boxes apart that touch at a corner, and lies inside of them", () => {
    expect(outlinePath([box(0, 0), box(10, 10)], 1).split("Z")).toEqual([
      "M1 1L9 1L9 9L1 9",
      "M11 11L19 11L19 19L11 19",
      "",
    ]);
  });

  it("goes around a hole, which lies outside", () => {
    const ring = [0, 1, 2].flatMap((row) => [0, 1, 2].map((col) => box(col * 10, row * 10)));
    ring.splice(4, 1);
    const loops = outlinePath(ring, 1).split("Z").filter(Boolean);
    expect(loops).toHaveLength(2);
    // The hole is from 10 to 20; its border is drawn in the boxes around it.
    expect(
      loops[1]!
        .match(/[\d.]+/g)!
        .map(Number)
        .sort((a, b) => a - b),
    ).toEqual([9, 9, 9, 9, 21, 21, 21, 21]);
  });
});
