import { describe, expect, it } from "vitest";
import { galleryColumns, galleryLayout, labelHeight, placeInGallery } from "./gallery.ts";

describe("a gallery of small maps", () => {
  it("has as many columns as are wide enough, with the space between them", () => {
    const columns = (width: number) => galleryColumns(width, { least: 100, most: 4 });
    expect([columns(50), columns(207), columns(208), columns(324), columns(2000)]).toEqual([1, 1, 2, 3, 4]);
  });

  it.each([
    [1, 3],
    [7, 3],
    [12, 4],
  ])("keeps %d maps in %d columns within its width and height, none over another", (count, columns) => {
    const width = 400;
    const layout = galleryLayout(count, { width, columns, aspect: 0.75 });
    const boxes = Array.from({ length: count }, (_, index) => placeInGallery(layout, index));
    for (const [i, { left, top }] of boxes.entries()) {
      expect(left + layout.mapWidth).toBeLessThanOrEqual(width);
      expect(top + layout.mapHeight + labelHeight).toBeLessThanOrEqual(layout.height);
      for (const other of boxes.slice(0, i)) {
        const beside = Math.abs(left - other.left) >= layout.mapWidth;
        expect(beside || Math.abs(top - other.top) >= layout.mapHeight + labelHeight).toBe(true);
      }
    }
    expect(Math.max(...boxes.map(({ top }) => top)) + layout.mapHeight + labelHeight).toBe(layout.height);
    expect(layout.mapHeight / layout.mapWidth).toBeCloseTo(0.75, 1);
  });

  it("takes no height without maps", () => {
    expect(galleryLayout(0, { width: 400, columns: 2, aspect: 1 }).height).toBe(0);
  });
});
