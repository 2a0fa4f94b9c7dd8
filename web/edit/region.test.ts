import { describe, expect, it } from "vitest";
import { middleRegion, pixelAt, regionAfterKey, regionBetween } from "./region.ts";

const box = (left: number, top: number, width: number, height: number) => ({ left, top, width, height });
const bounds = box(10, 20, 640, 320);

describe("a region of a picture", () => {
  it("lies where the pointer is, whatever the zoom and the crop", () => {
    const shown = { left: 100, top: 50, width: 320, height: 160 };
    expect(pixelAt({ x: 100, y: 50 }, shown, bounds)).toEqual({ x: 10, y: 20 });
    expect(pixelAt({ x: 260, y: 210 }, shown, bounds)).toEqual({ x: 330, y: 340 });
    expect(pixelAt({ x: 100.5, y: 50.25 }, shown, bounds)).toEqual({ x: 11, y: 20.5 });
  });

  it("is dragged in any direction, and stays within the picture", () => {
    const wanted = box(30, 40, 20, 10);
    expect(regionBetween({ x: 30.2, y: 40.4 }, { x: 49.8, y: 50.1 }, bounds)).toEqual(wanted);
    expect(regionBetween({ x: 49.8, y: 50.1 }, { x: 30.2, y: 40.4 }, bounds)).toEqual(wanted);
    expect(regionBetween({ x: -5, y: 0 }, { x: 9999, y: 9999 }, bounds)).toEqual(bounds);
    expect(regionBetween({ x: 30, y: 40 }, { x: 30.3, y: 60 }, bounds).width).toBe(0);
  });

  it("is moved by keys, and sized with Shift, within the picture", () => {
    const middle = middleRegion(bounds);
    expect(middle).toEqual(box(170, 100, 320, 160));
    expect(regionAfterKey(middle, { key: "ArrowRight", isSizing: false, bounds })).toEqual(box(180, 100, 320, 160));
    expect(regionAfterKey(middle, { key: "ArrowUp", isSizing: true, bounds })).toEqual(box(170, 100, 320, 150));
    expect(regionAfterKey(box(10, 20, 4, 4), { key: "ArrowLeft", isSizing: false, bounds })).toEqual(box(10, 20, 4, 4));
    expect(regionAfterKey(box(10, 20, 4, 4), { key: "ArrowLeft", isSizing: true, bounds })?.width).toBe(1);
    expect(regionAfterKey(bounds, { key: "ArrowDown", isSizing: true, bounds })).toEqual(bounds);
    expect(regionAfterKey(middle, { key: "a", isSizing: false, bounds })).toBeUndefined();
  });
});
