import { describe, expect, it } from "vitest";
import { resampleMap, sameGrids } from "./resample.ts";

const square = (side: number, cells: number) => ({
  width: side,
  height: side,
  grids: [{ rows: cells, cols: cells, box: { left: 0, top: 0, width: side, height: side } }],
});

describe("resampleMap", () => {
  it("gives back the map where both grids are the same, whatever the size of the pictures", () => {
    const values = Float32Array.from({ length: 9 }, (_, i) => i + 1);
    expect([...resampleMap(values, { from: square(30, 3), to: square(300, 3), scale: true })]).toEqual([...values]);
    expect(sameGrids(square(30, 3), square(300, 3))).toBe(true);
  });

  it("takes the mean of the cells under each coarser cell", () => {
    const fine = Float32Array.from({ length: 16 }, (_, i) => i);
    const coarse = resampleMap(fine, { from: square(8, 4), to: square(8, 2), scale: false });
    expect([...coarse]).toEqual([2.5, 4.5, 10.5, 12.5]);
    expect(sameGrids(square(8, 4), square(8, 2))).toBe(false);
  });

  it("keeps the sum of a map of shares when it is scaled", () => {
    const fine = Float32Array.from({ length: 16 }, (_, i) => (i + 1) / 136);
    for (const cells of [2, 8]) {
      const other = resampleMap(fine, { from: square(8, 4), to: square(8, cells), scale: true });
      expect(other.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
    }
  });

  it("is 0 where nothing of the other map lies", () => {
    const half = { width: 8, height: 8, grids: [{ rows: 1, cols: 1, box: { left: 0, top: 0, width: 4, height: 8 } }] };
    expect([...resampleMap(Float32Array.of(3), { from: half, to: square(8, 2), scale: false })]).toEqual([3, 0, 3, 0]);
  });
});
