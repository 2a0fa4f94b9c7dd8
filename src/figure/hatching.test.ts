/** @file Tests of hatching: lines lie within their box, at even distances, and go on from box to box. */
import { describe, expect, it } from "vitest";
import { hatchLines, hatchStyles } from "./hatching.ts";

const box = { left: 13, top: 4, width: 50, height: 21 };

// Sums and differences of x and y over the box: 17 to 88, and -12 to 59.
const cases = [
  { style: hatchStyles.patch, count: 14 },
  { style: hatchStyles.unseen, count: 8 },
];

describe.each(cases)("hatching in steps of $style.step", ({ style, count }) => {
  it("lies within the box, on diagonals at multiples of the step", () => {
    const lines = hatchLines(box, style);
    expect(lines.length).toBe(count);
    for (const { x1, y1, x2, y2 } of lines) {
      expect(x1).toBeGreaterThanOrEqual(13);
      expect(x2).toBeLessThanOrEqual(63);
      for (const y of [y1, y2]) expect(y >= 4 && y <= 25).toBe(true);
      const offsets = style.rises ? [x1 + y1, x2 + y2] : [x1 - y1, x2 - y2];
      expect(offsets[0]).toBeCloseTo(offsets[1]!, 9);
      expect(Math.abs(offsets[0]! % style.step)).toBeCloseTo(0, 9);
    }
  });

  it("goes on in the next box", () => {
    const right = hatchLines({ ...box, left: 63 }, style);
    const ends = hatchLines(box, style).filter(({ x2 }) => x2 === 63);
    for (const { y2 } of ends.filter((line) => line.y2 > 4.01 && line.y2 < 24.99)) {
      expect(right.some(({ x1, y1 }) => x1 === 63 && Math.abs(y1 - y2) < 1e-9)).toBe(true);
    }
  });
});
