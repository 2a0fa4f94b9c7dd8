/** @file Tests of activations by their configuration names. */
import { expect, test } from "vitest";
import { runGraph } from "../../../test/support/run-graph.ts";
import type { Activation } from "../../checkpoint/types.ts";
import { activate } from "./activation.ts";

const inputs = [-3, -0.5, 0, 0.25, 1, 4];

/** Values at `inputs`; for gelu, x times the normal distribution function (Abramowitz and Stegun, table 26.1). */
const expected: { readonly [A in Activation]: readonly number[] } = {
  quick_gelu: inputs.map((x) => x / (1 + Math.exp(-1.702 * x))),
  gelu: [-3 * 0.0013498980316, -0.5 * 0.308537538726, 0, 0.25 * 0.5987063256829, 0.8413447460685, 4 * 0.9999683287582],
  gelu_pytorch_tanh: inputs.map((x) => (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))),
  silu: inputs.map((x) => x / (1 + Math.exp(-x))),
  relu: [0, 0, 0, 0.25, 1, 4],
};

test.each(Object.entries(expected) as [Activation, readonly number[]][])("%s has its values", async (name, values) => {
  const [result] = await runGraph((g) => ({ outputs: [activate(g, name, g.constant(inputs, [inputs.length]))] }));
  expect(result!.data).toBeCloseToArray(values, 1e-6);
});
