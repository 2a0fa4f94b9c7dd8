/**
 * @file Idefics3 (Laurençon et al. 2024, arXiv 2408.12637) and SmolVLM (Marafioti et al. 2025, arXiv 2504.05299): tiles of the picture, then
 * the whole picture, with text before each of them.
 */
import type { Idefics3Config } from "../checkpoint/types.ts";
import type { GridPlacement, PictureLayout, TiledView } from "../image/types.ts";
import { decoder } from "./decoder.ts";
import type { ModelDefinition } from "./definition.ts";
import { idefics3Vision } from "./idefics3-vision.ts";
import type { PicturePlan, TowerInput } from "./plan.ts";
import { cellsOf, gridOfView, requireLayout, squareView, tilesOfView } from "./square-tower.ts";
import { namesUnder } from "./weight-names.ts";

type PromptPart = PicturePlan["prompt"][number];

/** What stands around tiles (`Idefics3Processor`, `SmolVLMProcessor`). */
const around: PromptPart = { special: "fake_image_token", byDefault: "<fake_token_around_image>" };
const wholeMark: PromptPart = { special: "global_image_token", byDefault: "<global-img>" };
const tileMark = (row: number, col: number): PromptPart => ({ text: `<row_${row + 1}_col_${col + 1}>` });

const lineBreak: PromptPart = { text: "\n" };

/** A square tile as an input of the tower, and the image tokens per side that it becomes. */
function tileInput({ vision, scaleFactor }: Idefics3Config, pixels: number): { input: TowerInput; side: number } {
  const patches = Math.floor(pixels / vision.patchSize);
  const side = patches / scaleFactor;
  const inside = cellsOf(0, { rows: scaleFactor, cols: scaleFactor });
  const rowTokens = cellsOf(0, { rows: side, cols: side }).map((square) =>
    inside.map(({ row, col }) => (square.row * scaleFactor + row) * patches + square.col * scaleFactor + col),
  );
  const dims = [vision.channels, pixels, pixels];
  return { input: { dims, tokens: patches * patches, feeds: new Map(), rowTokens }, side };
}

/** What stands in the prompt for views: tiles row by row, each after its mark, a line break after each row, then the whole picture. */
function promptOf(views: readonly TiledView[], tokens: number): PromptPart[] {
  return views.flatMap(({ tiles: { rows, cols } }, view): PromptPart[] => {
    if (rows * cols === 1) {
      return [...(view === 0 ? [] : [lineBreak]), around, wholeMark, { imageTokens: tokens }, around];
    }
    return cellsOf(0, { rows, cols }).flatMap(({ row, col }): PromptPart[] => [
      around,
      tileMark(row, col),
      { imageTokens: tokens },
      ...(col === cols - 1 ? [lineBreak] : []),
    ]);
  });
}

function planPicture(config: Idefics3Config, layout: PictureLayout): PicturePlan {
  const { views } = requireLayout(layout, "tiles");
  const [first] = views;
  const pixels = first.width / first.tiles.cols;
  const { input, side } = tileInput(config, pixels);
  const shown = views.flatMap(tilesOfView);
  const other = shown.find(({ width, height }) => width !== pixels || height !== pixels);
  if (other !== undefined || !Number.isInteger(side) || side === 0) {
    const { width, height } = other ?? { width: pixels, height: pixels };
    const { patchSize } = config.vision;
    throw new Error(
      `vision: the picture becomes tiles of ${width} x ${height} pixels, but the tower takes squares of one size, in multiples of ${patchSize * config.scaleFactor} pixels; prepare the picture for this model.`,
    );
  }
  const covered = side * config.scaleFactor * config.vision.patchSize;
  const grids = shown.map((view): GridPlacement =>
    gridOfView(view, { width: covered, height: covered }, { rows: side, cols: side }),
  );
  const cells = grids.flatMap((grid, index) => cellsOf(index, grid));
  return {
    inputs: grids.map(() => input),
    grids,
    imageTokens: cells.map((cell, row) => ({ cell, rows: [{ row, weight: 1 }] })),
    prompt: promptOf(views, side * side),
  };
}

export function idefics3(config: Idefics3Config): ModelDefinition {
  const { vision, language, scaleFactor } = config;
  const tile = { ...squareView(vision.patchSize * scaleFactor), tiles: { rows: 1, cols: 1 } };
  return {
    architecture: "idefics3",
    vision: {
      ...idefics3Vision(vision, { scaleFactor, width: language.width }),
      smallest: { kind: "tiles", views: [tile], source: tile },
      plan: (layout) => planPicture(config, layout),
    },
    language: decoder(language, {
      transformer: namesUnder(["model.text_model."]),
      head: namesUnder(["lm_head."]),
    }),
    imageTokenId: config.imageTokenId,
    unread: [/\.rotary_emb\.(inv_freq|original_inv_freq)$/],
  };
}
