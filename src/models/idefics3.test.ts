/** @file Tests of the plan of Idefics3's tiles: the order of image tokens, the text between tiles, and the place of each grid. */
import { describe, expect, test } from "vitest";
import type { Idefics3Config } from "../checkpoint/types.ts";
import type { PictureLayout, TiledView } from "../image/types.ts";
import { idefics3 } from "./idefics3.ts";
import type { PicturePlan } from "./plan.ts";
import { towerSources } from "./tower-map.ts";

/** Tiles of 34 pixels have 4 x 4 patches of 8 pixels, 2 pixels left over, and 2 x 2 image tokens. */
const config = {
  architecture: "idefics3",
  vision: { kind: "siglip", channels: 3, imageSize: 34, patchSize: 8, width: 8, layers: 1, heads: 1 },
  language: { width: 8 },
  scaleFactor: 2,
  imageTokenId: 9,
} as unknown as Idefics3Config;
const { vision } = idefics3(config);

/** The picture of 340 x 170 pixels in tiles of a side. */
function view(rows: number, cols: number, side = 34): TiledView {
  const box = { left: 0, top: 0, width: 340, height: 170 };
  return { width: cols * side, height: rows * side, tiles: { rows, cols }, box };
}

function layout(...views: [TiledView, ...TiledView[]]): PictureLayout {
  return { kind: "tiles", source: { width: 340, height: 170 }, views };
}

function written(part: PicturePlan["prompt"][number]): string {
  if ("text" in part) return part.text;
  return "special" in part ? part.byDefault : "I".repeat(part.imageTokens);
}

describe("the plan of a picture", () => {
  test("has the tiles row by row with their names and a line break after each row, then the whole picture", () => {
    const { inputs, grids, imageTokens, prompt } = vision.plan(layout(view(2, 2), view(1, 1)));
    expect(inputs.map(({ dims, tokens }) => [dims, tokens])).toEqual(new Array(5).fill([[3, 34, 34], 16]));
    expect(imageTokens.map(({ rows }) => rows)).toEqual(Array.from({ length: 20 }, (_, row) => [{ row, weight: 1 }]));
    expect(imageTokens.slice(4, 8).map(({ cell }) => cell)).toEqual([
      { grid: 1, row: 0, col: 0 },
      { grid: 1, row: 0, col: 1 },
      { grid: 1, row: 1, col: 0 },
      { grid: 1, row: 1, col: 1 },
    ]);
    expect(prompt.map(written).join("")).toBe(
      "<fake_token_around_image><row_1_col_1>IIII<fake_token_around_image><row_1_col_2>IIII\n" +
        "<fake_token_around_image><row_2_col_1>IIII<fake_token_around_image><row_2_col_2>IIII\n" +
        "\n<fake_token_around_image><global-img>IIII<fake_token_around_image>",
    );
    // A tile is half of the picture each way; patches leave 2 of 34 pixels out.
    const [width, height] = [(170 * 32) / 34, (85 * 32) / 34];
    expect(grids[3]).toEqual({ rows: 2, cols: 2, box: { left: 170, top: 85, width, height } });
    expect(grids[4]!.box).toEqual({ left: 0, top: 0, width: 2 * width, height: 2 * height });
  });

  test("of a picture of one tile is the whole picture alone", () => {
    const { grids, prompt } = vision.plan(layout(view(1, 1)));
    expect(grids).toHaveLength(1);
    expect(prompt.map(written).join("")).toBe("<fake_token_around_image><global-img>IIII<fake_token_around_image>");
  });

  test("makes each image token of the square of patches at its place", () => {
    const sources = towerSources(vision.plan(layout(view(1, 2), view(1, 1))));
    expect(sources[7]).toEqual([10, 11, 14, 15].map((token) => ({ input: 1, token, share: 0.25, given: 1 })));
  });

  test("takes tiles of other sizes than the tower's own, in whole squares of patches", () => {
    expect(vision.plan(layout(view(1, 1, 50))).grids[0]).toMatchObject({ rows: 3, cols: 3 });
    expect(() => vision.plan(layout(view(1, 1, 40)))).toThrow(
      "vision: the picture becomes tiles of 40 x 40 pixels, but the tower takes squares of one size, in multiples of 16 pixels; prepare the picture for this model.",
    );
    expect(() => vision.plan(layout(view(1, 2), view(1, 1, 50)))).toThrow("tiles of 50 x 50 pixels");
  });
});
