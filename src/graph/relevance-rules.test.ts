import { describe, expect, it } from "vitest";
import { array64, type Array64 } from "../../test/support/array64.ts";
import { constantsOf, evaluate } from "../../test/support/reference-interpreter.ts";
import { scattered } from "../../test/support/run-graph.ts";
import { graphBuilder, type GraphBuilder } from "./builder.ts";
import { addGradients } from "./gradient.ts";
import type { Value } from "./graph.ts";
import { relevanceRules } from "./relevance-rules.ts";

const [rows, width] = [3, 4];

function sizeOf(dims: readonly number[]): number {
  return dims.reduce((product, size) => product * size, 1);
}

/** Relevance of inputs [rows, width] and of the result, and everything else, of what `build` makes of random numbers. */
function relevance(count: number, build: (g: GraphBuilder, inputs: readonly Value[]) => Value) {
  const g = graphBuilder();
  const inputs = Array.from({ length: count }, (_, i) => g.input(`x${i}`, "f32", [rows, width]));
  const y = build(g, inputs);
  const dy = g.input("dy", "f32", y.dims);
  const gradients = addGradients(g, { seeds: new Map([[y, dy]]), of: inputs, rules: relevanceRules });
  const { constants, weights } = g.build();
  const given = new Map<string, Array64>(constantsOf(constants));
  for (const [i, value] of [...inputs, dy, ...weights.map((weight) => weight.value)].entries()) {
    const dims = value.dims as number[];
    given.set(value.name, array64(dims, scattered(sizeOf(dims), i + 3)));
  }
  const values = evaluate(g.nodes(), given);
  const data = (value: Value) => values.get(value.name)!.data;
  const product = (a: Float64Array, b: Float64Array) => a.map((value, i) => value * b[i]!);
  const sum = (numbers: Float64Array) => numbers.reduce((total, value) => total + value, 0);
  return {
    data,
    dy: data(dy),
    ofInputs: inputs.map((input) => product(data(input), data(gradients.get(input)!))),
    result: sum(product(data(y), data(dy))),
    total: inputs.reduce((total, input) => total + sum(product(data(input), data(gradients.get(input)!))), 0),
  };
}

const weight = (g: GraphBuilder, name: string, to: number, from: number) => g.weight([name], [to, from]);
const scale = (g: GraphBuilder) => g.weight(["scale"], [width]);

/** Blocks without biases, which neither add nor lose relevance. */
const conserving: readonly (readonly [string, number, (g: GraphBuilder, inputs: readonly Value[]) => Value])[] = [
  ["a linear layer", 1, (g, [x]) => g.linear(x!, weight(g, "w", 5, width))],
  ["a sum", 2, (g, [x, y]) => g.add(x!, y!)],
  ["a product", 2, (g, [x, y]) => g.mul(x!, y!)],
  ["a product of a value with itself", 1, (g, [x]) => g.mul(x!, x!)],
  ["a product of matrices", 2, (g, [x, y]) => g.matMul(x!, g.transpose(y!, [1, 0]))],
  ["a product with a constant", 1, (g, [x]) => g.mul(x!, g.constant([0.25]))],
  ["SiLU", 1, (g, [x]) => g.quickGelu(x!, 1)],
  ["quick GELU", 1, (g, [x]) => g.quickGelu(x!, 1.702)],
  ["GELU", 1, (g, [x]) => g.gelu(x!, "none")],
  ["GELU by tanh", 1, (g, [x]) => g.gelu(x!, "tanh")],
  ["tanh", 1, (g, [x]) => g.tanh(x!)],
  ["RMS norm", 1, (g, [x]) => g.rmsNorm(x!, scale(g), 1e-3)],
  ["layer norm without a bias", 1, (g, [x]) => g.layerNorm(x!, scale(g), g.constant([0, 0, 0, 0], [width]), 1e-3)],
  [
    "a gated perceptron with norm and residual",
    1,
    (g, [x]) => {
      const normed = g.rmsNorm(x!, scale(g), 1e-5);
      const gate = g.quickGelu(g.linear(normed, weight(g, "gate", 6, width)), 1);
      const gated = g.mul(gate, g.linear(normed, weight(g, "up", 6, width)));
      return g.add(x!, g.linear(gated, weight(g, "down", width, 6)));
    },
  ],
];

describe("relevanceRules", () => {
  it.each(conserving)("keep the sum of relevance through %s", (_, count, build) => {
    const { total, result } = relevance(count, build);
    expect(Math.abs(result)).toBeGreaterThan(0.01);
    // Constants of the graph are held in single precision.
    expect(total).toBeCloseTo(result, 7);
  });

  it("give half to each of two factors", () => {
    const { ofInputs, result } = relevance(2, (g, [x, y]) => g.mul(x!, y!));
    expect(ofInputs[0]).toBeCloseToArray(ofInputs[1]!, 1e-12);
    expect(ofInputs[0]!.reduce((a, b) => a + b, 0)).toBeCloseTo(result / 2, 12);
  });

  it("give each input of an element-wise function the relevance of its own result", () => {
    let result: Value | undefined;
    const { ofInputs, data, dy } = relevance(1, (g, [x]) => (result = g.gelu(x!, "none")));
    expect(ofInputs[0]).toBeCloseToArray(
      data(result!).map((value, i) => value * dy[i]!),
      1e-7,
    );
  });

  it("take the scale of a norm as a constant", () => {
    let normed: Value | undefined;
    const { ofInputs, data, dy } = relevance(1, (g, [x]) => (normed = g.rmsNorm(x!, scale(g), 0)));
    // x / rms(x) x weight: what the result would be were rms(x) a number that does not depend on x.
    expect(ofInputs[0]).toBeCloseToArray(
      data(normed!).map((value, i) => value * dy[i]!),
      1e-10,
    );
  });

  it("do not keep the sum through a softmax, which absorbs a part, nor where a bias is added", () => {
    let probabilities: Value | undefined;
    const { total, result, ofInputs, data, dy } = relevance(1, (g, [x]) => (probabilities = g.softmax(x!)));
    expect(Math.abs(total - result)).toBeGreaterThan(0.01);
    // Equation 13 of the paper: x (R - s sum of R), R the relevance of the results.
    const s = data(probabilities!);
    const upper = s.map((value, i) => value * dy[i]!);
    const expected = s.map((value, i) => {
      const row = Math.floor(i / width) * width;
      const sum = upper.subarray(row, row + width).reduce((a, b) => a + b, 0);
      return scattered(rows * width, 3)[i]! * (upper[i]! - value * sum);
    });
    expect(ofInputs[0]).toBeCloseToArray(expected, 1e-12);
    const biased = relevance(1, (g, [x]) => g.linear(x!, weight(g, "w", 5, width), g.weight(["b"], [5])));
    expect(Math.abs(biased.total - biased.result)).toBeGreaterThan(0.01);
  });
});
