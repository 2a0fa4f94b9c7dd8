/** @file Tests of the completeness of integrated gradients, as a run holds it. */
import { expect, it } from "vitest";
import { exampleTensors } from "../../test/support/example-run.ts";
import { runInMemory } from "../../test/support/in-memory-run.ts";
import { floatTensor } from "../tensor/tensor.ts";
import { pathSums, pathSumText } from "./path-sums.ts";

const name = "integrated-gradients";

it("compares the sum of each map with the change over its path", async () => {
  const tensors = exampleTensors();
  tensors.set(name, floatTensor([3, 10], new Float32Array(30).fill(0.25)));
  tensors.set(`${name}.ends`, floatTensor([3, 2], Float32Array.of(1, 4, 0, 2.5, 2, 2)));
  const sums = await pathSums(await runInMemory({ tensors }));
  expect(sums).toEqual([
    { token: 0, sum: 2.5, change: 3, residual: -0.5 },
    { token: 1, sum: 2.5, change: 2.5, residual: 0 },
    { token: 2, sum: 2.5, change: 0, residual: 2.5 },
  ]);
  expect(sums!.map(pathSumText)).toEqual([
    "sums to 2.50 of 3.00 (16.7 % off)",
    "sums to 2.50 of 2.50 (0.0 % off)",
    "sums to 2.50 of 0.00",
  ]);
});

it("has nothing to say of a run whose version kept no ends", async () => {
  const tensors = exampleTensors();
  tensors.delete(`${name}.ends`);
  expect(await pathSums(await runInMemory({ tensors }))).toBeNull();
});
