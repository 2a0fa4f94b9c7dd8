import { describe, expect, it } from "vitest";
import { prepareImage } from "./prepare.ts";
import { cellBox, cellOfPixel, coveredShare, unseenBoxes, unseenShare, visibleBox, type Cell } from "./geometry.ts";
import { fitModes, type FitMode, type GridPlacement, type ProcessorSettings, type RgbImage } from "./types.ts";

const settings: ProcessorSettings = {
  kind: "whole",
  processorType: "CLIPImageProcessor",
  resize: { shortestEdge: 60 },
  filter: "bicubic",
  centerCrop: { width: 60, height: 60 },
  padToSquare: false,
  rescaleFactor: 1 / 255,
  normalize: null,
  imageMean: [0.5, 0.5, 0.5],
};

function cellsOf({ rows, cols }: GridPlacement): Cell[] {
  return Array.from({ length: rows * cols }, (_, i) => ({ row: Math.floor(i / cols), col: i % cols }));
}

function painted(width: number, height: number, isMarked: (x: number, y: number) => boolean): RgbImage {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    const marked = isMarked(i % width, Math.floor(i / width));
    data.set(marked ? [255, 0, 0] : [0, 0, 255], i * 3);
  }
  return { width, height, data };
}

function placed(picture: { width: number; height: number }, fit: FitMode, rows = 5, cols = 5): GridPlacement {
  const blank = painted(picture.width, picture.height, () => false);
  return { rows, cols, box: prepareImage(blank, { settings, fit }).layout.views[0].box };
}

const pictures = [
  { width: 97, height: 203 },
  { width: 211, height: 100 },
  { width: 120, height: 120 },
  { width: 331, height: 113 },
];

describe("cellBox", () => {
  const grid = { rows: 3, cols: 7, box: { left: -3.7, top: 11.3, width: 101, height: 37 } };

  it("tiles the box: neighbors share their edges, the outermost are the box's", () => {
    for (const cell of cellsOf(grid)) {
      const { left, top, width, height } = cellBox(grid, cell);
      const rightNeighbor = cellBox(grid, { ...cell, col: cell.col + 1 });
      const lowerNeighbor = cellBox(grid, { ...cell, row: cell.row + 1 });
      expect(rightNeighbor.left).toBeCloseTo(left + width, 10);
      expect(lowerNeighbor.top).toBeCloseTo(top + height, 10);
    }
    const last = cellBox(grid, { row: 2, col: 6 });
    expect(cellBox(grid, { row: 0, col: 0 })).toMatchObject({ left: -3.7, top: 11.3 });
    expect(last.left + last.width).toBeCloseTo(97.3, 10);
    expect(last.top + last.height).toBeCloseTo(48.3, 10);
  });

  it("gives all cells the same extent", () => {
    for (const cell of cellsOf(grid)) {
      expect(cellBox(grid, cell).width).toBeCloseTo(101 / 7, 10);
      expect(cellBox(grid, cell).height).toBeCloseTo(37 / 3, 10);
    }
  });
});

describe("cellOfPixel", () => {
  it("finds the cell of every point inside of it, in every mode and aspect", () => {
    for (const picture of pictures) {
      for (const fit of fitModes) {
        const grid = placed(picture, fit, 7, 4);
        for (const cell of cellsOf(grid)) {
          const { left, top, width, height } = cellBox(grid, cell);
          for (const [across, down] of [[0.01, 0.99] as const, [0.5, 0.5] as const, [0.99, 0.01] as const]) {
            expect(cellOfPixel(grid, { x: left + across * width, y: top + down * height })).toEqual(cell);
          }
        }
      }
    }
  });

  it("finds no cell where the model does not see the picture", () => {
    const grid = placed({ width: 211, height: 100 }, "crop");
    expect(cellOfPixel(grid, { x: 20, y: 50 })).toBeUndefined();
    expect(cellOfPixel(grid, { x: 190, y: 50 })).toBeUndefined();
    expect(cellOfPixel(grid, { x: 105, y: -0.1 })).toBeUndefined();
    expect(cellOfPixel(grid, { x: 105, y: 100 })).toBeUndefined();
    expect(cellOfPixel(grid, { x: Number.NaN, y: 50 })).toBeUndefined();
  });
});

