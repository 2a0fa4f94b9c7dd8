/** @file Tests of tiles and packed patches against what transformers makes of the same pictures, and of how they lie on a picture. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it, test } from "vitest";
import { readProcessorSettings } from "../checkpoint-reader/processor-settings.ts";
import { bytesSource, openSafetensors, readTensor } from "../safetensors/read.ts";
import { decodeImage, readImageFile } from "./decode.ts";
import { nativeSize } from "./native.ts";
import { blockOrder, packedSize } from "./packing.ts";
import { layoutOf, pixelValuesOf, prepareImage, settingsFor } from "./prepare.ts";
import { bestResolution, bestTiles, planTiles, sizeInResolution } from "./tiles.ts";
import {
  fitModes,
  type PackedSettings,
  type ProcessorSettings,
  type RgbImage,
  type Size,
  type TileSettings,
} from "./types.ts";

const fixtures = fileURLToPath(new URL("../../test/fixtures/", import.meta.url));
const json = (path: string): unknown => JSON.parse(readFileSync(fixtures + path, "utf8"));
const settingsOf = (section: unknown) =>
  readProcessorSettings(section, { file: "p.json", section: "", warn: unexpected });

function unexpected(warning: string): void {
  throw new Error(warning);
}

async function tensorsOf(path: string) {
  const source = bytesSource(readFileSync(fixtures + path));
  const { tensors } = await openSafetensors(source, { file: path });
  return (name: string) => readTensor(source, tensors.get(name)!);
}

type HeightAndWidth = [height: number, width: number];
const sizeOf = ([height, width]: HeightAndWidth): Size => ({ width, height });

interface Golden {
  readonly resolutions: readonly {
    size: HeightAndWidth;
    resolutions: HeightAndWidth[];
    best: HeightAndWidth;
    fitted: HeightAndWidth;
  }[];
  readonly areas: readonly {
    size: HeightAndWidth;
    factor: number;
    min_pixels: number;
    max_pixels: number;
    result: HeightAndWidth;
  }[];
  readonly edges: readonly {
    size: HeightAndWidth;
    longest_edge: number;
    tile: number;
    /** Of the plane and, if it is cut, of the whole picture that is made of it. */
    resized: HeightAndWidth[];
    /** None of both if it is not cut. */
    grid: [rows: number, cols: number];
  }[];
  readonly natives: readonly { size: HeightAndWidth; within: HeightAndWidth; unit: number; resized: HeightAndWidth }[];
  readonly pictures: readonly {
    tensor: string;
    file: string;
    size: [width: number, height: number];
    grid?: [frames: number, rows: number, cols: number];
    settings: Record<string, unknown>;
  }[];
}

const golden = json("processors/processors.json") as Golden;

