/** @file Tests of the map's layer: which pixels a bright patch colors, and that they are those of the exports. */
import { describe, expect, it } from "vitest";
import { colorTable } from "../../../src/figure/color-map.ts";
import { drawHeatMap } from "../../../src/figure/heat-map.ts";
import { packedColors } from "../../../src/figure/packed-colors.ts";
import type { GridPlacement } from "../../../src/image/types.ts";
import { mapLayer } from "./map-layer.ts";
import { patchGeometry } from "../../../src/figure/patch-geometry.ts";

const none: ReadonlySet<number> = new Set();

function geometryOf(picture: { width: number; height: number }, grids: readonly GridPlacement[]) {
  let position = 0;
  const imageTokens = grids.flatMap(({ rows, cols }, grid) =>
    Array.from({ length: rows * cols }, (_, i) => ({
      position: position++,
      image: 0,
      cell: { grid, row: Math.floor(i / cols), col: i % cols },
    })),
  );
  return patchGeometry({ picture: { ...picture, grids }, imageTokens, image: 0 });
}

const colorOfPixel = (pixels: Uint32Array<ArrayBuffer>, at: number): number[] => [
  ...new Uint8Array(pixels.buffer, at * 4, 4),
];

describe("a map as cells", () => {
  const box = { left: -10, top: 0, width: 40, height: 40 };
  const geometry = geometryOf({ width: 20, height: 40 }, [{ rows: 4, cols: 4, box }]);

  it("colors the bright patch alone with the end of the color map, and leaves hidden ones empty", () => {
    const values = new Float32Array(16);
    values[6] = 3;
    const request = {
      geometry,
      values,
      smooth: false,
      colorMap: "viridis",
      fades: false,
      range: { min: 0, max: 3 },
    } as const;
    const layer = mapLayer({ ...request, hidden: new Set([1]) });
    expect(layer).toMatchObject({ width: 4, height: 4, box, smooth: false });
    const table = colorTable("viridis");
    expect(colorOfPixel(layer.pixels, 6)).toEqual([...table.slice(255 * 3), 255]);
    expect(colorOfPixel(layer.pixels, 5)).toEqual([...table.slice(0, 3), 255]);
    expect(layer.pixels[1]).toBe(0);
  });
});

describe("a smooth map", () => {
  const picture = { width: 256, height: 128 };
  const grid = { rows: 3, cols: 4, box: { left: 24, top: -60, width: 208, height: 240 } };
  const values = Float32Array.from({ length: 12 }, (_, i) => Math.sin(i * 1.7) + 1);

  it("has the colors of the exported picture at full opacity, and nothing beside the grid", () => {
    const geometry = geometryOf(picture, [grid]);
    const range = { min: 0, max: 2 };
    const layer = mapLayer({
      geometry,
      values,
      smooth: true,
      colorMap: "magma",
      fades: false,
      range,
      hidden: new Set([4]),
    });
    expect([layer.width, layer.height]).toEqual([256, 128]);
    const exported = drawHeatMap({
      image: { ...picture, data: new Uint8Array(256 * 128 * 3) },
      grids: [grid],
      values,
      options: { colorMap: "magma", opacity: 1, fades: false, smooth: true, range, hidden: new Set([4]) },
    });
    const painted = new Uint32Array(exported.data.buffer);
    let compared = 0;
    for (let i = 0; i < painted.length; i++) {
      if (layer.pixels[i] === 0) continue;
      compared++;
      if (layer.pixels[i] !== painted[i]) expect(colorOfPixel(layer.pixels, i)).toEqual(colorOfPixel(painted, i));
    }
    // 208 columns of 256, less the 52 columns and 80 rows of the hidden cell.
    expect(compared).toBe(208 * 128 - 52 * 80);
    expect(layer.pixels[23]).toBe(0);
  });

  it("is drawn at 256 pixels at most, and up to that for small pictures", () => {
    const request = {
      values,
      smooth: true,
      colorMap: "viridis",
      fades: true,
      range: { min: 0, max: 2 },
      hidden: none,
    } as const;
    const large = geometryOf({ width: 3000, height: 1500 }, [
      { ...grid, box: { left: 0, top: 0, width: 3000, height: 1500 } },
    ]);
    expect(mapLayer({ ...request, geometry: large })).toMatchObject({ width: 256, height: 128 });
    const small = geometryOf({ width: 20, height: 30 }, [{ ...grid, box: { left: 0, top: 0, width: 20, height: 30 } }]);
    expect(mapLayer({ ...request, geometry: small })).toMatchObject({ width: 171, height: 256 });
  });
});

describe("a map that is drawn again", () => {
  const picture = { width: 64, height: 32 };
  const whole = { left: 0, top: 0, ...picture };
  const grids = [
    { rows: 2, cols: 3, box: { ...whole, width: 32 } },
    { rows: 2, cols: 3, box: { ...whole, left: 32, width: 32 } },
    { rows: 2, cols: 3, box: whole },
  ];
  const geometry = geometryOf(picture, grids);
  const values = Float32Array.from({ length: 18 }, (_, i) => Math.sin(i * 1.3) + 1);

  it("is the same as a fresh one, whatever changes and comes back", () => {
    const sinks = new Set([3, 14]);
    const range = { min: 0, max: 2 };
    const first = { geometry, values, smooth: true, colorMap: "viridis", fades: true, range, hidden: none } as const;
    const changes = [
      {},
      { smooth: false },
      { colorMap: "magma" },
      { fades: false },
      { range: { min: 0.5, max: 1 } },
      { hidden: sinks },
      { longest: 90 },
      { geometry: { ...geometry, choice: "finest" } },
    ] as const;
    for (const change of [...changes, ...changes.toReversed()]) {
      const request = { ...first, ...change };
      const drawn = mapLayer(request);
      expect(drawn).toEqual(mapLayer({ ...request, values: values.slice() }));
      expect(new Set(drawn.pixels).size).toBeGreaterThan(4);
      // Also in the memory of another one.
      const used = new Uint32Array(drawn.pixels.length).fill(7);
      const again = mapLayer(request, used);
      expect(again).toEqual(drawn);
      expect(again.pixels).toBe(used);
    }
  });
});

describe("packed colors", () => {
  it("are the color map's, opaque", () => {
    expect(colorOfPixel(packedColors("cividis") as Uint32Array<ArrayBuffer>, 100)).toEqual([
      ...colorTable("cividis").slice(300, 303),
      255,
    ]);
  });
});
