/** @file Relevancy and rollout over a memory behind the sequence, against products of whole matrices over both. */
import { describe, expect, test } from "vitest";
import { floatTensor, type FloatTensor } from "../tensor/tensor.ts";
import { addGradientRolloutLayer } from "./gradient-maps.ts";
import { addMemoryLayer, addRelevancyLayer, finishedRows, identityRows } from "./relevancy.ts";
import { rolloutRows } from "./rollout.ts";

const [length, memory] = [4, 3];
const all = length + memory;
const kinds = ["sequence", "memory", "sequence"] as const;

/** Numbers without a pattern; rows of the sequence end at their own position. */
function mapOf(layer: number): FloatTensor {
  const keys = kinds[layer] === "memory" ? memory : length;
  const map = floatTensor([length, keys]);
  for (let query = 0; query < length; query++) {
    const end = kinds[layer] === "memory" ? memory : query + 1;
    for (let key = 0; key < end; key++) {
      map.data[query * keys + key] = (((layer + 2) * 17 + query * 7 + key * 5) % 11) / 11;
    }
  }
  return map;
}

const maps = kinds.map((_, layer) => mapOf(layer));

/** A map over the whole key axis, plus the identity; rows divided by their sum if `share`. */
function wholeOf(layer: number, share: boolean): number[][] {
  const { dims, data } = maps[layer]!;
  const first = kinds[layer] === "memory" ? length : 0;
  return Array.from({ length: all }, (_, row) => {
    const values = Array.from({ length: all }, (__, column): number => (row === column ? 1 : 0));
    if (row < length) for (let key = 0; key < dims[1]!; key++) values[first + key]! += data[row * dims[1]! + key]!;
    const sum = share ? values.reduce((total, value) => total + value, 0) : 1;
    return values.map((value) => value / sum);
  });
}

/** A row of the product of all layers, the last one on the left. */
function rowOfProduct(position: number, share: boolean): number[] {
  let row = Array.from({ length: all }, (_, column): number => (column === position ? 1 : 0));
  for (let layer = kinds.length - 1; layer >= 0; layer--) {
    const whole = wholeOf(layer, share);
    row = row.map((_, column) => row.reduce((sum, value, k) => sum + value * whole[k]![column]!, 0));
  }
  return row;
}

describe("over a memory behind the sequence", () => {
  test("relevancy is the product of all layers over both", () => {
    const rows = identityRows([3, 1], length, memory);
    for (let layer = kinds.length - 1; layer >= 0; layer--) {
      (kinds[layer] === "memory" ? addMemoryLayer : addRelevancyLayer)(rows, maps[layer]!);
    }
    expect(finishedRows(rows).dims).toEqual([2, all]);
    expect(finishedRows(rows).data).toBeCloseToArray([...rowOfProduct(3, false), ...rowOfProduct(1, false)], 1e-6);
  });

  test("what a layer of cross-attention does leaves the relevancy of the sequence as it is", () => {
    const [both, alone] = [identityRows([3], length, memory), identityRows([3], length)];
    for (let layer = kinds.length - 1; layer >= 0; layer--) {
      if (kinds[layer] === "memory") addMemoryLayer(both, maps[layer]!);
      else for (const rows of [both, alone]) addRelevancyLayer(rows, maps[layer]!);
    }
    expect(finishedRows(both).data.subarray(0, length)).toEqual(finishedRows(alone).data);
  });

  test("rollouts are the product of all layers over both, each row a share of 1", () => {
    const expected = [...rowOfProduct(3, true), ...rowOfProduct(1, true)];
    const layers = new Set([1]);
    const rolled = rolloutRows({ headMeans: maps, positions: [3, 1], memory: { tokens: memory, layers } });
    expect(rolled.data).toBeCloseToArray(expected, 1e-6);
    const rows = identityRows([3, 1], length, memory);
    for (let layer = kinds.length - 1; layer >= 0; layer--) addGradientRolloutLayer(rows, maps[layer]!, kinds[layer]);
    expect(finishedRows(rows).data).toBeCloseToArray(expected, 1e-6);
  });

  test("a map of another size is refused", () => {
    expect(() => addMemoryLayer(identityRows([1], length, memory + 1), maps[1]!)).toThrow(
      "relevancy: rows are 4 long over 4 memory tokens, but the layer's map is 4 x 3.",
    );
    expect(() => rolloutRows({ headMeans: maps, positions: [1] })).toThrow(
      "rollout: layer 1 must be [4, 4], got [4, 3].",
    );
  });
});