describe("sizes", () => {
  it("are the resolutions that transformers chooses", () => {
    for (const { size, resolutions, best, fitted } of golden.resolutions) {
      const chosen = bestResolution(sizeOf(size), resolutions.map(sizeOf));
      expect(chosen).toEqual(sizeOf(best));
      expect(sizeInResolution(sizeOf(size), chosen)).toEqual(sizeOf(fitted));
    }
    expect(golden.resolutions.length).toBeGreaterThan(100);
  });

  it("are the areas that transformers resizes to", () => {
    for (const { size, factor, min_pixels: minPixels, max_pixels: maxPixels, result } of golden.areas) {
      expect(packedSize(sizeOf(size), { factor, minPixels, maxPixels })).toEqual(sizeOf(result));
    }
    expect(golden.areas.length).toBeGreaterThan(100);
  });

  it("are the edges that transformers resizes to, and the tiles that it cuts", () => {
    for (const { size, longest_edge: longestEdge, tile: side, resized, grid } of golden.edges) {
      const cut = { by: "edge", resize: { longestEdge }, split: true } as const;
      const { views } = planTiles(sizeOf(size), { settings: { ...tiles, side, cut }, fit: "default" });
      const last = views.at(-1)!;
      expect([...(last.steps ?? []), last.resized]).toEqual(resized.map(sizeOf));
      const { rows, cols } = views[0].tiles;
      expect(views.length === 1 ? [0, 0] : [rows, cols]).toEqual(grid);
    }
    expect(golden.edges.length).toBeGreaterThan(100);
  });

  // Source: get_optimal_tiled_canvas of transformers 5.24.0. [width, height], side of a tile, [least, most] tiles, [rows, cols].
  it.each([
    [[350, 90], 20, [3, 9], [1, 4]],
    [[486, 641], 32, [5, 3], [1, 1]],
    [[481, 266], 64, [1, 40], [4, 7]],
    [[30, 877], 64, [1, 40], [29, 1]],
    [[353, 820], 448, [1, 12], [5, 2]],
    [[301, 438], 448, [1, 12], [3, 2]],
    [[340, 200], 448, [1, 12], [2, 3]],
    [[638, 523], 448, [1, 12], [3, 4]],
    [[831, 520], 32, [2, 6], [2, 3]],
    [[20, 240], 64, [1, 40], [12, 1]],
    [[802, 63], 448, [1, 12], [1, 12]],
    [[540, 490], 20, [3, 9], [3, 3]],
    [[1, 1], 32, [1, 12], [1, 1]],
    // Of equal aspects the larger, as long as its tiles have less than twice the picture's pixels.
    [[1000, 1000], 448, [1, 12], [3, 3]],
    [[640, 640], 448, [1, 12], [2, 2]],
    [[448, 448], 448, [1, 12], [1, 1]],
    [[64, 64], 32, [1, 4], [2, 2]],
    [[500, 250], 64, [1, 12], [2, 4]],
    [[60, 30], 64, [1, 12], [1, 2]],
  ] as const)(
    "are the tiles that transformers chooses for %j",
    ([width, height], side, [leastTiles, mostTiles], grid) => {
      const [rows, cols] = grid;
      expect(bestTiles({ width, height }, { side, leastTiles, mostTiles })).toEqual({ rows, cols });
    },
  );

  it("are the sizes of pictures of their own size in transformers", () => {
    for (const { size, within, unit, resized } of golden.natives) {
      expect(nativeSize(sizeOf(size), { within: sizeOf(within), unit })).toEqual(sizeOf(resized));
    }
    expect(golden.natives.length).toBeGreaterThan(100);
    expect(nativeSize({ width: 90, height: 3 }, { within: null, unit: 16 })).toEqual({ width: 90, height: 3 });
    expect(() => nativeSize({ width: 90, height: 1 }, { within: square(64), unit: 16 })).toThrow(
      'A picture of 90 x 1 pixels is too thin: fitted into 64 x 64 pixels it has a side of none; crop it, or use the fit "pad", "crop" or "resize".',
    );
  });

  it("refuse a picture that is too thin for packed patches", () => {
    const limits = { factor: 28, minPixels: 3136, maxPixels: 1e6 };
    expect(packedSize({ width: 2000, height: 10 }, limits)).toEqual({ width: 812, height: 28 });
    expect(() => packedSize({ width: 2001, height: 10 }, limits)).toThrow(
      'A picture of 2001 x 10 pixels is too thin: its long side is 200.1 times its short side, and this model takes at most 200 times; crop it, or use the fit "pad", "crop" or "resize".',
    );
  });
});

describe("pixel values", () => {
  it("have the levels that transformers has, of pictures of every kind and shape", async () => {
    const tensor = await tensorsOf("processors/processors.safetensors");
    for (const { tensor: name, file, size, grid, settings: section } of golden.pictures) {
      const settings = settingsOf(section);
      const { image } = await readImageFile(fixtures + file, { orient: false });
      expect([image.width, image.height]).toEqual(size);
      const { pixelValues, layout } = prepareImage(image, { settings, fit: "default" });
      const expected = await tensor(name);
      expect([...pixelValues.dims], name).toEqual([...expected.dims]);
      const channels = levelsOf(pixelValues.data, settings);
      expect(Buffer.from(channels).equals(Buffer.from(expected.data as Uint8Array)), name).toBe(true);
      if (grid !== undefined) expect(layout).toMatchObject({ patches: { rows: grid[1], cols: grid[2] } });
    }
    expect(golden.pictures.length).toBeGreaterThan(30);
  });

  it.each(["llava-next", "llava-onevision", "internvl", "smolvlm", "qwen2-vl", "qwen2.5-vl"])(
    "are those of the fixture %s",
    async (name) => {
      const { image_processor: section } = json(`${name}/checkpoint/processor_config.json`) as {
        image_processor: unknown;
      };
      const settings = settingsOf(section);
      const { images } = json(`${name}/input/messages.json`) as { images: string[] };
      const expected = await (await tensorsOf(`${name}/expected.safetensors`))("pixel_values");
      const actual: number[] = [];
      for (const file of images) {
        const { image } = await decodeImage(readFileSync(`${fixtures}${name}/input/${file}`), { name: file });
        for (const value of prepareImage(image, { settings, fit: "default" }).pixelValues.data) actual.push(value);
      }
      expect(actual).toBeCloseToArray(expected.data, 1e-6);
    },
  );
});

/** How many values of one channel stand together; undefined if it is all of a picture. */
function planeOf(settings: ProcessorSettings): number | undefined {
  if (settings.kind === "tiles") return settings.side ** 2;
  return settings.kind === "packed" ? settings.patchSize ** 2 * settings.temporalPatchSize : undefined;
}

