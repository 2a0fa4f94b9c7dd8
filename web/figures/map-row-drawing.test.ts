import { describe, expect, it } from "vitest";
import { placeInRows } from "./map-row-drawing.ts";

describe("maps beside each other in an export", () => {
  it("stand in one row while they fit", () => {
    const { corners, width, height } = placeInRows([300, 300, 300].map((side) => ({ width: side, height: side })));
    expect(corners).toEqual([
      [0, 0],
      [312, 0],
      [624, 0],
    ]);
    expect([width, height]).toEqual([924, 320]);
  });

  it("wrap, stay within the width, and never overlap", () => {
    const sizes = Array.from({ length: 23 }, (_, i) => ({ width: 60 + (i % 5) * 9, height: 40 + (i % 3) * 20 }));
    const { corners, width, height } = placeInRows(sizes, 400);
    expect(width).toBeLessThanOrEqual(400);
    const boxes = sizes.map((size, i) => ({ left: corners[i]![0], top: corners[i]![1], ...size }));
    for (const [i, a] of boxes.entries()) {
      expect(a.top + a.height).toBeLessThan(height);
      for (const b of boxes.slice(i + 1)) {
        const apart = a.left + a.width <= b.left || b.left + b.width <= a.left;
        const above = a.top + a.height <= b.top || b.top + b.height <= a.top;
        expect(apart || above).toBe(true);
      }
    }
  });

  it("take one that is wider than a row, and none at all", () => {
    expect(placeInRows([{ width: 1200, height: 10 }]).corners).toEqual([[0, 0]]);
    expect(placeInRows([])).toEqual({ corners: [], width: 0, height: 0 });
  });
});
