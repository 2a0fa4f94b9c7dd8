/** @file Tests of the walk backwards: what adds up, what has no derivative, and that nothing is emitted that is not asked for. */
import { describe, expect, test } from "vitest";
import {
  drawn,
  expectGradients,
  indices,
  named,
  positive,
  type GradientCase,
} from "../../test/support/gradient-check.ts";
import { runGraph } from "../../test/support/run-graph.ts";
import { floatTensor } from "../tensor/tensor.ts";
import { graphBuilder, type GraphBuilder } from "./builder.ts";
import { addGradients } from "./gradient.ts";
import type { GradientRules } from "./gradient-rules.ts";
import type { Dim, Value } from "./graph.ts";

const walks: readonly GradientCase[] = [
  {
    name: "uses of a value add up",
    operands: [drawn(2, 3), drawn(3)],
    build(g, [x, row]) {
      const product = g.mul(x!, row!);
      return { results: [g.add(g.sub(g.mul(product, x!), g.tanh(product)), g.mul(row!, row!))], inner: [product] };
    },
  },
  {
    name: "an operand used in both places and in both shapes",
    operands: [drawn(3, 3)],
    build: (g, [x]) => ({ results: [g.matMul(g.transpose(x!, [1, 0]), g.softmax(g.add(x!, x!)))] }),
  },
  {
    name: "several results",
    operands: [positive(2, 3), drawn(3, 4)],
    build: (g, [x, y]) => ({
      results: [g.log(x!), g.matMul(x!, y!), g.reduceSum(g.mul(y!, y!), { axes: [0] }), g.neg(x!)],
    }),
  },
  {
    name: "a result that is also an inner value",
    operands: [drawn(2, 3)],
    build(g, [x]) {
      const powers = g.exp(x!);
      const sum = g.reduceSum(powers, { axes: [1], keep: true });
      return { results: [powers, sum, g.div(powers, sum)], inner: [powers, sum] };
    },
  },
  {
    name: "an input that is a result itself",
    operands: [drawn(2, 3)],
    build: (g, [x]) => ({ results: [x!, g.exp(x!)] }),
  },
  {
    name: "a result that does not depend on one of the operands",
    operands: [drawn(2), drawn(2), drawn(2)],
    build: (g, [x, y, unused]) => ({ results: [g.mul(x!, x!), g.exp(y!)], inner: [g.tanh(unused!)] }),
  },
  {
    name: "an input, a weight and inner values",
    operands: [named(["rows", 3], 2, 3)],
    build(g, [x]) {
      const weight = g.weight(["weight"], [4, 3]);
      const bias = g.weight(["bias"], [4]);
      const wide = g.linear(x!, weight, bias);
      const active = g.quickGelu(wide, 1);
      return { results: [g.linear(active, g.transpose(weight, [1, 0]))], inner: [weight, bias, wide, active] };
    },
  },
  {
    name: "a weight that is read in another shape",
    operands: [drawn(2, 6)],
    build(g, [x]) {
      const weight = g.weight(["kernel"], [4, 3, 1, 2], [4, 6]);
      return { results: [g.linear(x!, weight)], inner: [weight] };
    },
  },
  {
    name: "the log-probability of picked tokens at the last row",
    operands: [named(["rows", 4], 3, 4), drawn(5, 4), indices(1, 4)],
    build(g, [hidden, head, ids]) {
      const logits = g.linear(g.lastRow(hidden!), head!);
      const total = g.reduceLogSumExp(logits, { axes: [-1], keep: true });
      return { results: [g.sub(g.gather(logits, ids!, 1), total)], inner: [logits] };
    },
  },
  {
    name: "derivatives of derivatives",
    operands: [drawn(2, 3), drawn(3)],
    build(g, [x, scale]) {
      const probabilities = g.softmax(g.rmsNorm(x!, scale!, 0.1));
      const seed = g.constant([1, 2, 3], [1, 3]);
      const score = g.reduceSum(g.mul(probabilities, seed), { axes: [0, 1] });
      const gradients = addGradients(g, { seeds: new Map([[score, g.constant([1])]]), of: [x!, scale!] });
      return { results: [gradients.get(x!)!, gradients.get(scale!)!] };
    },
  },
];