/** The levels behind pixel values in their layout; channels stand before the last two axes, or before frames of a patch. */
function levelsOf(values: Float32Array, settings: ProcessorSettings): Uint8Array {
  const { mean, std } = settings.normalize!;
  const plane = planeOf(settings) ?? values.length / 3;
  return Uint8Array.from(values, (value, i) => {
    const channel = Math.floor(i / plane) % 3;
    return Math.round((value * std[channel]! + mean[channel]!) * 255);
  });
}

const levels = { filter: "bicubic", rescaleFactor: 1, normalize: null, imageMean: [0.5, 0.5, 0.5] } as const;
const square = (side: number): Size => ({ width: side, height: side });
const tiles: TileSettings = {
  kind: "tiles",
  processorType: "LlavaNextImageProcessor",
  side: 12,
  cut: {
    by: "resolutions",
    resolutions: [{ width: 24, height: 12 }, { width: 12, height: 24 }, square(24)],
    severalWhole: false,
  },
  ...levels,
};
const edgeTiles: TileSettings = {
  ...tiles,
  processorType: "Idefics3ImageProcessor",
  cut: { by: "edge", resize: { longestEdge: 30 }, split: true },
};
const packed: PackedSettings = {
  kind: "packed",
  processorType: "Qwen2VLImageProcessor",
  patchSize: 4,
  mergeSize: 2,
  temporalPatchSize: 2,
  minPixels: 64,
  maxPixels: 4096,
  ...levels,
};

function filled({ width, height }: Size, level = 200): RgbImage {
  return { width, height, data: new Uint8Array(width * height * 3).fill(level) };
}

describe("layouts", () => {
  it("put the plane of tiles over the picture and its padding, and the base over the picture", () => {
    const layout = layoutOf({ width: 40, height: 10 }, { settings: tiles, fit: "default" });
    // 24 x 12 keeps 24 x 6 pixels, with 3 black rows above and below: 5 pixels of the picture each.
    expect(layout).toEqual({
      kind: "tiles",
      source: { width: 40, height: 10 },
      views: [
        { ...square(12), box: { left: 0, top: 0, width: 40, height: 10 }, tiles: { rows: 1, cols: 1 } },
        { width: 24, height: 12, box: { left: 0, top: -5, width: 40, height: 20 }, tiles: { rows: 1, cols: 2 } },
      ],
    });
  });

  it("put tiles by the longest edge over the whole picture, and the whole picture last", () => {
    const picture = { left: 0, top: 0, width: 40, height: 10 };
    const whole = { ...square(12), box: picture, tiles: { rows: 1, cols: 1 } };
    expect(layoutOf({ width: 40, height: 10 }, { settings: edgeTiles, fit: "default" })).toEqual({
      kind: "tiles",
      source: { width: 40, height: 10 },
      views: [{ width: 36, height: 12, box: picture, tiles: { rows: 1, cols: 3 } }, whole],
    });
    const settings: TileSettings = { ...edgeTiles, cut: { by: "edge", resize: null, split: false } };
    expect(layoutOf({ width: 40, height: 10 }, { settings, fit: "default" }).views).toEqual([whole]);
  });

  it("put tiles by aspect over the whole picture, and the whole behind them if there is more than one", () => {
    const settings: TileSettings = { ...tiles, cut: { by: "ratio", leastTiles: 1, mostTiles: 6 } };
    const box = { left: 0, top: 0, width: 70, height: 37 };
    expect(layoutOf({ width: 70, height: 37 }, { settings, fit: "default" })).toEqual({
      kind: "tiles",
      source: { width: 70, height: 37 },
      views: [
        { width: 24, height: 12, box, tiles: { rows: 1, cols: 2 } },
        { ...square(12), box, tiles: { rows: 1, cols: 1 } },
      ],
    });
    const one = { ...settings, cut: { by: "ratio", leastTiles: 1, mostTiles: 1 } } as const;
    expect(layoutOf({ width: 70, height: 37 }, { settings: one, fit: "default" }).views).toEqual([
      { ...square(12), box, tiles: { rows: 1, cols: 1 } },
    ]);
  });

  it("are wholes on a square of the mean color, if a processor takes several pictures so", () => {
    const settings = { ...tiles, cut: { ...tiles.cut, severalWhole: true } } as TileSettings;
    expect(settingsFor(tiles, 2)).toBe(tiles);
    expect(settingsFor(settings, 1)).toBe(settings);
    const several = settingsFor(settings, 2);
    const layout = layoutOf({ width: 40, height: 10 }, { settings: several, fit: "default" });
    const box = { left: 0, top: -15, width: 40, height: 40 };
    expect(layout).toEqual({ kind: "whole", views: [{ ...square(12), box }] });
  });

  it("put packed patches over the whole picture", () => {
    const layout = layoutOf({ width: 41, height: 19 }, { settings: packed, fit: "default" });
    expect(layout).toEqual({
      kind: "packed",
      patches: { rows: 4, cols: 10 },
      views: [{ width: 40, height: 16, box: { left: 0, top: 0, width: 41, height: 19 } }],
    });
  });

  test.each([tiles, edgeTiles, packed])("give a square to $processorType, unless the fit is its own", (settings) => {
    const picture = { width: 90, height: 40 };
    const boxOf = (fit: (typeof fitModes)[number]) => layoutOf(picture, { settings, fit }).views[0].box;
    expect(boxOf("pad")).toEqual({ left: 0, top: -25, width: 90, height: 90 });
    expect(boxOf("resize")).toEqual({ left: 0, top: 0, width: 90, height: 40 });
    const { left, top, width, height } = boxOf("crop");
    expect([top, height]).toEqual([0, 40]);
    // Resizing and cropping lose fractions of a pixel of 12, which are up to 40 / 12 pixels of the picture.
    expect(Math.abs(left - 25)).toBeLessThan(40 / 12);
    expect(Math.abs(width - 40)).toBeLessThan(40 / 12);
    for (const fit of ["pad", "crop", "resize"] as const) {
      const [view] = layoutOf(picture, { settings, fit }).views;
      expect(view.width).toBe(view.height);
    }
  });

  it("are those of the prepared picture, on the thinnest pictures too", () => {
    for (const settings of [tiles, edgeTiles, packed]) {
      for (const size of [square(1), { width: 190, height: 1 }, { width: 3, height: 7 }, { width: 1, height: 150 }]) {
        for (const fit of fitModes) {
          const { pixelValues, levels: views, layout } = prepareImage(filled(size), { settings, fit });
          expect(layout).toEqual(layoutOf(size, { settings, fit }));
          expect(views.map(({ width, height }) => [width, height])).toEqual(
            layout.views.map(({ width, height }) => [width, height]),
          );
          const inputs =
            layout.kind === "tiles"
              ? [layout.views.reduce((sum, { tiles: { rows, cols } }) => sum + rows * cols, 0), 3, 12, 12]
              : [pixelValues.dims[0], 96];
          expect([...pixelValues.dims]).toEqual(inputs);
        }
      }
    }
  });

  it("refuse sizes that would fill the memory", () => {
    const settings = { ...packed, maxPixels: 1e12, minPixels: 1e11 };
    expect(() => layoutOf(square(10), { settings, fit: "default" })).toThrow(
      "The processor Qwen2VLImageProcessor would make 316232 x 316232 pixels of a picture of 10 x 10, more than 100000000",
    );
  });
});

