/** @file Boxes between two points, changed corners, and strokes on a mask. */
import { describe, expect, it } from "vitest";
import { boxBetween, boxWith, strokeMask } from "./mark-strokes.ts";

const picture = { width: 20, height: 10 };

describe("boxBetween()", () => {
  it("is the same from any corner, takes begun pixels whole, and stays on the picture", () => {
    expect(boxBetween({ x: 3.2, y: 1.1 }, { x: 8.5, y: 6 }, picture)).toEqual([3, 1, 9, 6]);
    expect(boxBetween({ x: 8.5, y: 6 }, { x: 3.2, y: 1.1 }, picture)).toEqual([3, 1, 9, 6]);
    expect(boxBetween({ x: -4, y: -4 }, { x: 40, y: 40 }, picture)).toEqual([0, 0, 20, 10]);
  });

  it("is none without area on the picture", () => {
    expect(boxBetween({ x: 3, y: 3 }, { x: 3, y: 8 }, picture)).toBeUndefined();
    expect(boxBetween({ x: 25, y: 3 }, { x: 30, y: 8 }, picture)).toBeUndefined();
  });
});

describe("boxWith()", () => {
  it("changes one corner, if that is a box on the picture", () => {
    expect(boxWith([3, 1, 9, 6], 2, 12, picture)).toEqual([3, 1, 12, 6]);
    expect(boxWith([3, 1, 9, 6], 0, 9, picture)).toBeUndefined();
    expect(boxWith([3, 1, 9, 6], 3, 11, picture)).toBeUndefined();
    expect(boxWith([3, 1, 9, 6], 1, NaN, picture)).toBeUndefined();
  });
});

describe("strokeMask()", () => {
  it("sets the pixels whose centers are near the way, and takes them away again", () => {
    const mask = { ...picture, inside: new Uint8Array(200) };
    const stroke = { from: { x: 4, y: 5 }, to: { x: 14, y: 5 }, radius: 2 };
    strokeMask(mask, { ...stroke, value: 1 });
    for (let y = 0; y < 10; y++) {
      for (let x = 0; x < 20; x++) {
        const along = Math.min(14, Math.max(4, x + 0.5));
        const distance = Math.hypot(x + 0.5 - along, y + 0.5 - 5);
        expect(mask.inside[y * 20 + x], `${x},${y}`).toBe(distance <= 2 ? 1 : 0);
      }
    }
    strokeMask(mask, { ...stroke, value: 0 });
    expect(mask.inside.includes(1)).toBe(false);
  });

  it("is a disc where the pointer does not move, cut at the edge", () => {
    const mask = { ...picture, inside: new Uint8Array(200) };
    strokeMask(mask, { from: { x: 0, y: 0 }, to: { x: 0, y: 0 }, radius: 1, value: 1 });
    expect([...mask.inside.keys()].filter((pixel) => mask.inside[pixel])).toEqual([0]);
  });
});
