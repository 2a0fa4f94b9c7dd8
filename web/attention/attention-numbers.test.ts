/** @file Tests of rows, shares and orders of attention against loops over the example run. */
import { beforeAll, describe, expect, it } from "vitest";
import { attentionGroups } from "../../src/run/attention-groups.ts";
import { attentionBlock } from "../../src/run/attention-block.ts";
import { floatTensor, type FloatTensor } from "../../src/tensor/tensor.ts";
import { exampleDescription } from "../../test/support/example-run.ts";
import { runInMemory } from "../../test/support/in-memory-run.ts";
import { layoutOf } from "../run/layout.ts";
import { headRow, meanOfRows } from "../run/attention-row.ts";
import { groupShares, positionGroups } from "./group-shares.ts";
import { layerMeans, rankedHeads } from "./head-list.ts";
import { cellAfterKey } from "./matrix/matrix-keys.ts";
import { patchesToTokens } from "./patches-to-tokens.ts";
import { layerPause, nextLayer } from "../parts/play.ts";
import { createKept } from "../data/kept.ts";

const description = exampleDescription();
const layout = layoutOf(description);
let rows: FloatTensor;
const at = (layer: number, head: number, key: number): number => rows.data[(layer * 3 + head) * 20 + key]!;

beforeAll(async () => {
  const run = await runInMemory();
  const block = await attentionBlock(run, { layers: "all", heads: "all", positions: [17] });
  rows = floatTensor([2, 3, 20], block.data);
});

describe("a row of attention", () => {
  const layers = [0, 1];

  it("is a head's own, or the mean of what is not chosen", () => {
    const keys = [...layout.imagePositions];
    const own = headRow({ attention: rows, layers }, { layer: 1, head: 2 }, keys)!;
    expect([...own]).toEqual(keys.map((key) => at(1, 2, key)));
    const ofLayer = headRow({ attention: rows, layers }, { layer: 0, head: null }, keys)!;
    const ofHead = headRow({ attention: rows, layers }, { layer: null, head: 1 }, keys)!;
    const ofAll = headRow({ attention: rows, layers }, { layer: null, head: null }, keys)!;
    for (const [i, key] of keys.entries()) {
      expect(ofLayer[i]).toBeCloseTo((at(0, 0, key) + at(0, 1, key) + at(0, 2, key)) / 3, 4);
      expect(ofHead[i]).toBeCloseTo((at(0, 1, key) + at(1, 1, key)) / 2, 4);
      const sum = [0, 1].flatMap((layer) => [0, 1, 2].map((head) => at(layer, head, key)));
      expect(ofAll[i]).toBeCloseTo(sum.reduce((total, value) => total + value, 0) / 6, 4);
    }
  });

  it("is found by the layer of the model where some layers are not recorded", () => {
    const recorded = { attention: rows, layers: [3, 7] };
    expect(headRow(recorded, { layer: 7, head: 0 }, [4])![0]).toBe(at(1, 0, 4));
    expect(headRow(recorded, { layer: 4, head: 0 }, [4])).toBeUndefined();
    expect(headRow(recorded, { layer: 7, head: 3 }, [4])).toBeUndefined();
  });

  it("of several tokens is their mean", () => {
    const two = floatTensor([2, 3], Float32Array.of(1, 2, 3, 5, 6, 9));
    expect([...meanOfRows(two, [0, 1], [0, 2])]).toEqual([3, 6]);
  });
});

