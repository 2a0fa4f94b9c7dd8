/** @file Tests of the canvas of tiles against what transformers 5.24 computes (`MllamaImageProcessorPil`). */
import { describe, expect, test } from "vitest";
import { bestArrangement, planCanvas, sizeOnCanvas } from "./canvas.ts";

describe("a canvas of tiles", () => {
  // Picture, side, most tiles; rows and columns of tiles, and the picture's size on them.
  test.each([
    {
      picture: { width: 960, height: 686 },
      side: 560,
      mostTiles: 4,
      tiles: { rows: 2, cols: 2 },
      size: { width: 960, height: 686 },
    },
    {
      picture: { width: 51, height: 25 },
      side: 24,
      mostTiles: 2,
      tiles: { rows: 1, cols: 2 },
      size: { width: 48, height: 23 },
    },
    {
      picture: { width: 20, height: 300 },
      side: 21,
      mostTiles: 4,
      tiles: { rows: 4, cols: 1 },
      size: { width: 5, height: 84 },
    },
    {
      picture: { width: 400, height: 3 },
      side: 24,
      mostTiles: 6,
      tiles: { rows: 1, cols: 6 },
      size: { width: 144, height: 1 },
    },
    {
      picture: { width: 600, height: 600 },
      side: 560,
      mostTiles: 4,
      tiles: { rows: 2, cols: 2 },
      size: { width: 600, height: 600 },
    },
    {
      picture: { width: 1, height: 1000 },
      side: 560,
      mostTiles: 4,
      tiles: { rows: 2, cols: 1 },
      size: { width: 1, height: 1000 },
    },
    {
      picture: { width: 561, height: 560 },
      side: 560,
      mostTiles: 4,
      tiles: { rows: 1, cols: 2 },
      size: { width: 561, height: 560 },
    },
    {
      picture: { width: 5000, height: 4000 },
      side: 560,
      mostTiles: 4,
      tiles: { rows: 2, cols: 2 },
      size: { width: 1120, height: 896 },
    },
    {
      picture: { width: 1120, height: 1120 },
      side: 560,
      mostTiles: 4,
      tiles: { rows: 2, cols: 2 },
      size: { width: 1120, height: 1120 },
    },
    {
      picture: { width: 244, height: 607 },
      side: 100,
      mostTiles: 3,
      tiles: { rows: 3, cols: 1 },
      size: { width: 100, height: 248 },
    },
    {
      picture: { width: 619, height: 486 },
      side: 24,
      mostTiles: 5,
      tiles: { rows: 2, cols: 2 },
      size: { width: 48, height: 37 },
    },
    {
      picture: { width: 14, height: 858 },
      side: 560,
      mostTiles: 3,
      tiles: { rows: 2, cols: 1 },
      size: { width: 14, height: 858 },
    },
    {
      picture: { width: 565, height: 240 },
      side: 100,
      mostTiles: 6,
      tiles: { rows: 2, cols: 3 },
      size: { width: 300, height: 127 },
    },
    {
      picture: { width: 482, height: 554 },
      side: 560,
      mostTiles: 4,
      tiles: { rows: 1, cols: 1 },
      size: { width: 487, height: 560 },
    },
    {
      picture: { width: 655, height: 882 },
      side: 100,
      mostTiles: 2,
      tiles: { rows: 2, cols: 1 },
      size: { width: 100, height: 134 },
    },
    {
      picture: { width: 651, height: 156 },
      side: 560,
      mostTiles: 6,
      tiles: { rows: 1, cols: 2 },
      size: { width: 651, height: 156 },
    },
    {
      picture: { width: 16, height: 688 },
      side: 24,
      mostTiles: 2,
      tiles: { rows: 2, cols: 1 },
      size: { width: 1, height: 48 },
    },
    {
      picture: { width: 777, height: 606 },
      side: 24,
      mostTiles: 3,
      tiles: { rows: 1, cols: 2 },
      size: { width: 30, height: 24 },
    },
    {
      picture: { width: 799, height: 32 },
      side: 224,
      mostTiles: 4,
      tiles: { rows: 1, cols: 4 },
      size: { width: 799, height: 32 },
    },
    {
      picture: { width: 610, height: 737 },
      side: 560,
      mostTiles: 6,
      tiles: { rows: 2, cols: 2 },
      size: { width: 610, height: 737 },
    },
    {
      picture: { width: 808, height: 438 },
      side: 560,
      mostTiles: 6,
      tiles: { rows: 1, cols: 2 },
      size: { width: 808, height: 438 },
    },
    {
      picture: { width: 821, height: 591 },
      side: 560,
      mostTiles: 2,
      tiles: { rows: 1, cols: 2 },
      size: { width: 777, height: 560 },
    },
    {
      picture: { width: 900, height: 375 },
      side: 24,
      mostTiles: 1,
      tiles: { rows: 1, cols: 1 },
      size: { width: 24, height: 10 },
    },
    {
      picture: { width: 140, height: 507 },
      side: 100,
      mostTiles: 3,
      tiles: { rows: 3, cols: 1 },
      size: { width: 82, height: 300 },
    },
    {
      picture: { width: 689, height: 447 },
      side: 224,
      mostTiles: 4,
      tiles: { rows: 2, cols: 2 },
      size: { width: 448, height: 290 },
    },
    {
      picture: { width: 520, height: 854 },
      side: 560,
      mostTiles: 5,
      tiles: { rows: 2, cols: 1 },
      size: { width: 520, height: 854 },
    },
    {
      picture: { width: 360, height: 547 },
      side: 560,
      mostTiles: 5,
      tiles: { rows: 1, cols: 1 },
      size: { width: 368, height: 560 },
    },
    {
      picture: { width: 238, height: 345 },
      side: 24,
      mostTiles: 7,
      tiles: { rows: 3, cols: 2 },
      size: { width: 48, height: 69 },
    },
    {
      picture: { width: 287, height: 621 },
      side: 100,
      mostTiles: 6,
      tiles: { rows: 3, cols: 2 },
      size: { width: 138, height: 300 },
    },
    {
      picture: { width: 882, height: 335 },
      side: 24,
      mostTiles: 6,
      tiles: { rows: 2, cols: 3 },
      size: { width: 72, height: 27 },
    },
  ])("fits %j", ({ picture, side, mostTiles, tiles, size }) => {
    expect(bestArrangement(picture, { side, mostTiles })).toEqual(tiles);
    const canvas = { width: tiles.cols * side, height: tiles.rows * side };
    expect(sizeOnCanvas(picture, canvas, side)).toEqual(size);
    const { views, source } = planCanvas(picture, { side, fit: "default", mostTiles });
    expect(source).toEqual(picture);
    expect(views[0]).toMatchObject({ tiles, resized: size, window: { ...canvas, left: 0, top: 0 } });
  });
});
