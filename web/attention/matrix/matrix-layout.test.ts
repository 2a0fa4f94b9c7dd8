/** @file Tests of where the cells of the matrix stand. */
import { describe, expect, it } from "vitest";
import { boxOf, cellAt, labeled, matrixLayout } from "./matrix-layout.ts";

describe("the layout of the matrix", () => {
  it("takes the largest whole cells that fit, with wide gaps for few heads", () => {
    const layout = matrixLayout({ layers: 6, heads: 6, aspect: 1 }, { width: 430, height: 1000, scale: 1 });
    expect([layout.cellWidth, layout.cellHeight, layout.gap]).toEqual([67, 67, 5]);
    expect([layout.width, layout.height]).toEqual([427, 427]);
    const low = matrixLayout({ layers: 6, heads: 6, aspect: 1 }, { width: 430, height: 300, scale: 1 });
    expect(low.height).toBeLessThanOrEqual(300);
    expect(low.height + 6).toBeGreaterThan(300);
  });

  it("keeps the aspect of the picture, and counts in device pixels", () => {
    const layout = matrixLayout({ layers: 32, heads: 32, aspect: 2 / 3 }, { width: 450, height: 600, scale: 2 });
    expect(layout.gap).toBe(2);
    expect(layout.cellWidth).toBe(Math.floor((900 - 62) / 32));
    expect(layout.cellHeight).toBe(Math.round((layout.cellWidth * 2) / 3));
    expect(layout.scrolls).toBe(false);
  });

  it("scrolls beyond 64 layers or heads, with cells that can still be pointed at", () => {
    const layout = matrixLayout({ layers: 80, heads: 64, aspect: 1 }, { width: 400, height: 400, scale: 1 });
    expect(layout.scrolls).toBe(true);
    expect(layout.cellWidth).toBe(14);
    expect(layout.width).toBeGreaterThan(400);
  });

  it("finds each cell again at the middle of its box", () => {
    const layout = matrixLayout({ layers: 5, heads: 9, aspect: 0.75 }, { width: 300, height: 300, scale: 1.5 });
    for (let layer = 0; layer < 5; layer++) {
      for (let head = 0; head < 9; head++) {
        const { x, y, width, height } = boxOf(layout, { layer, head });
        expect(cellAt(layout, (x + width / 2) / 1.5, (y + height / 2) / 1.5)).toEqual({ layer, head });
      }
    }
    expect(cellAt(layout, -1, 5)).toBeUndefined();
    expect(cellAt(layout, 5, layout.height)).toBeUndefined();
  });

  it("labels as many rows as have room, the last one too", () => {
    expect(labeled(6, 70, 22)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(labeled(32, 10, 22)).toEqual([0, 4, 8, 12, 16, 20, 24, 28, 31]);
    expect(labeled(30, 10, 22)).toEqual([0, 4, 8, 12, 16, 20, 24, 28]);
  });
});
