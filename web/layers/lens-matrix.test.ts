import { describe, expect, it } from "vitest";
import { contrastRatio, type Rgb } from "../../src/figure/color-map.ts";
import { cellAt, cellBox, cellTint, lensLayout } from "./lens-matrix.ts";

describe("the layout of the lens's matrix", () => {
  it("finds each cell again under its own middle, the last layer at the top", () => {
    const layout = lensLayout({ rows: 7, columns: 6, available: 560 });
    for (let row = 0; row < 7; row++) {
      for (let column = 0; column < 6; column++) {
        const { x, y, width, height } = cellBox(layout, { row, column });
        expect(cellAt(layout, x + width / 2, y + height / 2)).toEqual({ row, column });
      }
    }
    expect(cellBox(layout, { row: 6, column: 0 }).y).toBeLessThan(cellBox(layout, { row: 0, column: 0 }).y);
  });

  it("has no cell over the names of rows and columns", () => {
    const layout = lensLayout({ rows: 3, columns: 2, available: 300 });
    expect(cellAt(layout, 5, 60)).toBeUndefined();
    expect(cellAt(layout, 60, 5)).toBeUndefined();
    expect(cellAt(layout, layout.width + 1, 60)).toBeUndefined();
  });

  it("scrolls where the answer is long, and leaves numbers out where there is no room", () => {
    const long = lensLayout({ rows: 33, columns: 64, available: 600 });
    expect(long.width).toBeGreaterThan(600);
    expect(long.showsNumbers).toBe(false);
    expect(lensLayout({ rows: 7, columns: 6, available: 560 }).showsNumbers).toBe(true);
  });

  it("tints more probable words further from the page, in both themes", () => {
    const light: Record<"surface" | "certain", Rgb> = { surface: [255, 255, 255], certain: [87, 97, 107] };
    const dark: Record<"surface" | "certain", Rgb> = { surface: [24, 24, 26], certain: [163, 174, 185] };
    for (const theme of [light, dark]) {
      const contrasts = [0, 0.25, 0.5, 0.75, 1].map((share) => contrastRatio(cellTint(share, theme), theme.surface));
      expect(contrasts).toEqual(contrasts.toSorted((a, b) => a - b));
      expect(contrasts[0]).toBeGreaterThan(1);
      expect(cellTint(1, theme)).toEqual(theme.certain);
    }
  });
});