describe("visibleBox and coveredShare", () => {
  const picture = { width: 100, height: 40 };
  const grid = { rows: 5, cols: 5, box: { left: 0, top: -30, width: 100, height: 100 } };

  it("clip a cell to the picture", () => {
    // Rows of 20 pixels from -30: padding, half padding, picture, half padding, padding.
    expect(visibleBox(grid, { row: 0, col: 0 }, picture)).toBeUndefined();
    expect(visibleBox(grid, { row: 1, col: 2 }, picture)).toEqual({ left: 40, top: 0, width: 20, height: 10 });
    expect(visibleBox(grid, { row: 2, col: 4 }, picture)).toEqual({ left: 80, top: 10, width: 20, height: 20 });
    const shares = [0, 1, 2, 3, 4].map((row) => coveredShare(grid, { row, col: 1 }, picture));
    expect(shares).toEqual([0, 0.5, 1, 0.5, 0]);
  });

  it("cover together the part of the picture that the model sees", () => {
    for (const size of pictures) {
      for (const fit of fitModes) {
        const placement = placed(size, fit);
        const { box } = placement;
        const right = Math.min(size.width, box.left + box.width);
        const bottom = Math.min(size.height, box.top + box.height);
        const seen = (right - Math.max(0, box.left)) * (bottom - Math.max(0, box.top));
        const cellArea = (box.width * box.height) / 25;
        const covered = cellsOf(placement).reduce((sum, cell) => sum + coveredShare(placement, cell, size), 0);
        expect((covered * cellArea) / seen).toBeCloseTo(1, 9);
      }
    }
  });
});

describe("the cells of a prepared picture", () => {
  /** The mean of (red - blue) / 255 over the middle of a patch: 1 if it shows the marked cell, -1 elsewhere. */
  function markOf(levels: RgbImage, { row, col }: Cell): number {
    const side = levels.width / 5;
    let sum = 0;
    for (let y = 3; y < side - 3; y++) {
      for (let x = 3; x < side - 3; x++) {
        const at = ((row * side + y) * levels.width + col * side + x) * 3;
        sum += (levels.data[at]! - levels.data[at + 2]!) / 255;
      }
    }
    return sum / (side - 6) ** 2;
  }

  it.each(fitModes)("show what is painted into their boxes: %s", (fit) => {
    for (const picture of pictures) {
      const grid = placed(picture, fit);
      for (const cell of [
        { row: 2, col: 2 },
        { row: 2, col: 1 },
        { row: 3, col: 2 },
        { row: 1, col: 3 },
      ]) {
        if (coveredShare(grid, cell, picture) < 0.999) continue;
        const { left, top, width, height } = cellBox(grid, cell);
        const image = painted(
          picture.width,
          picture.height,
          (x, y) => x + 0.5 >= left && x + 0.5 < left + width && y + 0.5 >= top && y + 0.5 < top + height,
        );
        const {
          levels: [levels],
        } = prepareImage(image, { settings, fit });
        for (const other of cellsOf(grid)) {
          const share = coveredShare(grid, other, picture);
          if (share < 0.999) continue;
          const isMarked = other.row === cell.row && other.col === cell.col;
          expect(markOf(levels!, other)).toBeCloseTo(isMarked ? 1 : -1, 1);
        }
      }
    }
  });
});

describe("what no grid sees of a picture", () => {
  const picture = { width: 200, height: 110 };
  const at = (left: number, top: number, width: number, height: number) => ({ box: { left, top, width, height } });

  it("is what a center crop cuts off at both sides", () => {
    const grids = [at(45, 0, 110, 110)];
    expect(unseenBoxes(picture, grids)).toEqual([
      { left: 0, top: 0, width: 45, height: 110 },
      { left: 155, top: 0, width: 45, height: 110 },
    ]);
    expect(unseenShare(picture, grids)).toBeCloseTo(90 / 200, 9);
  });

  it("is all around a crop of both directions, each point once", () => {
    const boxes = unseenBoxes(picture, [at(50, 20, 100, 80)]);
    for (let y = 0.5; y < picture.height; y++) {
      for (let x = 0.5; x < picture.width; x++) {
        const around = boxes.filter(
          ({ left, top, width, height }) => x > left && x < left + width && y > top && y < top + height,
        );
        expect(around.length).toBe(x > 50 && x < 150 && y > 20 && y < 100 ? 0 : 1);
      }
    }
  });

  it("is nothing under padding, tiles that cover it together, or a border of less than a pixel", () => {
    expect(unseenBoxes(picture, [at(0, -45, 200, 200)])).toEqual([]);
    expect(unseenBoxes(picture, [at(0, 0, 100, 110), at(100, 0, 100, 110)])).toEqual([]);
    expect(unseenBoxes(picture, [at(0.4, 0.3, 199.3, 109.5)])).toEqual([]);
    expect(unseenShare(picture, [])).toBe(1);
  });
});
