/** @file Tests of what is added behind layers: which rows of which layer, in whole sequences and in the stretches that generation feeds. */
import { describe, expect, test } from "vitest";
import { loadParityModel, openParityCase } from "../../test/support/parity-case.ts";
import { floatTensor } from "../tensor/tensor.ts";
import { addedLayers, additionRows, pictureGradient, withAdditions, type LayerAddition } from "./layer-additions.ts";

const rows = (values: number[]) => floatTensor([values.length / 2, 2], Float32Array.from(values));

/** Two pictures at positions 1, 2 and 4, behind layers 0 and 1. */
const additions: LayerAddition[] = [
  { picture: 0, layer: 0, positions: [1, 2], rows: rows([1, 2, 3, 4]) },
  { picture: 0, layer: 1, positions: [1, 2], rows: rows([10, 20, 30, 40]) },
  { picture: 1, layer: 0, positions: [4], rows: rows([5, 6]) },
];

describe("additions", () => {
  const hidden = rows([1, 1, 1, 1, 1, 1, 1, 1, 1, 1]);

  test("go to the image tokens of their pictures, and leave what they are added to as it is", () => {
    expect([...withAdditions(hidden, additions, 0).data]).toEqual([1, 1, 2, 3, 4, 5, 1, 1, 6, 7]);
    expect([...withAdditions(hidden, additions, 1).data]).toEqual([1, 1, 11, 21, 31, 41, 1, 1, 1, 1]);
    expect(withAdditions(hidden, additions, 2)).toBe(hidden);
    expect([...hidden.data]).toEqual(new Array(10).fill(1));
  });

  test("are cut to a stretch of a sequence", () => {
    const cut = (first: number, count: number) => [...additionRows(additions, 0, { first, count, width: 2 }).data];
    expect(cut(0, 5)).toEqual([0, 0, 1, 2, 3, 4, 0, 0, 5, 6]);
    expect(cut(2, 2)).toEqual([3, 4, 0, 0]);
    expect(cut(5, 1)).toEqual([0, 0]);
  });

  test("a derivative is parted by picture: at the embeddings, and at each addition", () => {
    const memory = floatTensor([0, 2]);
    const gradient = {
      embedded: rows([0, 0, 1, 1, 2, 2, 3, 3, 4, 4]),
      memory,
      additions: additions.map(({ rows }) => rows),
    };
    const of = (picture: number, positions: number[]) =>
      pictureGradient(gradient, additions, { picture, positions }).map(({ data }) => [...data]);
    expect(of(0, [1, 2])).toEqual([
      [1, 1, 2, 2],
      [1, 2, 3, 4],
      [10, 20, 30, 40],
    ]);
    expect(of(1, [4])).toEqual([
      [4, 4],
      [5, 6],
    ]);
  });

  test("are behind the first layers of Qwen3-VL, and behind none of other models", async () => {
    const layers = async (name: string) =>
      addedLayers((await loadParityModel(await openParityCase(name))).definition.vision);
    expect(await layers("qwen3-vl")).toEqual([0, 1]);
    expect(await layers("qwen2-vl")).toEqual([]);
  });
});