describe("where attention goes", () => {
  it("sums to 1 over groups that hold every position once", () => {
    const row = rows.data.slice(0, 20);
    const groups = positionGroups(description, { sinks: [1], imagePositions: layout.imagePositions });
    const shares = groupShares(row, groups);
    expect(shares.map(({ group }) => group)).toEqual([...attentionGroups]);
    expect(shares.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
    const total = row.reduce((sum, value) => sum + value, 0);
    const sumAt = (positions: number[]) => positions.reduce((sum, position) => sum + row[position]!, 0) / total;
    const expected = {
      image: [1, 3, 4, 9, 10, 11, 12, 13, 14],
      "image-sinks": [2],
      question: [5, 6, 15],
      "earlier-answer": [7, 17, 18],
      system: [],
      template: [0, 8, 16, 19],
    };
    for (const { group, share } of shares) expect(share).toBeCloseTo(sumAt(expected[group]), 6);
  });

  it("is nothing for a row of zeros", () => {
    expect(groupShares(new Float32Array(3), Uint8Array.of(0, 1, 2)).every(({ share }) => share === 0)).toBe(true);
  });
});

describe("heads in order", () => {
  const values = Float32Array.of(0.1, 0.5, 0.2, 0.9, 0.5, 0.3);

  it("are those of a layer, or the strongest of all", () => {
    const ofLayer = rankedHeads(values, { layers: [4, 6], heads: 3, layer: 6 });
    expect(ofLayer.map(({ head, row }) => [head, row])).toEqual([
      [0, 3],
      [1, 4],
      [2, 5],
    ]);
    const all = rankedHeads(values, { layers: [4, 6], heads: 3, layer: null });
    expect(all.map(({ layer, head }) => [layer, head]).slice(0, 3)).toEqual([
      [6, 0],
      [4, 1],
      [6, 1],
    ]);
    expect(rankedHeads(values, { layers: [4, 6], heads: 3, layer: 5 })).toEqual([]);
  });

  it("give each layer the mean of its heads", () => {
    expect([...layerMeans(values, 3)].map((mean) => mean.toFixed(4))).toEqual(["0.2667", "0.5667"]);
  });
});

describe("patches to tokens", () => {
  it("sums the patches for each token and head", () => {
    const attention = floatTensor(
      [2, 3, 4],
      Float32Array.from({ length: 24 }, (_, i) => i),
    );
    const { values, means } = patchesToTokens(attention, { keys: [1, 3], tokens: [0, 2] });
    // Of head h, token t: keys 1 and 3 of the row that begins at (h * 3 + t) * 4.
    expect([...values]).toEqual([4, 28, 20, 44]);
    expect([...means]).toEqual([16, 32]);
  });
});

describe("moving by keys and by itself", () => {
  it("moves by layer and head, stays inside, and begins at the first cell", () => {
    const size = { layers: 4, heads: 3 };
    expect(cellAfterKey({ layer: 1, head: 2 }, "ArrowRight", size)).toEqual({ layer: 1, head: 2 });
    expect(cellAfterKey({ layer: 1, head: 2 }, "ArrowUp", size)).toEqual({ layer: 0, head: 2 });
    expect(cellAfterKey({ layer: 1, head: 2 }, "PageDown", size)).toEqual({ layer: 3, head: 2 });
    expect(cellAfterKey({ layer: null, head: null }, "ArrowDown", size)).toEqual({ layer: 0, head: 0 });
    expect(cellAfterKey({ layer: 2, head: null }, "ArrowDown", size)).toEqual({ layer: 2, head: 0 });
    expect(cellAfterKey({ layer: 1, head: 2 }, "x", size)).toBeUndefined();
  });

  it("plays slowly through few layers, and begins again after the last", () => {
    expect([layerPause(12), layerPause(13)]).toEqual([600, 220]);
    expect([nextLayer(null, 6), nextLayer(2, 6), nextLayer(5, 6)]).toEqual([0, 3, 0]);
  });
});

describe("a kept value", () => {
  it("stays until the next arrives, and is forgotten with its run", () => {
    const keep = createKept<number>();
    expect(keep("a", undefined)).toBeUndefined();
    expect(keep("a", 1)).toBe(1);
    expect(keep("a", undefined)).toBe(1);
    expect(keep("b", undefined)).toBeUndefined();
    expect(keep("a", undefined)).toBeUndefined();
  });
});
