/** @file Tests of every operator: a tiny graph, written out and run by ONNX Runtime, against plain arithmetic. */
import { describe, expect, test } from "vitest";
import { plainAttention } from "../../test/support/plain-attention.ts";
import { runGraph, scattered, scatteredTensor, type SmallGraph } from "../../test/support/run-graph.ts";
import type { Feed } from "../runtime/runtime.ts";
import { floatTensor, intTensor } from "../tensor/tensor.ts";
import { graphBuilder, type GraphBuilder } from "./builder.ts";
import type { Value } from "./graph.ts";
import type { Operator } from "./operators.ts";

interface OperatorCase {
  readonly build: (g: GraphBuilder) => SmallGraph;
  /** Dims and numbers of each output. */
  readonly expected: readonly (readonly [dims: readonly number[], numbers: ArrayLike<number>])[];
}

const rows = 2;
const cols = 5;
const dims = [rows, cols];
const a = scattered(rows * cols, 1);
const b = scattered(rows * cols, 2).map((x) => (Math.abs(x) < 0.1 ? 0.5 : x));
const row = scattered(cols, 3);
const positive = a.map((x) => Math.abs(x) + 0.1);

function elementwise(apply: (g: GraphBuilder, x: Value) => Value, of: (x: number) => number, input = a): OperatorCase {
  return {
    build: (g) => ({ outputs: [apply(g, g.constant(input, dims))] }),
    expected: [[dims, input.map(of)]],
  };
}

function binary(op: "add" | "sub" | "mul" | "div", of: (x: number, y: number) => number): OperatorCase {
  return {
    build: (g) => ({
      outputs: [
        g[op](g.constant(a, dims), g.constant(b, dims)),
        g[op](g.constant(a, dims), g.constant(row, [cols])),
        g[op](g.constant([2]), g.constant(b, dims)),
      ],
    }),
    expected: [
      [dims, a.map((x, i) => of(x, b[i]!))],
      [dims, a.map((x, i) => of(x, row[i % cols]!))],
      [dims, b.map((x) => of(2, x))],
    ],
  };
}

