/** @file Tests of heat maps: which pixels are painted, and with what. */
import { describe, expect, it } from "vitest";
import { colorOf } from "./color-map.ts";
import { drawHeatMap, mapRange, paddingShare } from "./heat-map.ts";
import { spreadMap } from "./map-field.ts";
import type { PixelImage } from "./pixels.ts";

/** A picture whose pixels all differ a little, so that an untouched pixel can be told. */
function picture(width: number, height: number): PixelImage {
  const data = new Uint8Array(width * height * 3).map((_, i) => (i * 37) % 251);
  return { width, height, data };
}

function pixel(image: { width: number; data: ArrayLike<number> }, x: number, y: number): number[] {
  const at = (y * image.width + x) * 4;
  return [0, 1, 2, 3].map((c) => image.data[at + c]!);
}

const cells = { smooth: false, opacity: 1, fades: false, greyPicture: false };

describe("drawHeatMap() with cells", () => {
  it("paints exactly the pixels of each cell", () => {
    const values = Float32Array.of(0, 1, 2, 3, 4, 5);
    const grid = { rows: 2, cols: 3, box: { left: 0, top: 0, width: 12, height: 6 } };
    const map = drawHeatMap({ image: picture(12, 6), grids: [grid], values, options: cells });
    expect(map.range).toEqual({ min: 0, max: 5 });
    for (let y = 0; y < 6; y++) {
      for (let x = 0; x < 12; x++) {
        const value = values[Math.floor(y / 3) * 3 + Math.floor(x / 4)]!;
        expect(pixel(map, x, y)).toEqual([...colorOf(value, map.range, "viridis"), 255]);
      }
    }
  });

  it("gives a pixel on an uneven border to the cell that holds its center", () => {
    // Borders at 3.5 and 7: pixel 3 (center 3.5) begins the second cell, pixel 6 (center 6.5) ends it.
    const grid = { rows: 1, cols: 2, box: { left: 0, top: 0, width: 7, height: 1 } };
    const field = spreadMap({
      picture: { width: 7, height: 1 },
      size: { width: 7, height: 1 },
      grids: [grid],
      values: Float32Array.of(1, 2),
      smooth: false,
    });
    expect([...field.values]).toEqual([1, 1, 1, 2, 2, 2, 2]);
  });

  it("leaves the picture untouched outside of a cropped grid", () => {
    const image = picture(10, 8);
    const grid = { rows: 2, cols: 2, box: { left: 2, top: 1, width: 6, height: 6 } };
    for (const smooth of [false, true]) {
      const map = drawHeatMap({
        image,
        grids: [grid],
        values: Float32Array.of(1, 2, 3, 4),
        options: { smooth, opacity: 1 },
      });
      for (let y = 0; y < 8; y++) {
        for (let x = 0; x < 10; x++) {
          const original = [0, 1, 2].map((c) => image.data[(y * 10 + x) * 3 + c]!);
          const inside = x >= 2 && x < 8 && y >= 1 && y < 7;
          if (!inside) expect(pixel(map, x, y)).toEqual([...original, 255]);
          else expect(pixel(map, x, y).slice(0, 3)).not.toEqual(original);
        }
      }
    }
  });

  it("draws no padding, and keeps cells that see only padding out of the range", () => {
    // A wide picture padded to a square: rows 0 and 3 of the grid see padding only.
    const grid = { rows: 4, cols: 2, box: { left: 0, top: -4, width: 16, height: 16 } };
    const values = Float32Array.of(90, 90, 1, 2, 3, 4, 90, 90);
    const map = drawHeatMap({ image: picture(16, 8), grids: [grid], values, options: cells });
    expect(map.range).toEqual({ min: 0, max: 4 });
    expect([map.width, map.height]).toEqual([16, 8]);
    expect(pixel(map, 0, 0)).toEqual([...colorOf(1, map.range, "viridis"), 255]);
    expect(pixel(map, 15, 7)).toEqual([...colorOf(4, map.range, "viridis"), 255]);
    expect(paddingShare({ image: { width: 16, height: 8 }, grids: [grid], values })).toBeCloseTo(360 / 370, 6);
  });

  it("mixes the color by the opacity, over a gray picture of 66 % of the light", () => {
    const image = { width: 1, height: 1, data: Uint8Array.of(200, 100, 50) };
    const grid = { rows: 1, cols: 1, box: { left: 0, top: 0, width: 1, height: 1 } };
    const request = { image, grids: [grid], values: Float32Array.of(1) };
    const plain = drawHeatMap({ ...request, options: { ...cells, opacity: 0.25 } });
    expect(pixel(plain, 0, 0)).toBeCloseToArray(
      [253, 231, 37, 255].map((c, i) => (i < 3 ? [200, 100, 50][i]! * 0.75 + c * 0.25 : c)),
      0.51,
    );
    const gray = drawHeatMap({ ...request, options: { opacity: 0, greyPicture: true } });
    const luma = 0.66 * (0.2126 * 200 + 0.7152 * 100 + 0.0722 * 50);
    expect(pixel(gray, 0, 0)).toBeCloseToArray([luma, luma, luma, 255], 0.51);
  });

  it("covers the picture the more, the larger the value, so that it keeps its colors where there is nothing", () => {
    const image = { width: 5, height: 1, data: new Uint8Array(15).fill(200) };
    const grid = { rows: 1, cols: 5, box: { left: 0, top: 0, width: 5, height: 1 } };
    const options = { smooth: false, opacity: 0.8 } as const;
    const map = drawHeatMap({ image, grids: [grid], values: Float32Array.of(0, 1, 2, 3, 4), options });
    for (let x = 0; x < 5; x++) {
      const color = colorOf(x, map.range, "viridis");
      const share = (0.8 * Math.round((x / 4) * 255)) / 255;
      const expected = color.map((level) => 200 * (1 - share) + level * share);
      expect(pixel(map, x, 0).slice(0, 3)).toBeCloseToArray(expected, 0.51);
    }
    const signed = drawHeatMap({
      image,
      grids: [grid],
      values: Float32Array.of(-4, -2, 0, 2, 4),
      options: { ...options, colorMap: "diverging" },
    });
    expect(pixel(signed, 2, 0).slice(0, 3)).toBeCloseToArray([200, 200, 200], 1);
    expect(pixel(signed, 0, 0)).not.toEqual(pixel(signed, 2, 0));
  });

  it("hatches hidden cells and rescales without them", () => {
    const grid = { rows: 1, cols: 2, box: { left: 0, top: 0, width: 24, height: 12 } };
    const map = drawHeatMap({
      image: picture(24, 12),
      grids: [grid],
      values: Float32Array.of(50, 2),
      options: { ...cells, hidden: new Set([0]) },
    });
    expect(map.range).toEqual({ min: 0, max: 2 });
    expect(pixel(map, 20, 6)).toEqual([...colorOf(2, map.range, "viridis"), 255]);
    const greys = new Set(Array.from({ length: 12 }, (_, x) => pixel(map, x, 3).join()));
    expect([...greys].sort()).toEqual(["235,235,235,255", "70,70,70,255"]);
  });

  it("scales large pictures down to the longest side, the cells with them", () => {
    const grid = { rows: 1, cols: 2, box: { left: 0, top: 0, width: 400, height: 100 } };
    const map = drawHeatMap({
      image: picture(400, 100),
      grids: [grid],
      values: Float32Array.of(0, 1),
      options: { ...cells, maxSide: 40 },
    });
    expect([map.width, map.height]).toEqual([40, 10]);
    expect(pixel(map, 19, 5)).toEqual([...colorOf(0, map.range, "viridis"), 255]);
    expect(pixel(map, 20, 5)).toEqual([...colorOf(1, map.range, "viridis"), 255]);
  });

  it("centers the diverging map on 0", () => {
    const grid = { rows: 1, cols: 2, box: { left: 0, top: 0, width: 2, height: 1 } };
    const request = { image: picture(2, 1), grids: [grid], values: Float32Array.of(-3, 1) };
    expect(mapRange({ ...request, options: { colorMap: "diverging" } })).toEqual({ min: -3, max: 3 });
  });

  it("survives values that are not finite", () => {
    const grid = { rows: 1, cols: 2, box: { left: 0, top: 0, width: 2, height: 1 } };
    const values = Float32Array.of(Number.NaN, Infinity);
    const map = drawHeatMap({ image: picture(2, 1), grids: [grid], values });
    expect(map.range).toEqual({ min: 0, max: 0 });
    expect(pixel(map, 0, 0)).toEqual(
      pixel(drawHeatMap({ image: picture(2, 1), grids: [grid], values: new Float32Array(2) }), 0, 0),
    );
  });

  it("refuses a wrong number of values and pixels that do not fit the size", () => {
    const grid = { rows: 2, cols: 2, box: { left: 0, top: 0, width: 4, height: 4 } };
    expect(() => drawHeatMap({ image: picture(4, 4), grids: [grid], values: new Float32Array(5) })).toThrow(
      "4 image tokens, got 5 values",
    );
    const image = { width: 4, height: 4, data: new Uint8Array(47) };
    expect(() => drawHeatMap({ image, grids: [grid], values: new Float32Array(4) })).toThrow("4 x 4 pixels need 48");
  });
});

