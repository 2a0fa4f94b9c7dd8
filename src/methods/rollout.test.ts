import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { bytesSource, openSafetensors, readTensor } from "../safetensors/read.ts";
import { floatTensor, type FloatTensor } from "../tensor/tensor.ts";
import { headMean } from "./attention.ts";
import { rolloutRows } from "./rollout.ts";

const cases = [
  "llava-clip-llama-f32",
  "llava-clip-llama-f16",
  "llava-clip-llama-bf16-sharded",
  "llava-siglip-llama3-gqa",
  "llava-two-images",
  "llava-two-turns",
  "llava-next",
  "llava-onevision",
  "internvl",
  "qwen2-vl",
  "qwen2.5-vl",
  "qwen3-vl",
];

async function readExpected(name: string): Promise<(tensor: string) => Promise<FloatTensor>> {
  const source = bytesSource(await readFile(`test/fixtures/${name}/expected.safetensors`));
  const { tensors } = await openSafetensors(source, { file: name });
  return async (tensor) => (await readTensor(source, tensors.get(tensor)!)) as FloatTensor;
}

/** Means over heads of lm.attn [layers, heads, N, N]. */
function headMeansOf({ dims, data }: FloatTensor): FloatTensor[] {
  const [layers, ...rest] = dims as [number, number, number, number];
  const size = data.length / layers;
  return Array.from({ length: layers }, (_, l) => headMean(floatTensor(rest, data.slice(l * size, (l + 1) * size))));
}

/** Deterministic numbers in 0-1 that are nobody's attention. */
function pseudoRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function randomMatrix(size: number, random: () => number): FloatTensor {
  return floatTensor([size, size], Float32Array.from({ length: size * size }, random));
}

/** The definition with whole matrices: R = S_(L-1) ... S_1 S_0. */
function fullRollout(layers: readonly FloatTensor[], size: number): number[][] {
  let product: number[][] = Array.from({ length: size }, (_, i) =>
    Array.from({ length: size }, (__, j) => (i === j ? 1 : 0)),
  );
  for (const { data } of layers) {
    const s = Array.from({ length: size }, (_, i) => {
      const row = Array.from({ length: size }, (__, j) => data[i * size + j]! + (i === j ? 1 : 0));
      const sum = row.reduce((a, b) => a + b, 0);
      return row.map((value) => value / sum);
    });
    const before = product;
    product = s.map((row) =>
      Array.from({ length: size }, (_, j) => row.reduce((sum, value, k) => sum + value * before[k]![j]!, 0)),
    );
  }
  return product;
}

describe("rolloutRows", () => {
  it.each(cases)("equals the PyTorch rollout of every answer token in %s", async (name) => {
    const expected = await readExpected(name);
    const attention = await expected("lm.attn");
    const length = attention.dims[2]!;
    const answer = 6;
    const positions = Array.from({ length: answer }, (_, t) => length - answer + t - 1);
    const rows = rolloutRows({ headMeans: headMeansOf(attention), positions });
    expect(rows.dims).toEqual([answer, length]);
    for (const [t, position] of positions.entries()) {
      const row = rows.data.slice(t * length, (t + 1) * length);
      const { data } = await expected(`rollout.${t}`);
      expect(data.length).toBe(position + 1);
      expect(row.slice(0, position + 1)).toBeCloseToArray(data, 1e-5);
      expect(row.slice(position + 1).every((value) => value === 0)).toBe(true);
    }
  });

  it("equals the product of whole matrices for attention that is not causal and does not sum to 1", () => {
    const random = pseudoRandom(7);
    const layers = Array.from({ length: 4 }, () => randomMatrix(9, random));
    const rows = rolloutRows({ headMeans: layers, positions: Int32Array.of(8, 0, 4) });
    const full = fullRollout(layers, 9);
    expect(rows.data).toBeCloseToArray([...full[8]!, ...full[0]!, ...full[4]!], 1e-6);
  });

  it("gives rows that sum to 1", () => {
    const random = pseudoRandom(3);
    const { data } = rolloutRows({ headMeans: [randomMatrix(5, random), randomMatrix(5, random)], positions: [2] });
    expect(data.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 6);
  });

  it("is the identity where attention is zero", () => {
    expect([...rolloutRows({ headMeans: [floatTensor([3, 3])], positions: [1] }).data]).toEqual([0, 1, 0]);
  });

  it("refuses other shapes and positions outside", () => {
    expect(() => rolloutRows({ headMeans: [floatTensor([2, 2]), floatTensor([3, 3])], positions: [0] })).toThrow(
      "layer 1 must be [2, 2], got [3, 3]",
    );
    expect(() => rolloutRows({ headMeans: [floatTensor([2, 2])], positions: [2] })).toThrow("0 to 1, got 2");
  });
});
