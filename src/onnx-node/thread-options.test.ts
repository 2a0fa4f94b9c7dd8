/** @file Tests of how many threads a model of some size computes with. */
import { expect, test } from "vitest";
import type { WeightIndex } from "../checkpoint/types.ts";
import { threadOptions } from "./thread-options.ts";

/** Two tensors of so many bytes together. */
function weightsOf(bytes: number): WeightIndex {
  const stored = { type: "F32", dims: [1], file: "/model.safetensors", offset: 0, byteLength: bytes / 2 } as const;
  return new Map(["a", "b"].map((name) => [name, { ...stored, name }]));
}

test.each([
  ["a tiny model has one thread", 2 ** 20, 16, { intraOpNumThreads: 1, allowSpinning: "0" }],
  ["a small model has a few", 2 ** 21, 16, { intraOpNumThreads: 4, allowSpinning: "0" }],
  ["a small model has no more than there are cores", 2 ** 28, 2, { intraOpNumThreads: 2, allowSpinning: "0" }],
  ["what runs without weights is left to the library", 0, 2, {}],
  ["the rest is left to the library", 2 ** 29, 2, {}],
])("%s", (_, bytes, cores, expected) => {
  expect(threadOptions(weightsOf(bytes), cores)).toEqual(expected);
});
