/** @file Tests of the size of the picture. */
import { describe, expect, it } from "vitest";
import { stageSize } from "./stage-size.ts";

describe("the size of the picture", () => {
  it("is as wide as the stage, until its height would push the composer out", () => {
    const desktop = { width: 448, windowWidth: 1440, windowHeight: 900 };
    expect(stageSize({ width: 672, height: 672 }, desktop)).toEqual({ width: 448, height: 448 });
    expect(stageSize({ width: 600, height: 1200 }, desktop)).toEqual({ width: 234, height: 468 });
    expect(stageSize({ width: 600, height: 1200 }, { ...desktop, taken: 48 }).height).toBe(420);
  });

  it("keeps 220 px on low windows, half a window on tablets, and at most 40 % of it on phones", () => {
    const square = { width: 10, height: 10 };
    expect(stageSize(square, { width: 400, windowWidth: 1100, windowHeight: 500 }).height).toBe(220);
    expect(stageSize(square, { width: 900, windowWidth: 768, windowHeight: 1024 }).height).toBe(512);
    expect(stageSize(square, { width: 390, windowWidth: 390, windowHeight: 700 }).height).toBe(280);
    expect(stageSize(square, { width: 390, windowWidth: 390, windowHeight: 844 }).height).toBe(330);
  });
});