describe("spreadMap()", () => {
  const grid = { rows: 4, cols: 5, box: { left: 0, top: 0, width: 25, height: 20 } };
  const size = { width: 25, height: 20 };

  it("passes through the centers of the cells exactly when smooth", () => {
    const values = new Float32Array(20).map((_, i) => Math.sin(i * 1.7));
    const field = spreadMap({ picture: size, size, grids: [grid], values, smooth: true });
    const atCentres = Array.from(values, (_, i) => field.values[(Math.floor(i / 5) * 5 + 2) * 25 + (i % 5) * 5 + 2]!);
    expect(atCentres).toBeCloseToArray(values, 1e-6);
  });

  it("reproduces a linear map between the inner centers when smooth", () => {
    const values = new Float32Array(20).map((_, i) => 3 * (i % 5) + 2 * Math.floor(i / 5));
    const field = spreadMap({ picture: size, size, grids: [grid], values, smooth: true });
    for (let y = 7; y <= 12; y++) {
      for (let x = 7; x <= 17; x++) {
        const expected = 3 * ((x + 0.5) / 5 - 0.5) + 2 * ((y + 0.5) / 5 - 0.5);
        expect(field.values[y * 25 + x]).toBeCloseTo(expected, 4);
      }
    }
  });

  it("shows no value between cells that is not between theirs, when smooth", () => {
    // A lone peak, a step and noise: what rings about a peak come from.
    const noise = (i: number): number => Math.abs(Math.sin(i * 12.9898) * 43758.5453) % 1;
    const maps = [
      new Float32Array(20).map((_, i) => (i === 7 ? 1 : 0.1)),
      new Float32Array(20).map((_, i) => (i % 5 < 2 ? -4 : 3)),
      new Float32Array(20).map((_, i) => noise(i) ** 3),
    ];
    const size = { width: 100, height: 80 };
    for (const values of maps) {
      const field = spreadMap({
        picture: size,
        size,
        grids: [{ ...grid, box: { left: 0, top: 0, ...size } }],
        values,
        smooth: true,
      });
      for (let y = 0; y < size.height; y++) {
        for (let x = 0; x < size.width; x++) {
          const row = (y + 0.5) / 20 - 0.5;
          const col = (x + 0.5) / 20 - 0.5;
          const around = [Math.floor(row), Math.ceil(row)].flatMap((r) =>
            [Math.floor(col), Math.ceil(col)].map(
              (c) => values[Math.min(3, Math.max(0, r)) * 5 + Math.min(4, Math.max(0, c))]!,
            ),
          );
          const value = field.values[y * size.width + x]!;
          expect(value).toBeGreaterThanOrEqual(Math.min(...around) - 1e-6);
          expect(value).toBeLessThanOrEqual(Math.max(...around) + 1e-6);
        }
      }
    }
  });

  it("does not let a hidden cell pull the smooth surface", () => {
    const values = new Float32Array(20).fill(1);
    values[7] = 1000;
    const field = spreadMap({ picture: size, size, grids: [grid], values, smooth: true, hidden: new Set([7]) });
    const shown = field.values.filter((_, at) => field.cover[at] === 1);
    expect(shown).toBeCloseToArray(new Float32Array(500 - 25).fill(1), 1e-5);
    expect(field.cover.filter((cover) => cover === 2).length).toBe(25);
  });

  it("takes the mean where tiles and an overview lie over each other", () => {
    const overview = { rows: 1, cols: 1, box: { left: 0, top: 0, width: 4, height: 2 } };
    const tile = { rows: 1, cols: 2, box: { left: 0, top: 0, width: 2, height: 2 } };
    const field = spreadMap({
      picture: { width: 4, height: 2 },
      size: { width: 4, height: 2 },
      grids: [overview, tile],
      values: Float32Array.of(4, 2, 8),
      smooth: false,
    });
    expect([...field.values]).toEqual([3, 6, 4, 4, 3, 6, 4, 4]);
  });

  it("takes the finest of them if it is asked for, in whatever order they stand", () => {
    const overview = { rows: 1, cols: 1, box: { left: 0, top: 0, width: 4, height: 2 } };
    const tile = { rows: 1, cols: 2, box: { left: 0, top: 0, width: 2, height: 2 } };
    const size = { width: 4, height: 2 };
    const drawn = { picture: size, size, smooth: false, overlap: "finest" } as const;
    const before = spreadMap({ ...drawn, grids: [overview, tile], values: Float32Array.of(4, 2, 8) });
    expect([...before.values]).toEqual([2, 8, 4, 4, 2, 8, 4, 4]);
    const after = spreadMap({ ...drawn, grids: [tile, overview], values: Float32Array.of(2, 8, 4) });
    expect([...after.values]).toEqual([...before.values]);
    const hidden = spreadMap({
      ...drawn,
      grids: [overview, tile],
      values: Float32Array.of(4, 2, 8),
      hidden: new Set([2]),
    });
    expect([...hidden.cover]).toEqual([1, 2, 1, 1, 1, 2, 1, 1]);
  });
});
