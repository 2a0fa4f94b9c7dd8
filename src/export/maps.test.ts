import { describe, expect, it } from "vitest";
import { exampleDescription, exampleTensors } from "../../test/support/example-run.ts";
import { runInMemory } from "../../test/support/in-memory-run.ts";
import { imageTokenPositions } from "../run/positions.ts";
import { imageAttentionMatrix, lensOfAnswer, selectionMap, tokenMaps } from "./maps.ts";
import type { Selection } from "./selection.ts";

const images = imageTokenPositions(exampleDescription());
const group = { tokens: [0, 2], text: "two" };
const queriesOfLayer0 = [5, 6, 15, 16, 17, 18];

function entry(name: string, ...indices: number[]): number {
  const { dims, data } = exampleTensors().get(name)!;
  return data[indices.reduce((at, index, axis) => at * dims[axis]! + index, 0)]!;
}

/** Attention of answer token t, by brute force. */
function attention(layer: number, head: number, token: number, key: number): number {
  const query = 16 + token;
  return entry(`language.attention.${layer}`, head, layer === 0 ? queriesOfLayer0.indexOf(query) : query, key);
}

describe("tokenMaps", () => {
  it("is the row of the position that predicts the token", async () => {
    const selection: Selection = { method: "attention", group, layer: 0, head: 1, hideSinks: false };
    const maps = await tokenMaps(await runInMemory(), selection, [1, 2]);
    expect(maps.dims).toEqual([2, 10]);
    expect(maps.data).toBeCloseToArray(
      [1, 2].flatMap((token) => images.map((key) => attention(0, 1, token, key))),
      1e-6,
    );
  });

  it("is the mean of the heads where that is asked", async () => {
    const selection: Selection = { method: "attention", group, layer: 1, head: "mean", hideSinks: false };
    const maps = await tokenMaps(await runInMemory(), selection, [0]);
    const expected = images.map((key) => [0, 1, 2].reduce((sum, head) => sum + attention(1, head, 0, key), 0) / 3);
    expect(maps.data).toBeCloseToArray(expected, 1e-4);
  });

  it("is the rollout row", async () => {
    const maps = await tokenMaps(await runInMemory(), { method: "rollout" }, [2]);
    expect(maps.data).toBeCloseToArray(
      images.map((key) => entry("rollout", 2, key)),
      1e-6,
    );
  });

  it("is the lens's probability at the image tokens", async () => {
    const maps = await tokenMaps(await runInMemory(), { method: "lens", layer: 1 }, [1]);
    const expected = images.map((_, i) => Math.exp(entry("lens.answer", 2, i, 1) - entry("lens.logsumexp", 2, i)));
    expect(maps.data).toBeCloseToArray(expected, 1e-5);
  });
});

describe("tokenMaps of methods by gradient", () => {
  const wide = (name: string, token: number) => images.map((key) => entry(name, token, key));
  const narrow = (name: string, token: number) => images.map((_, i) => entry(name, token, i));
  it.each([
    [{ method: "relevancy", variant: "exact", map: "language" }, wide("relevancy.exact.language", 1)],
    [{ method: "relevancy", variant: "exact", map: "combined" }, narrow("relevancy.exact.combined", 1)],
    [{ method: "relevancy", variant: "reference", map: "combined2" }, narrow("relevancy.reference.combined2", 1)],
    [{ method: "gradient-rollout" }, wide("gradient-rollout", 1)],
    [{ method: "grad-cam", layer: 1 }, narrow("grad-cam", 1)],
    [{ method: "lrp", map: "language" }, wide("lrp.language", 1)],
    [{ method: "lrp", map: "vision" }, narrow("lrp.vision", 1)],
  ] as const)("are the rows of %j at the image tokens", async (choice, expected) => {
    expect((await tokenMaps(await runInMemory(), choice, [1])).data).toBeCloseToArray(expected, 1e-6);
  });
});

describe("selectionMap", () => {
  it("of a word is the mean of its tokens, but for the language map of the reference variant", async () => {
    const run = await runInMemory();
    const at = (variant: "exact" | "reference", map: "language" | "vision") =>
      selectionMap(run, { method: "relevancy", variant, map, group, hideSinks: false });
    const rows = (name: string, key: number) => [entry(name, 0, key), entry(name, 2, key)] as const;
    const mean = (name: string, keys: readonly number[]) =>
      keys.map((key) => (rows(name, key)[0] + rows(name, key)[1]) / 2);
    const cells = images.map((_, i) => i);
    expect(await at("exact", "language")).toBeCloseToArray(mean("relevancy.exact.language", images), 1e-6);
    expect(await at("reference", "vision")).toBeCloseToArray(mean("relevancy.reference.vision", cells), 1e-6);
    const last = images.map((key) => rows("relevancy.reference.language", key)[1] / 2);
    expect(await at("reference", "language")).toBeCloseToArray(last, 1e-6);
  });

  it("is the mean over the tokens", async () => {
    const selection: Selection = { method: "attention", group, layer: 0, head: 2, hideSinks: false };
    const expected = images.map((key) => (attention(0, 2, 0, key) + attention(0, 2, 2, key)) / 2);
    expect(await selectionMap(await runInMemory(), selection)).toBeCloseToArray(expected, 1e-6);
  });
});

describe("imageAttentionMatrix", () => {
  it("sums over the image tokens, mean over the tokens", async () => {
    const matrix = await imageAttentionMatrix(await runInMemory(), [0, 1]);
    expect(matrix.layers).toEqual([0, 1]);
    const expected = [0, 1].flatMap((layer) =>
      [0, 1, 2].map(
        (head) =>
          [0, 1].reduce((sum, token) => sum + images.reduce((s, key) => s + attention(layer, head, token, key), 0), 0) /
          2,
      ),
    );
    expect(matrix.values).toBeCloseToArray(expected, 1e-2);
    expect(matrix.values.subarray(0, 3)).toBeCloseToArray(expected.slice(0, 3), 1e-5);
  });
});

describe("lensOfAnswer", () => {
  it("reads each row at the position that predicts each token", async () => {
    const readings = await lensOfAnswer(await runInMemory());
    expect(readings).toHaveLength(3);
    expect(readings[1]).toHaveLength(3);
    // Position 17 is entry 11 of the lens's positions.
    expect(readings[1]![2]![4]!.logit).toBeCloseTo(entry("lens.logits", 2, 11, 4), 6);
  });
});