/** The numbers of each row. */
function eachRow(numbers: readonly number[], width = cols): number[][] {
  return Array.from({ length: numbers.length / width }, (_, r) => numbers.slice(r * width, (r + 1) * width));
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, x) => total + x, 0);
const mean = (numbers: readonly number[]) => sum(numbers) / numbers.length;
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** The error function by its series, which converges fast for the small arguments used here. */
function erf(x: number): number {
  let term = x;
  let total = x;
  for (let n = 1; n < 40; n++) {
    term *= (-x * x) / n;
    total += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * total;
}

function columns(numbers: readonly number[]): number[][] {
  return Array.from({ length: cols }, (_, c) => eachRow(numbers).map((each) => each[c]!));
}

function reduction(
  op: "reduceMean" | "reduceSum" | "reduceLogSumExp",
  of: (numbers: readonly number[]) => number,
): OperatorCase {
  return {
    build: (g) => ({
      outputs: [
        g[op](g.constant(a, dims), { axes: [1] }),
        g[op](g.constant(a, dims), { axes: [0], keep: true }),
        g[op](g.constant(a, dims), { axes: [0, 1] }),
      ],
    }),
    expected: [
      [[rows], eachRow(a).map(of)],
      [[1, cols], columns(a).map(of)],
      [[], [of(a)]],
    ],
  };
}

/** A grouped attention of three new rows after two cached ones, in a cache with room for seven. */
function cachedAttentionCase(): OperatorCase {
  const [heads, kvHeads, width, old, fresh, capacity] = [4, 2, 8, 2, 3, 7] as const;
  const query = scatteredTensor([1, fresh, heads * width], 1);
  const key = scatteredTensor([1, fresh, kvHeads * width], 2);
  const value = scatteredTensor([1, fresh, kvHeads * width], 3);
  const oldKey = scattered(old * kvHeads * width, 4);
  const oldValue = scattered(old * kvHeads * width, 5);
  // The cache is [kvHeads, capacity, width]; rows come as [rows, kvHeads, width].
  const cacheOf = (rowsSoFar: readonly number[]) => {
    const cache = floatTensor([1, kvHeads, capacity, width]);
    for (const [i, number] of rowsSoFar.entries()) {
      const at = Math.floor(i / (kvHeads * width));
      const head = Math.floor(i / width) % kvHeads;
      cache.data[(head * capacity + at) * width + (i % width)] = number;
    }
    return cache;
  };
  const allKeys = [...oldKey, ...key.data];
  const allValues = [...oldValue, ...value.data];
  const plain = plainAttention({
    query: query.data,
    key: allKeys,
    value: allValues,
    heads,
    kvHeads,
    width,
    causal: true,
  });
  return {
    build(g) {
      const parts = {
        query: g.input("query", "f32", query.dims),
        key: g.input("key", "f32", key.dims),
        value: g.input("value", "f32", value.dims),
        pastKey: g.input("pastKey", "f32", [1, kvHeads, capacity, width]),
        pastValue: g.input("pastValue", "f32", [1, kvHeads, capacity, width]),
        lastPosition: g.input("last", "i32", [1]),
        totalLength: g.input("total", "i32", []),
      };
      const scale = 1 / Math.sqrt(width);
      const { context, presentKey, presentValue } = g.groupQueryAttention(parts, {
        num_heads: heads,
        kv_num_heads: kvHeads,
        scale,
        softcap: 0,
      });
      const feeds = new Map<Value, Feed>([
        [parts.query, query],
        [parts.key, key],
        [parts.value, value],
        [parts.pastKey, cacheOf(oldKey)],
        [parts.pastValue, cacheOf(oldValue)],
        [parts.lastPosition, intTensor([1], Int32Array.of(old + fresh - 1))],
        [parts.totalLength, intTensor([], Int32Array.of(old + fresh))],
      ]);
      return { outputs: [context, presentKey, presentValue], feeds };
    },
    expected: [
      [[1, fresh, heads * width], plain.context],
      [[1, kvHeads, capacity, width], cacheOf(allKeys).data],
      [[1, kvHeads, capacity, width], cacheOf(allValues).data],
    ],
  };
}

const logSumExp = (numbers: readonly number[]) => Math.log(sum(numbers.map(Math.exp)));
const softmaxOf = (numbers: readonly number[]) => numbers.map((x) => Math.exp(x - logSumExp(numbers)));

/** A [2, 5] by b^T [5, 2]. */
const product = eachRow(a).flatMap((left) => eachRow(b).map((right) => sum(left.map((x, i) => x * right[i]!))));
const cube = scattered(24, 7);
const cubeAt = (i: number, j: number, k: number) => cube[(i * 3 + j) * 4 + k]!;

/** One entry per operator, so that an operator without a test does not compile. */
const cases: { readonly [Op in Operator]: OperatorCase } = {
  Add: binary("add", (x, y) => x + y),
  Sub: binary("sub", (x, y) => x - y),
  Mul: binary("mul", (x, y) => x * y),
  Div: binary("div", (x, y) => x / y),
  Neg: elementwise(
    (g, x) => g.neg(x),
    (x) => -x,
  ),
  Sqrt: elementwise((g, x) => g.sqrt(x), Math.sqrt, positive),
  Exp: elementwise((g, x) => g.exp(x), Math.exp),
  Log: elementwise((g, x) => g.log(x), Math.log, positive),
  Sigmoid: elementwise((g, x) => g.sigmoid(x), sigmoid),
  Tanh: elementwise((g, x) => g.tanh(x), Math.tanh),
  Erf: elementwise((g, x) => g.erf(x), erf),
  Sign: elementwise((g, x) => g.sign(x), Math.sign),
  Relu: elementwise(
    (g, x) => g.relu(x),
    (x) => Math.max(0, x),
  ),
  Gelu: {
    build(g) {
      const x = g.constant(a, dims);
      return { outputs: [g.gelu(x, "none"), g.gelu(x, "tanh")] };
    },
    expected: [
      [dims, a.map((x) => (x / 2) * (1 + erf(x / Math.SQRT2)))],
      [dims, a.map((x) => (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))))],
    ],
  },
  QuickGelu: {
    build(g) {
      const x = g.constant(a, dims);
      return { outputs: [g.quickGelu(x, 1), g.quickGelu(x, 1.702)] };
    },
    expected: [
      [dims, a.map((x) => x * sigmoid(x))],
      [dims, a.map((x) => x * sigmoid(1.702 * x))],
    ],
  },
  MatMul: {
    build(g) {
      const right = g.transpose(g.constant(b, dims), [1, 0]);
      const stacked = g.reshape(g.constant([...a, ...b], [2, ...dims]), [2, rows, cols]);
      return { outputs: [g.matMul(g.constant(a, dims), right), g.matMul(stacked, right)] };
    },
    expected: [
      [[rows, rows], product],
      [
        [2, rows, rows],
        [...a, ...b].flatMap((_, i, all) =>
          i % cols === 0 ? eachRow(b).map((right) => sum(all.slice(i, i + cols).map((x, k) => x * right[k]!))) : [],
        ),
      ],
    ],
  },
  Gemm: {
    build(g) {
      const [x, w] = [g.constant(a, dims), g.constant(b, dims)];
      return { outputs: [g.linear(x, w), g.linear(x, w, g.constant([10, 20], [2]))] };
    },
    expected: [
      [[rows, rows], product],
      [[rows, rows], product.map((x, i) => x + [10, 20][i % 2]!)],
    ],
  },
  Softmax: {
    build(g) {
      const x = g.constant(a, dims);
      const hidden = g.constant([0, -Infinity, 0, -Infinity, -Infinity], [1, cols]);
      return { outputs: [g.softmax(x), g.softmax(x, 0), g.softmax(g.add(x, hidden))] };
    },
    expected: [
      [dims, eachRow(a).flatMap(softmaxOf)],
      [dims, a.map((_, i) => softmaxOf(columns(a)[i % cols]!)[Math.floor(i / cols)]!)],
      [
        dims,
        eachRow(a).flatMap((each) => {
          const [first, second] = softmaxOf([each[0]!, each[2]!]) as [number, number];
          return [first, 0, second, 0, 0];
        }),
      ],
    ],
  },
  LayerNormalization: {
    build: (g) => ({
      outputs: [g.layerNorm(g.constant(a, dims), g.constant(row, [cols]), g.constant(b.slice(0, cols), [cols]), 0.01)],
    }),
    expected: [
      [
        dims,
        eachRow(a).flatMap((each) => {
          const middle = mean(each);
          const variance = mean(each.map((x) => (x - middle) ** 2));
          return each.map((x, i) => ((x - middle) / Math.sqrt(variance + 0.01)) * row[i]! + b[i]!);
        }),
      ],
    ],
  },
  SimplifiedLayerNormalization: {
    build: (g) => ({ outputs: [g.rmsNorm(g.constant(a, dims), g.constant(row, [cols]), 0.01)] }),
    expected: [
      [
        dims,
        eachRow(a).flatMap((each) => {
          const size = Math.sqrt(mean(each.map((x) => x * x)) + 0.01);
          return each.map((x, i) => (x / size) * row[i]!);
        }),
      ],
    ],
  },
  Transpose: {
    build: (g) => ({ outputs: [g.transpose(g.constant(cube, [2, 3, 4]), [2, 0, 1])] }),
    expected: [[[4, 2, 3], [0, 1, 2, 3].flatMap((k) => [0, 1].flatMap((i) => [0, 1, 2].map((j) => cubeAt(i, j, k))))]],
  },
  Reshape: {
    build(g) {
      const x = g.input("x", "f32", ["rows", 12]);
      const feeds = new Map([[x, floatTensor([2, 12], Float32Array.from(cube))]]);
      return { outputs: [g.reshape(x, ["rows", 3, 4]), g.reshape(x, [3, "rows", 4])], feeds };
    },
    expected: [
      [[2, 3, 4], cube],
      [[3, 2, 4], cube],
    ],
  },
  Slice: {
    build: (g) => ({ outputs: [g.slice(g.constant(cube, [2, 3, 4]), { axis: 1, start: 1, end: 3 })] }),
    expected: [[[2, 2, 4], [0, 1].flatMap((i) => [1, 2].flatMap((j) => [0, 1, 2, 3].map((k) => cubeAt(i, j, k))))]],
  },
  Concat: {
    build: (g) => ({ outputs: [g.concat([g.constant(a, dims), g.constant([8, 9], [2, 1])], 1, cols + 1)] }),
    expected: [[[rows, cols + 1], eachRow(a).flatMap((each, r) => [...each, 8 + r])]],
  },
  Pad: {
    build: (g) => ({ outputs: [g.pad(g.constant(a, dims), { axis: -1, before: 0, after: 3 })] }),
    expected: [[[rows, cols + 3], eachRow(a).flatMap((each) => [...each, 0, 0, 0])]],
  },
  Gather: {
    build(g) {
      const picked = g.input("picked", "i64", ["count"]);
      const feeds = new Map([[picked, { type: "i64" as const, dims: [3], data: BigInt64Array.of(1n, 0n, 1n) }]]);
      const x = g.constant(a, dims);
      return { outputs: [g.gather(x, picked, 0), g.gather(x, picked, 1), g.lastRow(x)], feeds };
    },
    expected: [
      [[3, cols], [1, 0, 1].flatMap((r) => eachRow(a)[r]!)],
      [[rows, 3], eachRow(a).flatMap((each) => [each[1]!, each[0]!, each[1]!])],
      [[1, cols], eachRow(a)[1]!],
    ],
  },
  Shape: {
    build: (g) => ({ outputs: [g.add(g.zerosLike(g.constant(a, dims)), g.constant([1]))] }),
    expected: [[dims, a.map(() => 1)]],
  },
  ConstantOfShape: {
    build: (g) => ({ outputs: [g.zerosLike(g.constant(cube, [2, 3, 4]))] }),
    expected: [[[2, 3, 4], cube.map(() => 0)]],
  },
  Expand: {
    build: (g) => ({ outputs: [g.expand(g.constant([3, 4], [rows, 1]), g.constant(a, dims))] }),
    expected: [[dims, a.map((_, i) => 3 + Math.floor(i / cols))]],
  },
  ScatterND: {
    build(g) {
      const places = g.input("places", "i64", ["count"]);
      const feeds = new Map([[places, { type: "i64" as const, dims: [3], data: BigInt64Array.of(1n, 0n, 1n) }]]);
      const updates = g.constant([...eachRow(a)[0]!, ...eachRow(b)[0]!, ...eachRow(b)[1]!], [3, cols]);
      return { outputs: [g.scatterAdd(g.constant(a, dims), places, updates)], feeds };
    },
    expected: [
      [dims, [...eachRow(a)[0]!.map((x, c) => x + b[c]!), ...eachRow(a)[1]!.map((x, c) => x + a[c]! + b[cols + c]!)]],
    ],
  },
  ReduceMean: reduction("reduceMean", mean),
  ReduceSum: reduction("reduceSum", sum),
  ReduceLogSumExp: reduction("reduceLogSumExp", logSumExp),
  TopK: {
    build(g) {
      const { values, indices } = g.topK(g.constant([3, 9, 9, -1, 4, 0, 0, 0, 0, 7], dims), 3);
      return { outputs: [values, indices] };
    },
    expected: [
      [
        [rows, 3],
        [9, 9, 4, 7, 0, 0],
      ],
      [
        [rows, 3],
        // Among equals the lower index comes first.
        [1, 2, 4, 4, 0, 1],
      ],
    ],
  },
  GroupQueryAttention: cachedAttentionCase(),
};

describe("operators on ONNX Runtime", () => {
  test.each(Object.entries(cases))("%s equals plain arithmetic", async (_, { build, expected }) => {
    const results = await runGraph(build);
    expect(results.map((result) => result.dims)).toEqual(expected.map(([shape]) => shape));
    for (const [i, [, numbers]] of expected.entries()) expect(results[i]!.data).toBeCloseToArray(numbers, 2e-6);
  });

  test("each case uses the operator that it stands for", () => {
    for (const [operator, { build }] of Object.entries(cases)) {
      const used = usedOperators(build);
      expect(used).toContain(operator);
    }
  });
});

function usedOperators(build: OperatorCase["build"]): string[] {
  const g = graphBuilder();
  build(g);
  return g.build().nodes.map(({ op }) => op);
}
