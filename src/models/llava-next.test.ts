/** @file Tests of the plan of tiles: what unpadding keeps, which patch is which image token, and the place of the grids. */
import { describe, expect, test } from "vitest";
import type { LlavaNextConfig } from "../checkpoint/types.ts";
import type { PictureLayout } from "../image/types.ts";
import { llavaNext } from "./llava-next.ts";
import { squareView } from "./square-tower.ts";
import { towerSources } from "./tower-map.ts";

const config: LlavaNextConfig = {
  architecture: "llava-next",
  vision: {
    kind: "clip",
    width: 8,
    layers: 2,
    heads: 2,
    intermediate: 8,
    imageSize: 20,
    patchSize: 10,
    channels: 3,
    activation: "gelu",
    layerNormEps: 1e-5,
  },
  language: {
    width: 6,
    layers: 1,
    heads: 1,
    keyValueHeads: 1,
    headWidth: 6,
    intermediate: 4,
    vocabulary: 9,
    activation: "silu",
    rmsNormEps: 1e-5,
    rope: { type: "default", theta: 100 },
    maxPositions: 100,
    attentionBias: false,
    attentionOutputBias: false,
    mlpBias: false,
    tiedEmbeddings: false,
  },
  projector: { activation: "gelu", bias: true },
  visionFeatureLayer: -2,
  visionFeatureSelect: "default",
  imageTokenId: 3,
};
const { vision } = llavaNext(config);

/** A picture over tiles of 20 pixels, in pixels of itself, padded on both sides of its shorter axis. */
function tiled(
  source: { width: number; height: number },
  rows: number,
  cols: number,
): Extract<PictureLayout, { kind: "tiles" }> {
  const scale = Math.max(source.width / (20 * cols), source.height / (20 * rows));
  const [width, height] = [20 * cols * scale, 20 * rows * scale];
  const box = { left: (source.width - width) / 2, top: (source.height - height) / 2, width, height };
  return {
    kind: "tiles",
    source,
    views: [
      { ...squareView(20), box: { left: 0, top: 0, ...source }, tiles: { rows: 1, cols: 1 } },
      { width: 20 * cols, height: 20 * rows, box, tiles: { rows, cols } },
    ],
  };
}

describe("unpadding", () => {
  // By the rule of transformers' unpad_image; the first is the picture of the fixture.
  test.each([
    [{ width: 67, height: 45 }, [3, 3], [4, 6]],
    [{ width: 960, height: 686 }, [24, 24], [34, 48]],
    [{ width: 10, height: 30 }, [3, 2], [6, 2]],
    [{ width: 100, height: 100 }, [2, 2], [4, 4]],
  ] as const)("of %j over %j tiles of 2 x 2 patches keeps %j", (picture, [rows, cols], kept) => {
    const grid = vision.plan(tiled(picture, rows, cols)).grids[1]!;
    expect([grid.rows, grid.cols]).toEqual(kept);
  });
});

describe("the plan of a picture", () => {
  test("has the whole picture first, then the tiles' patches row by row, with a learned token after each row", () => {
    const { inputs, grids, imageTokens, prompt } = vision.plan(tiled({ width: 80, height: 40 }, 2, 2));
    expect(inputs.map(({ dims, tokens }) => [dims, tokens])).toEqual(new Array(5).fill([[3, 20, 20], 5]));
    expect(grids.map(({ rows, cols }) => [rows, cols])).toEqual([
      [2, 2],
      [2, 4],
    ]);
    // Rows 1 and 2 of the plane: the lower patches of the upper tiles, and the upper ones of the lower tiles.
    const learned = 5 * 4;
    const patches = [0, 1, 2, 3, 6, 7, 10, 11, learned, 12, 13, 16, 17, learned];
    expect(imageTokens.map(({ rows }) => rows)).toEqual(patches.map((row) => [{ row, weight: 1 }]));
    expect(imageTokens.map(({ cell }) => cell === undefined)).toEqual(patches.map((row) => row === learned));
    expect(prompt).toEqual([{ imageTokens: 14 }]);
    // The rows of padding are not part of the grid.
    expect(grids[1]!.box).toEqual({ left: 0, top: 0, width: 80, height: 40 });
  });

  test("says which tokens of the tower are behind each image token, none behind the end of a row", () => {
    const sources = towerSources(vision.plan(tiled({ width: 80, height: 40 }, 2, 2)));
    expect(sources[4]).toEqual([{ input: 1, token: 3, share: 1, given: 1 }]);
    expect(sources[7]).toEqual([{ input: 2, token: 4, share: 1, given: 1 }]);
    expect(sources[8]).toEqual([]);
  });

  test("of a strip thinner than a patch has the ends of its rows alone", () => {
    const { grids, imageTokens } = vision.plan(tiled({ width: 1, height: 100 }, 2, 2));
    expect(grids).toHaveLength(1);
    expect(imageTokens.slice(4)).toEqual(new Array(4).fill({ rows: [{ row: 20, weight: 1 }] }));
  });

  test("refuses pictures that were prepared for another model", () => {
    const view = squareView(20);
    expect(() => vision.plan({ kind: "whole", views: [view] })).toThrow(
      'vision: the picture was prepared as "whole", but the model takes "tiles"; use the processor of this model.',
    );
    const layout = tiled({ width: 80, height: 40 }, 2, 2);
    const views = [{ ...layout.views[0], ...squareView(24) }, layout.views[1]!] as const;
    expect(() => vision.plan({ ...layout, views })).toThrow(
      "vision: the picture becomes 24 x 24 pixels, but the tower takes 20 x 20; prepare the picture for this model.",
    );
  });
});
