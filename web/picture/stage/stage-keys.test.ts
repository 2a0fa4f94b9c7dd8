/** @file Tests of the keys within the picture. */
import { describe, expect, it } from "vitest";
import { patchGeometry } from "../../../src/figure/patch-geometry.ts";
import { afterKey, firstCursor, type KeyResult } from "./stage-keys.ts";

const geometry = patchGeometry({
  picture: { width: 30, height: 30, grids: [{ rows: 3, cols: 3, box: { left: 0, top: 0, width: 30, height: 30 } }] },
  imageTokens: Array.from({ length: 9 }, (_, i) => ({
    position: i,
    image: 0,
    cell: { grid: 0, row: Math.floor(i / 3), col: i % 3 },
  })),
  image: 0,
});

/** Presses keys one after another; "+" before a key is Shift. */
function press(selected: readonly number[], keys: readonly string[]): { at: number; selected: readonly number[] } {
  let state: KeyResult = { cursor: firstCursor(geometry, selected)!, patches: selected };
  for (const key of keys) {
    const before = state.patches ?? [];
    const request = { key: key.replace("+", ""), shiftKey: key.startsWith("+") };
    const next = afterKey(request, { geometry, cursor: state.cursor, selected: before })!;
    state = { cursor: next.cursor, patches: next.patches ?? before };
  }
  return { at: state.cursor.patch.token, selected: state.patches! };
}

describe("keys within the picture", () => {
  it("begin in the middle, or at what is selected, and stop at the border", () => {
    expect(press([], []).at).toBe(4);
    expect(press([7, 8], []).at).toBe(7);
    expect(press([], ["ArrowUp", "ArrowUp", "ArrowLeft"])).toEqual({ at: 0, selected: [] });
  });

  it("begin at the middle of the picture, not of the list of patches", () => {
    const even = patchGeometry({
      picture: {
        width: 40,
        height: 40,
        grids: [{ rows: 4, cols: 4, box: { left: 0, top: 0, width: 40, height: 40 } }],
      },
      imageTokens: Array.from({ length: 16 }, (_, i) => ({
        position: i,
        image: 0,
        cell: { grid: 0, row: Math.floor(i / 4), col: i % 4 },
      })),
      image: 0,
    });
    expect(firstCursor(even, [])?.patch).toMatchObject({ row: 2, col: 2 });
  });

  it("select and take back with Space", () => {
    expect(press([], [" ", "ArrowRight", " "]).selected).toEqual([4, 5]);
    expect(press([], [" ", "ArrowRight", " ", " "]).selected).toEqual([4]);
  });

  it("extend a rectangle from where Shift was first held, and shrink it again", () => {
    expect(press([0], ["ArrowRight", "+ArrowRight", "+ArrowDown"]).selected).toEqual([0, 1, 2, 4, 5]);
    expect(press([0], ["ArrowRight", "+ArrowRight", "+ArrowDown", "+ArrowUp"]).selected).toEqual([0, 1, 2]);
  });

  it("leave other keys alone", () => {
    expect(
      afterKey({ key: "a", shiftKey: false }, { geometry, cursor: firstCursor(geometry, [])!, selected: [] }),
    ).toBeUndefined();
  });
});
