/** @file Tests of what the towers of the Qwen-VL models plan: windows, the way back from them, interpolated positions, and rows added behind layers. */
import { describe, expect, test } from "vitest";
import type { PackedVisionConfig, Qwen25VisionConfig, Qwen3VisionConfig } from "../checkpoint/types.ts";
import type { PictureLayout } from "../image/types.ts";
import { packedPlaces } from "./packed-tower.ts";
import { qwen25Tower } from "./qwen2-towers.ts";
import { qwen3Tower } from "./qwen3-tower.ts";

const packed: PackedVisionConfig = {
  width: 8,
  layers: 3,
  heads: 2,
  intermediate: 12,
  patchSize: 4,
  temporalPatchSize: 2,
  mergeSize: 2,
  channels: 3,
  activation: "silu",
  layerNormEps: 1e-6,
  ropeTheta: 10000,
};

function layout(rows: number, cols: number): PictureLayout {
  const [width, height] = [cols * 4, rows * 4];
  return {
    kind: "packed",
    views: [{ width, height, box: { left: 0, top: 0, width, height } }],
    patches: { rows, cols },
  };
}

describe("Qwen2.5-VL", () => {
  const windowed = (change: Partial<Qwen25VisionConfig> = {}) =>
    qwen25Tower({ kind: "qwen2.5-vl", windowSide: 2, fullLayers: [1], ...packed, ...change }, 16);

  // Source: `get_vision_window_index` of transformers 5.24 on a grid of 6 x 10 patches, windows of 2 x 2 image tokens.
  test("puts windows one after another, cut at the right and at the bottom", () => {
    const plan = windowed().plan(layout(6, 10));
    const [input] = plan.inputs;
    expect([...input!.feeds.get("order")!.data]).toEqual([0, 1, 5, 6, 2, 3, 7, 8, 4, 9, 10, 11, 12, 13, 14]);
    expect(input!.windows).toEqual([0, 16, 32, 40, 48, 56, 60]);
  });

  test("is one window for a picture smaller than that, and one for each image token at the least", () => {
    expect(windowed({ windowSide: 9 }).plan(layout(6, 10)).inputs[0]!.windows).toEqual([0, 60]);
    expect(windowed({ windowSide: 1 }).plan(layout(2, 6)).inputs[0]!.windows).toEqual([0, 4, 8, 12]);
  });

  test("finds each image token at the tokens of the tower that stand for its pixels", () => {
    const plan = windowed().plan(layout(6, 10));
    const [input] = plan.inputs;
    const order = input!.feeds.get("order")!.data;
    const places = packedPlaces({ rows: 6, cols: 10 }, 2);
    for (const { cell, rows } of plan.imageTokens) {
      for (const token of input!.rowTokens[rows[0]!.row]!) {
        const patch = order[Math.floor(token / 4)]! * 4 + (token % 4);
        const [row, col] = places[patch]!;
        expect([Math.floor(row / 2), Math.floor(col / 2)]).toEqual([cell!.row, cell!.col]);
      }
    }
  });
});

describe("Qwen3-VL", () => {
  const tower = (change: Partial<Qwen3VisionConfig> = {}, layers = 4) =>
    qwen3Tower(
      { kind: "qwen3-vl", positions: 9, positionSide: 3, deepstack: [0, 2], ...packed, ...change },
      { width: 16, layers },
    );

  test("weighs the four learned positions around a patch, corners at the corners", () => {
    const { feeds } = tower().plan(layout(2, 4)).inputs[0]!;
    const corner = (name: string) => [0, 1, 2, 3].map((at) => [...feeds.get(`${name}.${at}`)!.data]);
    const [places, weights] = [corner("places"), corner("weights")];
    // Patches of a block: (0, 0), (0, 1), (1, 0), (1, 1); columns lie at 0, 2/3, 4/3 and 2 of the learned grid.
    const total = places[0]!.map((_, token) => weights.reduce((sum, each) => sum + each[token]!, 0));
    for (const sum of total) expect(sum).toBeCloseTo(1, 6);
    const center = (token: number) => {
      const place = (read: (at: number) => number) =>
        places.reduce((sum, each, at) => sum + read(each[token]!) * weights[at]![token]!, 0);
      return [place((at) => Math.floor(at / 3)), place((at) => at % 3)];
    };
    const expected = packedPlaces({ rows: 2, cols: 4 }, 2).map(([row, col]) => [row * 2, (col * 2) / 3]);
    for (const [token, place] of expected.entries()) expect(center(token)).toBeCloseToArray(place, 1e-6);
  });

  test("has the first learned row for a picture of one row of patches", () => {
    const { feeds } = tower({ mergeSize: 1 }).plan(layout(1, 3)).inputs[0]!;
    expect([...feeds.get("places.0")!.data]).toEqual([0, 1, 2]);
    expect([...feeds.get("weights.0")!.data]).toEqual([1, 1, 1]);
  });

  test("adds rows behind the first layers in the tower's order, as many as both models have layers", () => {
    const added = (deepstack: number[], layers?: number) =>
      tower({ deepstack }, layers).additions!.map(({ state, layer }) => [state, layer]);
    expect(added([0, 2])).toEqual([
      [1, 0],
      [3, 1],
    ]);
    expect(added([2, 0])).toEqual([
      [1, 0],
      [3, 1],
    ]);
    expect(added([2, 0], 1)).toEqual([[1, 0]]);
    expect(added([1, 7])).toEqual([[2, 0]]);
    expect(added([])).toEqual([]);
  });
});
