/** @file Tests of the color maps. */
import { interpolateCividis, interpolateMagma, interpolatePRGn, interpolateViridis } from "d3-scale-chromatic";
import { describe, expect, it } from "vitest";
import {
  colorIndex,
  colorOf,
  colorTable,
  contrastRatio,
  defaultRange,
  hexColor,
  inkOn,
  type ColorMapName,
} from "./color-map.ts";

function rgbOf(text: string): number[] {
  return text.startsWith("#")
    ? [1, 3, 5].map((at) => parseInt(text.slice(at, at + 2), 16))
    : text.match(/\d+/g)!.map(Number);
}

describe("colorTable()", () => {
  const published: Record<ColorMapName, (position: number) => string> = {
    viridis: interpolateViridis,
    cividis: interpolateCividis,
    magma: interpolateMagma,
    diverging: interpolatePRGn,
  };
  for (const [name, interpolate] of Object.entries(published) as [ColorMapName, (position: number) => string][]) {
    it(`has the published colors of ${name}`, () => {
      const table = colorTable(name);
      expect(table.length).toBe(768);
      for (const entry of [0, 1, 51, 127, 128, 200, 255]) {
        expect([...table.subarray(entry * 3, entry * 3 + 3)]).toEqual(rgbOf(interpolate(entry / 255)));
      }
    });
  }

  it("runs from purple over near white to green in the diverging map", () => {
    const at = (value: number): readonly number[] => colorOf(value, { min: -2, max: 2 }, "diverging");
    expect(at(-2)).toEqual([64, 0, 75]);
    expect(at(2)).toEqual([0, 68, 27]);
    expect(Math.min(...at(0))).toBeGreaterThan(230);
  });

  it("begins viridis at its known dark purple and ends it at its known yellow", () => {
    expect(hexColor(colorOf(0, { min: 0, max: 1 }, "viridis"))).toBe("#440154");
    expect(hexColor(colorOf(1, { min: 0, max: 1 }, "viridis"))).toBe("#fde725");
  });
});

describe("colorIndex()", () => {
  it("clamps values outside of the range and takes what is no number as the minimum", () => {
    const range = { min: 1, max: 3 };
    expect([0, 1, 2, 3, 9, Number.NaN, Infinity].map((value) => colorIndex(value, range))).toEqual([
      0, 0, 128, 255, 255, 0, 255,
    ]);
  });

  it("does not divide by an empty range", () => {
    expect(colorIndex(0, { min: 0, max: 0 })).toBe(0);
  });
});

describe("defaultRange()", () => {
  it("goes from 0 to the maximum, or symmetrically about 0", () => {
    expect(defaultRange([0.1, 0.4, Number.NaN, -0.9], "viridis")).toEqual({ min: 0, max: 0.4 });
    expect(defaultRange([0.1, 0.4, -0.9], "diverging")).toEqual({ min: -0.9, max: 0.9 });
    expect(defaultRange([], "magma")).toEqual({ min: 0, max: 0 });
  });
});

describe("inkOn()", () => {
  it("reaches a contrast of 4.5 on every color of every map", () => {
    for (const name of ["viridis", "cividis", "magma", "diverging"] as const) {
      for (let entry = 0; entry < 256; entry++) {
        const color = colorOf(entry, { min: 0, max: 255 }, name);
        const ink = inkOn(color) === "#000000" ? ([0, 0, 0] as const) : ([255, 255, 255] as const);
        expect(contrastRatio(ink, color)).toBeGreaterThanOrEqual(4.5);
      }
    }
  });

  it("measures 21 between black and white", () => {
    expect(contrastRatio([0, 0, 0], [255, 255, 255])).toBeCloseTo(21, 10);
  });
});