/** The operators that addGradients adds to a graph of one result. */
function emitted(build: (g: GraphBuilder) => { result: Value; of: readonly Value[] }): {
  operators: string[];
  entries: number;
} {
  const g = graphBuilder();
  const { result, of } = build(g);
  const before = g.nodes().length;
  const gradients = addGradients(g, { seeds: new Map([[result, g.input("dy", "f32", result.dims)]]), of });
  const operators = g.nodes().slice(before);
  return { operators: operators.map(({ op }) => op), entries: gradients.size };
}

const input = (g: GraphBuilder, name: string, ...dims: Dim[]) => g.input(name, "f32", dims);

describe("addGradients", () => {
  test.each(walks.flatMap((each) => [1, 2, 3].map((seed) => [each.name, seed, each] as const)))(
    "%s, seed %i",
    async (_, seed, each) => {
      await expectGradients(each, seed);
    },
  );

  test("a value that the scalar does not depend on has no entry, and no node is emitted for it", () => {
    const apart = emitted((g) => {
      const [x, y] = [input(g, "x", 2), input(g, "y", 2)];
      g.exp(x);
      return { result: g.mul(y, y), of: [x] };
    });
    expect(apart).toEqual({ operators: [], entries: 0 });
    const behind = emitted((g) => {
      const x = input(g, "x", 2);
      return { result: x, of: [g.exp(x)] };
    });
    expect(behind).toEqual({ operators: [], entries: 0 });
  });

  test("a value asked for twice has one entry, the seed itself where it is the result", () => {
    const g = graphBuilder();
    const x = input(g, "x", 2);
    const dy = input(g, "dy", 2);
    expect([...addGradients(g, { seeds: new Map([[x, dy]]), of: [x, x] })]).toEqual([[x, dy]]);
  });

  const linear = (which: "x" | "weight" | "bias") => (g: GraphBuilder) => {
    const parts = { x: input(g, "x", "rows", 3), weight: g.weight(["w"], [4, 3]), bias: g.weight(["b"], [4]) };
    return { result: g.linear(parts.x, parts.weight, parts.bias), of: [parts[which]] };
  };
  const layerNorm = (which: "scale" | "bias") => (g: GraphBuilder) => {
    const parts = { scale: g.weight(["s"], [3]), bias: g.weight(["b"], [3]) };
    return { result: g.layerNorm(input(g, "x", 2, 3), parts.scale, parts.bias, 1e-5), of: [parts[which]] };
  };

  test.each<[string, Parameters<typeof emitted>[0], string[]]>([
    ["linear, of x: one product", linear("x"), ["Gemm"]],
    ["linear, of the weight: one product", linear("weight"), ["Gemm"]],
    ["linear, of the bias: a sum", linear("bias"), ["ReduceSum"]],
    ["layerNorm, of the bias: a sum", layerNorm("bias"), ["ReduceSum"]],
    [
      "matMul, of one side",
      (g) => {
        const x = input(g, "x", 2, 3);
        return { result: g.matMul(x, input(g, "y", 3, 4)), of: [x] };
      },
      ["Transpose", "MatMul"],
    ],
    [
      "mul by an input that is not asked for",
      (g) => {
        const x = input(g, "x", 2, 3);
        return { result: g.mul(x, input(g, "y", 3)), of: [x] };
      },
      ["Mul"],
    ],
    [
      "a product of sizes 1 that were not stretched",
      (g) => {
        const x = input(g, "x", 1, 3);
        return { result: g.mul(x, input(g, "y", 1, 3)), of: [x] };
      },
      ["Mul"],
    ],
    [
      "concat, of one part",
      (g) => {
        const part = input(g, "part", "rows", 2);
        return { result: g.concat([input(g, "a", "rows", 3), part, input(g, "c", "rows", 1)], 1, 6), of: [part] };
      },
      ["Slice"],
    ],
    [
      "concat, of the part before one of unknown size",
      (g) => {
        const part = input(g, "part", 1, 2);
        return { result: g.concat([part, input(g, "rest", "rows", 2)], 0, "all"), of: [part] };
      },
      ["Slice"],
    ],
    [
      "scatterAdd, of the data",
      (g) => {
        const data = input(g, "data", 4, 2);
        return { result: g.scatterAdd(data, g.input("at", "i64", [1]), input(g, "updates", 1, 2)), of: [data] };
      },
      [],
    ],
    [
      "a value that lends its shape alone",
      (g) => {
        const like = input(g, "like", 4, 2);
        return { result: g.expand(input(g, "x", 2), like), of: [like] };
      },
      [],
    ],
    [
      "the walk ends at the asked value",
      (g) => {
        const inner = g.exp(g.softmax(input(g, "x", 2, 3)));
        return { result: g.neg(inner), of: [inner] };
      },
      ["Neg"],
    ],
    [
      "beside the way to the result nothing is emitted",
      (g) => {
        const x = input(g, "x", 2, 3);
        const middle = g.neg(x);
        g.softmax(middle);
        g.topK(middle, 2);
        return { result: g.neg(middle), of: [x] };
      },
      ["Neg", "Neg"],
    ],
  ])("%s", (_, build, operators) => {
    const found = emitted(build);
    expect(found.operators).toEqual(operators);
  });

  test("the graph's own nodes stay as they were", () => {
    const g = graphBuilder();
    const x = input(g, "x", 2, 3);
    const y = g.softmax(g.gelu(x, "tanh"));
    const before = [...g.nodes()];
    addGradients(g, { seeds: new Map([[y, input(g, "dy", 2, 3)]]), of: [x] });
    expect(g.nodes().slice(0, before.length)).toEqual(before);
  });

  test("two scalars of one graph each have their own derivatives", async () => {
    const [first, second] = await runGraph((g) => {
      const x = input(g, "x", 3);
      const squares = g.mul(x, x);
      const gradientOf = (seed: number[]) =>
        addGradients(g, { seeds: new Map([[squares, g.constant(seed, [3])]]), of: [x] }).get(x)!;
      return {
        outputs: [gradientOf([1, 0, 0]), gradientOf([0, 1, 10])],
        feeds: new Map([[x, floatTensor([3], Float32Array.of(1, 2, 3))]]),
      };
    });
    expect(Array.from(first!.data)).toEqual([2, 0, 0]);
    expect(Array.from(second!.data)).toEqual([0, 4, 60]);
  });

  test("a rule that is handed in replaces that of its operator alone", async () => {
    const [gradient] = await runGraph((g) => {
      const x = input(g, "x", 3);
      const seeds = new Map([[g.mul(g.relu(x), g.constant([2])), g.constant([1, 10, 100], [3])]]);
      const rules: GradientRules = { Relu: (_, { dy }) => [g.neg(dy[0]!)] };
      return {
        outputs: [addGradients(g, { seeds, of: [x], rules }).get(x)!],
        feeds: new Map([[x, floatTensor([3], Float32Array.of(-1, 0, 3))]]),
      };
    });
    expect(Array.from(gradient!.data)).toEqual([-2, -20, -200]);
  });

  test("numbers gathered by the indices of TopK have a derivative", async () => {
    const [gradient] = await runGraph((g) => {
      const x = input(g, "x", 4);
      const best = g.gather(x, g.topK(x, 2).indices, 0);
      const seeds = new Map([[best, g.constant([10, 20], [2])]]);
      return {
        outputs: [addGradients(g, { seeds, of: [x] }).get(x)!],
        feeds: new Map([[x, floatTensor([4], Float32Array.of(1, 5, -2, 3))]]),
      };
    });
    expect(Array.from(gradient!.data)).toEqual([0, 10, 0, 20]);
  });

  test.each<[string, (g: GraphBuilder, x: Value) => Value, RegExp]>([
    ["a mean", (g, x) => g.reduceMean(x, { axes: [0] }), /a mean over an axis of unknown size of \[rows, 3\]/],
    [
      "a slice",
      (g, x) => g.slice(x, { axis: 0, start: 0, end: 1 }),
      /a slice of an axis of unknown size of \[rows, 3\]/,
    ],
    ["a part", (g, x) => g.concat([x, x], 0, "all"), /a part of unknown size, \[rows, 3\]/],
  ])("refuses %s along an axis whose size is not known", (_, apply, error) => {
    expect(() =>
      emitted((g) => {
        const x = input(g, "x", "rows", 3);
        return { result: apply(g, x), of: [x] };
      }),
    ).toThrow(error);
  });
});
