/** @file The inputs that the vision tower receives of a picture: what each is called, where it lies on the original, which lines divide it. */
import type { Box, GridPlacement } from "../../src/image/types.ts";
import { overviewOf } from "../../src/run/grids.ts";
import type { RunView } from "../../src/run/types.ts";
import type { ModelInput } from "../../src/server/api.ts";

/** What is known of a picture's inputs, from the model or from a run alone. */
export type InputFacts = Omit<ModelInput, "fit" | "fits">;

/** One input of the tower. */
export interface InputPart {
  /** Index of its view, and its place there. */
  readonly view: number;
  readonly row: number;
  readonly col: number;
  /** "overview", "tile 2 of 6 (row 0, column 1)"; "whole picture" if there is one input. */
  readonly label: string;
  /** Size in pixels of the input. */
  readonly width: number;
  readonly height: number;
  /** Its place in pixels of the original picture; it may reach beyond. */
  readonly box: Box;
}

function partsOfView({ width, height, box, tiles }: RunView, view: number): Omit<InputPart, "label">[] {
  const size = { width: width / tiles.cols, height: height / tiles.rows };
  const across = box.width / tiles.cols;
  const down = box.height / tiles.rows;
  return Array.from({ length: tiles.rows * tiles.cols }, (_, i) => {
    const [row, col] = [Math.floor(i / tiles.cols), i % tiles.cols];
    const place = { left: box.left + col * across, top: box.top + row * down, width: across, height: down };
    return { view, row, col, ...size, box: place };
  });
}

/** All inputs of a picture, in the order in which the tower receives them. */
export function inputParts({ original, grids, views }: InputFacts): InputPart[] {
  const overview = overviewOf({ ...original, grids, views });
  return views.flatMap((view, index) => {
    const { rows, cols } = view.tiles;
    return partsOfView(view, index).map((part, i) => {
      if (rows * cols > 1) {
        return { ...part, label: `tile ${i + 1} of ${rows * cols} (row ${part.row}, column ${part.col})` };
      }
      const isOverview = overview !== undefined && view.grids.includes(overview);
      const other = views.length > 1 ? "tile 1 of 1" : "whole picture";
      return { ...part, label: isOverview ? "overview" : other };
    });
  });
}

/** A straight line in pixels of an input. */
export interface InputLine {
  readonly from: readonly [x: number, y: number];
  readonly to: readonly [x: number, y: number];
}

/** Borders of cells that lie within an input, its own border left out; the grid lies on the original picture. */
export function gridLines({ box, width, height }: InputPart, { rows, cols, box: grid }: GridPlacement): InputLine[] {
  const across = width / box.width;
  const down = height / box.height;
  const x = (value: number): number => Math.min(width, Math.max(0, (value - box.left) * across));
  const y = (value: number): number => Math.min(height, Math.max(0, (value - box.top) * down));
  const [left, right] = [x(grid.left), x(grid.left + grid.width)];
  const [top, bottom] = [y(grid.top), y(grid.top + grid.height)];
  if (right <= left || bottom <= top) return [];
  const inside = (at: number, length: number): boolean => at > 0.01 && at < length - 0.01;
  const columns = Array.from({ length: cols + 1 }, (_, col) => x(grid.left + (grid.width * col) / cols));
  const lines = Array.from({ length: rows + 1 }, (_, row) => y(grid.top + (grid.height * row) / rows));
  return [
    ...columns.filter((at) => inside(at, width)).map((at): InputLine => ({ from: [at, top], to: [at, bottom] })),
    ...lines.filter((at) => inside(at, height)).map((at): InputLine => ({ from: [left, at], to: [right, at] })),
  ];
}

/** The lines of one input: the patches of the tower, the cells that become image tokens, and the windows of its attention. */
export interface InputLines {
  readonly patches: readonly InputLine[];
  readonly cells: readonly InputLine[];
  readonly windows: readonly InputLine[];
}

/** The part of a grid that a window covers, as a grid of one cell. */
function windowPlacement({ rows, cols, box }: GridPlacement, window: ModelInput["windows"][number]): GridPlacement {
  const across = box.width / cols;
  const down = box.height / rows;
  return {
    rows: 1,
    cols: 1,
    box: {
      left: box.left + window.col * across,
      top: box.top + window.row * down,
      width: window.cols * across,
      height: window.rows * down,
    },
  };
}

/** The lines of an input. */
export function inputLines(part: InputPart, { grids, views, windows, towerPatches }: InputFacts): InputLines {
  const own = views[part.view]?.grids ?? [];
  const cells = own.flatMap((grid) => gridLines(part, grids[grid]!));
  const ofWindows = windows.filter(({ grid }) => own.includes(grid));
  const patches = towerPatches === null ? [] : gridLines(part, { ...towerPatches, box: part.box });
  return {
    // Patches that are image tokens themselves are drawn once.
    patches: patches.length > cells.length ? patches : [],
    cells,
    windows: ofWindows.flatMap((window) => gridLines(part, windowPlacement(grids[window.grid]!, window))),
  };
}