describe("views", () => {
  it("are black around a crop, and show nothing of the picture beyond it", () => {
    const settings = {
      ...tiles,
      cut: { by: "resolutions", resolutions: [{ width: 36, height: 12 }], severalWhole: false },
    } as const;
    const {
      levels: [, plane],
      layout,
    } = prepareImage(filled({ width: 60, height: 20 }), { settings, fit: "crop" });
    const row = Array.from({ length: 36 }, (_, x) => plane!.data[x * 3]);
    expect(row).toEqual([
      ...new Array<number>(12).fill(0),
      ...new Array<number>(12).fill(200),
      ...new Array<number>(12).fill(0),
    ]);
    expect(layout.views[1]!.box).toEqual({ left: 0, top: 0, width: 60, height: 20 });
  });

  it("take rows from a changed picture", () => {
    const size = { width: 50, height: 30 };
    const black = new Uint8Array(size.width * 3);
    for (const settings of [tiles, edgeTiles, packed]) {
      const changed = prepareImage(filled(size), { settings, fit: "default", rowAt: () => black });
      expect(changed.pixelValues).toEqual(prepareImage(filled(size, 0), { settings, fit: "default" }).pixelValues);
    }
  });

  it("become patches that hold the pixels of their place, block by block", () => {
    const size = { width: 24, height: 16 };
    const data = Uint8Array.from({ length: size.width * size.height * 3 }, (_, i) => (i * 37) % 256);
    const values = pixelValuesOf([{ ...size, data }], packed);
    expect([...values.dims]).toEqual([24, 3 * 2 * 16]);
    const places = [...blockOrder({ rows: 4, cols: 6 }, 2)];
    expect(places.slice(0, 5)).toEqual([
      { row: 0, col: 0 },
      { row: 0, col: 1 },
      { row: 1, col: 0 },
      { row: 1, col: 1 },
      { row: 0, col: 2 },
    ]);
    for (const [patch, { row, col }] of places.entries()) {
      for (const [channel, frame, y, x] of [
        [0, 0, 0, 0],
        [2, 1, 3, 2],
        [1, 1, 2, 3],
      ] as const) {
        const level = data[((row * 4 + y) * 24 + col * 4 + x) * 3 + channel];
        expect(values.data[(((patch * 3 + channel) * 2 + frame) * 4 + y) * 4 + x]).toBe(level);
      }
    }
  });
});
