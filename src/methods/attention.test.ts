import { describe, expect, it } from "vitest";
import { floatTensor, type FloatTensor } from "../tensor/tensor.ts";
import { attentionAt, attentionSum, headMean, layerHeadMatrix } from "./attention.ts";

/** Entry [h, q, k] is 100 h + 10 q + k, so that every entry names its place. */
function placeNames(heads: number, queries: number, keys: number): FloatTensor {
  const data = Float32Array.from({ length: heads * queries * keys }, (_, i) => {
    const head = Math.floor(i / (queries * keys));
    return 100 * head + 10 * (Math.floor(i / keys) % queries) + (i % keys);
  });
  return floatTensor([heads, queries, keys], data);
}

describe("headMean", () => {
  it("averages over the first axis only", () => {
    const mean = headMean(placeNames(3, 2, 2));
    expect(mean.dims).toEqual([2, 2]);
    expect([...mean.data]).toEqual([100, 101, 110, 111]);
  });

  it("refuses a tensor without heads", () => {
    expect(() => headMean(floatTensor([0, 2, 2]))).toThrow(/one head or more is needed, got \[0, 2, 2\]/);
    expect(() => headMean(floatTensor([], new Float32Array(1)))).toThrow(/one head or more/);
  });
});

describe("attentionAt", () => {
  it("picks columns in the order asked, for every leading axis", () => {
    const picked = attentionAt(placeNames(2, 2, 4), [3, 1]);
    expect(picked.dims).toEqual([2, 2, 2]);
    expect([...picked.data]).toEqual([3, 1, 13, 11, 103, 101, 113, 111]);
  });

  it("takes one row", () => {
    expect([...attentionAt(floatTensor([3], Float32Array.of(5, 6, 7)), [2]).data]).toEqual([7]);
  });

  it("refuses positions outside of the row", () => {
    const row = floatTensor([3]);
    expect(() => attentionAt(row, [3])).toThrow("0 to 2, got 3");
    expect(() => attentionAt(row, [-1])).toThrow("got -1");
    expect(() => attentionAt(row, [0.5])).toThrow("got 0.5");
    expect(() => attentionAt(floatTensor([], new Float32Array(1)), [])).toThrow(/scalar/);
  });
});

describe("attentionSum", () => {
  it("sums the chosen columns of each row", () => {
    const sums = attentionSum(placeNames(2, 2, 3), [0, 2]);
    expect(sums.dims).toEqual([2, 2]);
    expect([...sums.data]).toEqual([2, 22, 202, 222]);
  });

  it("is zero for an empty selection", () => {
    expect([...attentionSum(placeNames(1, 2, 3), []).data]).toEqual([0, 0]);
  });
});

describe("layerHeadMatrix", () => {
  it("is the mean over tokens of the summed columns, by layer and head", () => {
    const second = floatTensor(
      [2, 2, 3],
      placeNames(2, 2, 3).data.map((value) => value + 1000),
    );
    const matrix = layerHeadMatrix([placeNames(2, 2, 3), second], [1, 2]);
    expect(matrix.dims).toEqual([2, 2]);
    expect([...matrix.data]).toEqual([13, 213, 2013, 2213]);
  });

  it("refuses layers that differ in heads or tokens, and no token", () => {
    expect(() => layerHeadMatrix([placeNames(2, 2, 3), placeNames(3, 2, 3)], [0])).toThrow(/\[3, 2, 3\] at layer 1/);
    expect(() => layerHeadMatrix([floatTensor([2, 0, 3])], [0])).toThrow(/at least one token/);
  });

  it("has no rows without layers", () => {
    expect(layerHeadMatrix([], [0]).dims).toEqual([0, 0]);
  });
});
