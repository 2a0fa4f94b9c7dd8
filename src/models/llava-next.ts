/**
 * @file LLaVA-NeXT (Liu et al. 2024, "LLaVA-NeXT: Improved reasoning, OCR, and world knowledge"): LLaVA over the whole picture and over
 * tiles of it, without the rows and columns of padding, and with a learned token at the end of each row.
 */
import type { LlavaNextConfig } from "../checkpoint/types.ts";
import type { GridPlacement, PictureLayout } from "../image/types.ts";
import type { ModelDefinition } from "./definition.ts";
import { llavaLanguage, llavaProjector, unreadOfLanguage } from "./llava-parts.ts";
import type { PicturePlan, PlannedImageToken } from "./plan.ts";
import {
  cellsOf,
  gridOfView,
  requireLayout,
  requireView,
  squareTower,
  squareView,
  unreadOfTower,
  type SquareTower,
} from "./square-tower.ts";
import { namesUnder } from "./weight-names.ts";

interface Sides {
  readonly rows: number;
  readonly cols: number;
}

/** The part of a grid that shows the picture and not its padding. */
interface KeptPart extends Sides {
  readonly firstRow: number;
  readonly firstCol: number;
}

/** As Python's `int(round(value, 7))`. */
function roundedDown(value: number): number {
  return Math.trunc(Number(value.toFixed(7)));
}

/**
 * The rows and columns of a grid over a padded plane that show a picture of this size (`unpad_image`): padding lies on both sides of the
 * shorter axis in equal parts.
 */
function unpaddedPart({ rows, cols }: Sides, { width, height }: { width: number; height: number }): KeptPart {
  if (width / height > cols / rows) {
    const firstRow = Math.floor((rows - roundedDown(height * (cols / width))) / 2);
    return { rows: rows - 2 * firstRow, cols, firstRow, firstCol: 0 };
  }
  const firstCol = Math.floor((cols - roundedDown(width * (rows / height))) / 2);
  return { rows, cols: cols - 2 * firstCol, firstRow: 0, firstCol };
}

/** The kept part of a grid, with its box. */
function keptGrid({ rows, cols, box }: GridPlacement, kept: KeptPart): GridPlacement {
  const [width, height] = [box.width / cols, box.height / rows];
  return {
    rows: kept.rows,
    cols: kept.cols,
    box: {
      left: box.left + kept.firstCol * width,
      top: box.top + kept.firstRow * height,
      width: kept.cols * width,
      height: kept.rows * height,
    },
  };
}

/** First the patches of the whole picture, then those of all tiles row by row without padding, a newline token after each row. */
function planPicture({ side, pixels, covered, input }: SquareTower, layout: PictureLayout): PicturePlan {
  const { views, source } = requireLayout(layout, "tiles");
  const [base, plane = base] = views;
  const { tiles } = plane;
  requireView(base, { width: pixels, height: pixels });
  requireView(plane, { width: tiles.cols * pixels, height: tiles.rows * pixels });
  const inputs = new Array(1 + tiles.rows * tiles.cols).fill(input) as PicturePlan["inputs"];
  const whole = { rows: tiles.rows * side, cols: tiles.cols * side };
  const kept = unpaddedPart(whole, source);
  const left = pixels - covered;
  const planeGrid = gridOfView(plane, { width: plane.width - left, height: plane.height - left }, whole);
  const baseGrid = gridOfView(base, { width: covered, height: covered }, { rows: side, cols: side });
  const tileGrid = keptGrid(planeGrid, kept);
  // A strip so thin that it is less than one patch leaves no cell.
  const grids = kept.rows * kept.cols === 0 ? [baseGrid] : [baseGrid, tileGrid];

  /** Row of the projection that is the patch at a place of the plane. */
  const rowAt = (row: number, col: number): number => {
    const tile = Math.floor(row / side) * tiles.cols + Math.floor(col / side);
    return (1 + tile) * side * side + (row % side) * side + (col % side);
  };
  const newline: PlannedImageToken = { rows: [{ row: inputs.length * side * side, weight: 1 }] };
  const tiled = Array.from({ length: kept.rows }, (_, row) => [
    ...Array.from({ length: kept.cols }, (__, col): PlannedImageToken => ({
      cell: { grid: 1, row, col },
      rows: [{ row: rowAt(kept.firstRow + row, kept.firstCol + col), weight: 1 }],
    })),
    newline,
  ]).flat();
  const imageTokens = [...cellsOf(0, baseGrid).map((cell, row) => ({ cell, rows: [{ row, weight: 1 }] })), ...tiled];
  return { inputs, grids, imageTokens, prompt: [{ imageTokens: imageTokens.length }] };
}

/** Throws an Error if the configuration asks for a feature selection that does not give one row per patch. */
export function llavaNext(config: LlavaNextConfig): ModelDefinition {
  const tower = squareTower(config);
  const tile = { ...squareView(tower.pixels), tiles: { rows: 1, cols: 1 } };
  const { width } = config.language;
  return {
    architecture: "llava-next",
    vision: {
      ...tower,
      smallest: { kind: "tiles", views: [tile, tile], source: tile },
      plan: (layout) => planPicture(tower, layout),
      projection: (g, hidden) => llavaProjector(g, tower.features(g, hidden), config),
      learnedRows: (g) => g.weight(namesUnder(["model.", ""])("image_newline"), [width], [1, width]),
    },
    language: llavaLanguage(config),
    imageTokenId: config.imageTokenId,
    unread: [unreadOfLanguage, ...unreadOfTower],
  };
}
