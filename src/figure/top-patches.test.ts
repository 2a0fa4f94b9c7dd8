/** @file Tests of the top patches of a map: how many hold a share of its sum, and which count. */
import { describe, expect, it } from "vitest";
import { patchGeometry } from "./patch-geometry.ts";
import { topPatches } from "./top-patches.ts";

const none: ReadonlySet<number> = new Set();
const picture = { width: 40, height: 20 };

function geometryOf(grids: readonly { rows: number; cols: number; left?: number; width?: number }[]) {
  const placed = grids.map(({ rows, cols, left = 0, width = 40 }) => ({
    rows,
    cols,
    box: { left, top: 0, width, height: 20 },
  }));
  let position = 0;
  const imageTokens = placed.flatMap(({ rows, cols }, grid) =>
    Array.from({ length: rows * cols }, (_, i) => ({
      position: position++,
      image: 0,
      cell: { grid, row: Math.floor(i / cols), col: i % cols },
    })),
  );
  return patchGeometry({ picture: { ...picture, grids: placed }, imageTokens, image: 0 });
}

describe("the top patches", () => {
  const geometry = geometryOf([{ rows: 2, cols: 4 }]);
  const values = Float32Array.of(1, 10, 2, 30, 4, 20, 3, 30);

  it("are the fewest that reach the share of the sum", () => {
    const top = (share: number) => topPatches({ geometry, values, share, hidden: none });
    expect(top(0)).toEqual([]);
    expect(top(0.6)).toEqual([3, 7]);
    expect(top(0.61)).toEqual([3, 5, 7]);
    expect(top(0.9)).toEqual([1, 3, 5, 7]);
    expect(top(1)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it("take all patches that are alike", () => {
    expect(topPatches({ geometry, values, share: 0.1, hidden: none })).toEqual([3, 7]);
  });

  it("leave out what is hidden, from the sum too", () => {
    expect(topPatches({ geometry, values, share: 0.5, hidden: new Set([3, 7]) })).toEqual([5]);
  });

  it("count values of both signs by their size, and nothing that is not finite", () => {
    const signed = Float32Array.of(-50, 1, 2, NaN, 40, 0, 0, -1);
    expect(topPatches({ geometry, values: signed, share: 0.6, hidden: none })).toEqual([0, 4]);
  });

  it("leave out patches beside the picture", () => {
    const padded = geometryOf([{ rows: 1, cols: 4, left: -20, width: 80 }]);
    expect(topPatches({ geometry: padded, values: Float32Array.of(90, 1, 2, 90), share: 0.5, hidden: none })).toEqual([
      2,
    ]);
  });
});
