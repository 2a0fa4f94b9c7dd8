/** @file Proves the derivative of every operator by finite differences, in double precision and on ONNX Runtime. */
import { describe, expect, test } from "vitest";
import {
  drawn,
  expectGradients,
  indices,
  named,
  positive,
  signed,
  type GradientCase,
  type Operand,
} from "../../test/support/gradient-check.ts";
import { graphBuilder, type GraphBuilder } from "./builder.ts";
import { addGradients } from "./gradient.ts";
import type { Value } from "./graph.ts";
import type { Operator } from "./operators.ts";

/** An operator that has no derivative says so with this error. */
interface RefusedCase {
  readonly refused: RegExp;
  readonly build: (g: GraphBuilder, x: Value) => { readonly result: Value; readonly of: Value };
}

function of(
  name: string,
  operands: readonly Operand[],
  apply: (g: GraphBuilder, ...operands: Value[]) => Value,
): GradientCase {
  return { name, operands, build: (g, values) => ({ results: [apply(g, ...values)] }) };
}

function unary(apply: (g: GraphBuilder, x: Value) => Value, draw = drawn): readonly GradientCase[] {
  return [
    of("[2, 3]", [draw(2, 3)], apply),
    of("scalar", [draw()], apply),
    of("named rows", [{ ...draw(2, 3), declared: ["rows", 3] }], apply),
  ];
}

function binary(op: "add" | "sub" | "mul" | "div"): readonly GradientCase[] {
  const apply = (g: GraphBuilder, a: Value, b: Value) => g[op](a, b);
  const shapes: readonly (readonly [a: readonly number[], b: readonly number[]])[] = [
    [
      [2, 3],
      [2, 3],
    ],
    [[2, 3], [3]],
    [[3], [2, 3]],
    [
      [2, 1],
      [1, 3],
    ],
    [[2, 3], []],
    [[], [2, 3]],
    [[], []],
    [[1], []],
    [
      [2, 1, 3],
      [4, 1],
    ],
    [
      [1, 1],
      [2, 2, 3],
    ],
  ];
  return [
    ...shapes.map(([a, b]) => of(`[${a.join(", ")}] and [${b.join(", ")}]`, [signed(...a), signed(...b)], apply)),
    of("named rows and a row", [named(["rows", 3], 2, 3), { ...signed(3) }], apply),
    of(
      "a mask with two named axes",
      [named([2, "rows", "keys"], 2, 3, 4), { ...signed(3, 4), declared: ["rows", "keys"] }],
      apply,
    ),
    of("named rows and a column", [named(["rows", 3], 2, 3), { ...signed(2, 1), declared: ["rows", 1] }], apply),
    of("a value with itself", [signed(2, 3)], (g, x) => g[op](x, x)),
  ];
}

function matrices(a: readonly number[], b: readonly number[]): GradientCase {
  return of(`[${a.join(", ")}] by [${b.join(", ")}]`, [drawn(...a), drawn(...b)], (g, x, y) => g.matMul(x, y));
}

function gemms(): readonly GradientCase[] {
  const flags = [false, true];
  return flags.flatMap((transA) =>
    flags.flatMap((transB) =>
      flags.map((withBias) => {
        const name = `transA ${transA}, transB ${transB}, bias ${withBias}`;
        const operands = [drawn(...(transA ? [4, 2] : [2, 4])), drawn(...(transB ? [3, 4] : [4, 3])), drawn(3)];
        return of(name, withBias ? operands : operands.slice(0, 2), (g, a, b, bias) =>
          g.gemm(a, b, { transA, transB, bias }),
        );
      }),
    ),
  );
}

function reductions(op: "reduceSum" | "reduceMean" | "reduceLogSumExp"): readonly GradientCase[] {
  const axes = [[0], [1], [2], [-1], [-2], [0, 2], [-1, 0], [2, 1], [0, 1, 2]];
  return axes.flatMap((each) =>
    [true, false].map((keep) =>
      of(`axes ${each.join(", ")}, keep ${keep}`, [drawn(2, 3, 4)], (g, x) => g[op](x, { axes: each, keep })),
    ),
  );
}

const allAxes = [0, 1, 2, -1, -2, -3];

/** A case for each axis of [2, 3, 4], counted from both ends. */
function eachAxis(apply: (g: GraphBuilder, x: Value, axis: number) => Value): readonly GradientCase[] {
  return allAxes.map((axis) => of(`axis ${axis}`, [drawn(2, 3, 4)], (g, x) => apply(g, x, axis)));
}

const cube = [2, 3, 4];
const namedCube = named(["heads", "rows", "keys"], ...cube);

const cases: { readonly [Op in Operator]: readonly GradientCase[] | RefusedCase } = {
  Add: binary("add"),
  Sub: binary("sub"),
  Mul: binary("mul"),
  Div: binary("div"),
  Neg: unary((g, x) => g.neg(x)),
  Sqrt: unary((g, x) => g.sqrt(x), positive),
  Exp: unary((g, x) => g.exp(x)),
  Log: unary((g, x) => g.log(x), positive),
  Sigmoid: unary((g, x) => g.sigmoid(x)),
  Tanh: unary((g, x) => g.tanh(x)),
  Erf: unary((g, x) => g.erf(x)),
  Sign: [
    of("is flat", [signed(2, 3)], (g, x) => g.sign(x)),
    of("as a factor", [signed(2, 3)], (g, x) => g.mul(x, g.sign(x))),
  ],
  Relu: unary((g, x) => g.relu(x), signed),
  Gelu: (["none", "tanh"] as const).flatMap((approximate) => [
    ...unary((g, x) => g.gelu(x, approximate)),
    of(`${approximate} far out`, [{ dims: [6], numbers: [-6, -2.5, -0.01, 0, 1.5, 5] }], (g, x) =>
      g.gelu(x, approximate),
    ),
  ]),
  QuickGelu: [1, 1.702].flatMap((alpha) => [
    ...unary((g, x) => g.quickGelu(x, alpha)),
    of(`${alpha} far out`, [{ dims: [5], numbers: [-20, -3, 0, 3, 20] }], (g, x) => g.quickGelu(x, alpha)),
  ]),

  MatMul: [
    matrices([2, 3], [3, 4]),
    matrices([1, 3], [3, 1]),
    matrices([2, 2, 3], [2, 3, 4]),
    matrices([2, 2, 3], [3, 4]),
    matrices([2, 3], [2, 3, 4]),
    matrices([2, 1, 2, 3], [1, 4, 3, 2]),
    matrices([2, 4, 2, 3], [2, 1, 3, 2]),
    matrices([4, 2, 3], [2, 1, 3, 2]),
    matrices([1, 2, 3], [5, 3, 2]),
    of("named rows and keys", [named(["rows", 3], 2, 3), named([3, "keys"], 3, 4)], (g, a, b) => g.matMul(a, b)),
    of("named inner size", [named([2, "rows", "keys"], 2, 3, 4), named([2, "keys", 5], 2, 4, 5)], (g, a, b) =>
      g.matMul(a, b),
    ),
    of("named and broadcast", [named([2, 3, "rows", 4], 2, 3, 2, 4), named([2, 1, 4, "rows"], 2, 1, 4, 2)], (g, a, b) =>
      g.matMul(a, b),
    ),
    of(
      "a shared matrix of named sizes",
      [named([2, "rows", "keys"], 2, 3, 4), named(["keys", "rows"], 4, 3)],
      (g, a, b) => g.matMul(a, b),
    ),
    of("a matrix with itself", [drawn(3, 3)], (g, x) => g.matMul(x, x)),
  ],
  Gemm: [
    ...gemms(),
    of("linear with named rows", [named(["rows", 3], 2, 3), drawn(4, 3), drawn(4)], (g, x, weight, bias) =>
      g.linear(x, weight, bias),
    ),
  ],

  Softmax: [
    ...eachAxis((g, x, axis) => g.softmax(x, axis)),
    of("named sizes", [namedCube], (g, x) => g.softmax(x)),
    of("hidden entries", [drawn(2, 3)], (g, x) =>
      g.softmax(g.add(x, g.constant([0, -Infinity, 0, 0, 0, -Infinity], [2, 3]))),
    ),
  ],
  LayerNormalization: [
    of("of x, scale and bias", [drawn(2, 5), drawn(5), drawn(5)], (g, x, scale, bias) =>
      g.layerNorm(x, scale, bias, 1e-5),
    ),
    of("of rank 3, a large epsilon", [drawn(2, 3, 4), drawn(4), drawn(4)], (g, x, scale, bias) =>
      g.layerNorm(x, scale, bias, 0.3),
    ),
    of("of rank 1", [drawn(4), drawn(4), drawn(4)], (g, x, scale, bias) => g.layerNorm(x, scale, bias, 1e-3)),
    of("named rows", [named(["rows", 4], 3, 4), drawn(4), drawn(4)], (g, x, scale, bias) =>
      g.layerNorm(x, scale, bias, 1e-5),
    ),
  ],
  SimplifiedLayerNormalization: [
    of("of x and scale", [drawn(2, 5), drawn(5)], (g, x, scale) => g.rmsNorm(x, scale, 1e-5)),
    of("of rank 3, a large epsilon", [drawn(2, 3, 4), drawn(4)], (g, x, scale) => g.rmsNorm(x, scale, 0.3)),
    of("named rows", [named(["rows", 4], 3, 4), drawn(4)], (g, x, scale) => g.rmsNorm(x, scale, 1e-5)),
  ],

  Transpose: [
    of("[1, 0]", [drawn(2, 3)], (g, x) => g.transpose(x, [1, 0])),
    of("[2, 0, 1]", [drawn(...cube)], (g, x) => g.transpose(x, [2, 0, 1])),
    of("[1, 3, 0, 2], named", [named(["rows", 3, "keys", 2], 4, 3, 5, 2)], (g, x) => g.transpose(x, [1, 3, 0, 2])),
  ],
  Reshape: [
    of("to a vector", [drawn(...cube)], (g, x) => g.reshape(x, [24])),
    of("to more axes", [drawn(...cube)], (g, x) => g.reshape(x, [2, 1, 3, 2, 2])),
    of("to a scalar", [drawn(1, 1)], (g, x) => g.reshape(x, [])),
    of("named rows kept", [named(["rows", 6], 4, 6)], (g, x) => g.reshape(x, ["rows", 2, 3])),
    of("named rows moved", [named([6, "rows", "rows"], 6, 4, 4)], (g, x) => g.reshape(x, [2, 3, "rows", "rows"])),
  ],
  Slice: [
    ...eachAxis((g, x, axis) => g.slice(x, { axis, start: 0, end: 1 })),
    ...eachAxis((g, x, axis) => g.slice(x, { axis, start: 1, end: 2 })),
    of("everything", [drawn(3)], (g, x) => g.slice(x, { axis: 0, start: 0, end: 3 })),
    of("beside named rows", [named(["rows", 2, 4], 3, 2, 4)], (g, x) => g.slice(x, { axis: 2, start: 1, end: 3 })),
  ],
  Concat: [
    ...allAxes.map((axis) =>
      of(`axis ${axis}`, [drawn(...cube), drawn(...cube.with(axis, 5)), drawn(...cube)], (g, a, b, c) =>
        g.concat([a, b, c], axis, 2 * cube.at(axis)! + 5),
      ),
    ),
    of("a part twice", [drawn(2, 3), drawn(2, 1)], (g, a, b) => g.concat([a, b, a], 1, 7)),
    of("beside named rows", [named(["rows", 2], 3, 2), named(["rows", 4], 3, 4)], (g, a, b) => g.concat([a, b], -1, 6)),
  ],
  Pad: [
    ...eachAxis((g, x, axis) => g.pad(x, { axis, before: 1, after: 2 })),
    of("only before", [drawn(2, 3)], (g, x) => g.pad(x, { axis: 1, before: 2, after: 0 })),
    of("only after", [drawn(2, 3)], (g, x) => g.pad(x, { axis: 0, before: 0, after: 2 })),
    of("beside named rows", [named(["rows", 3], 2, 3)], (g, x) => g.pad(x, { axis: 1, before: 1, after: 1 })),
  ],

  Gather: [
    ...allAxes.map((axis) =>
      of(`repeated along axis ${axis}`, [drawn(...cube), indices(1, 0, 1, 1)], (g, x, picked) =>
        g.gather(x, picked, axis),
      ),
    ),
    ...[0, 1].map((axis) =>
      of(`from the end along axis ${axis}`, [drawn(3, 4), indices(-1, 0, 2, -3)], (g, x, picked) =>
        g.gather(x, picked, axis),
      ),
    ),
    of("the last row", [drawn(...cube)], (g, x) => g.lastRow(x)),
    of("the last of named rows", [named(["rows", 4], 3, 4)], (g, x) => g.lastRow(x)),
    of(
      "a named count along named rows",
      [named(["rows", 4], 3, 4), { ...indices(2, 2, 0, -1, 1), declared: ["count"] }],
      (g, x, picked) => g.gather(x, picked, 0),
    ),
  ],
  Shape: [of("does not depend on the numbers", [drawn(2, 3), drawn(3)], (g, x, row) => g.expand(row, x))],
  ConstantOfShape: [of("does not depend on the numbers", [drawn(2, 3)], (g, x) => g.add(g.zerosLike(x), x))],
  Expand: [
    of("a column", [drawn(2, 1), drawn(2, 3)], (g, x, like) => g.mul(g.expand(x, like), like)),
    of("a scalar", [drawn(), drawn(2, 3)], (g, x, like) => g.expand(x, like)),
    of("a matrix to a stack", [drawn(1, 3), drawn(4, 2, 3)], (g, x, like) => g.expand(x, like)),
    of("to its own shape", [drawn(2, 3), drawn(2, 3)], (g, x, like) => g.expand(x, like)),
    of("to named rows", [drawn(1, 3), named(["rows", 3], 4, 3)], (g, x, like) => g.expand(x, like)),
  ],
  ScatterND: [
    of("of data and updates", [drawn(3, 2), indices(0, 2, 0), drawn(3, 2)], (g, data, places, updates) =>
      g.scatterAdd(data, places, updates),
    ),
    of("from the end", [drawn(3, 2, 2), indices(-1, 1), drawn(2, 2, 2)], (g, data, places, updates) =>
      g.scatterAdd(data, places, updates),
    ),
    of(
      "a named count into named rows",
      [named(["rows", 2], 3, 2), { ...indices(1, 1), declared: ["count"] }, named(["count", 2], 2, 2)],
      (g, data, places, updates) => g.scatterAdd(data, places, updates),
    ),
  ],

  ReduceSum: [
    ...reductions("reduceSum"),
    of("named axes", [namedCube], (g, x) => g.reduceSum(x, { axes: [1, 2] })),
    of("before named axes", [named([2, 2, "rows", "keys"], 2, 2, 3, 4)], (g, x) => g.reduceSum(x, { axes: [0, 1] })),
  ],
  ReduceMean: [
    ...reductions("reduceMean"),
    of("beside named rows", [named(["rows", 4], 3, 4)], (g, x) => g.reduceMean(x, { axes: [-1] })),
  ],
  ReduceLogSumExp: [
    ...reductions("reduceLogSumExp"),
    of("named axes", [namedCube], (g, x) => g.reduceLogSumExp(x, { axes: [0, 2] })),
  ],

  TopK: {
    refused: /gradient: TopK has no derivative here, .* gather them by their indices/,
    build: (g, x) => ({ result: g.topK(x, 2).values, of: x }),
  },
  GroupQueryAttention: {
    refused: /gradient: GroupQueryAttention has no derivative here, .* use the traced form/,
    build(g) {
      const query = g.input("query", "f32", [1, 1, 8]);
      const cache = () => g.input(`cache${g.nodes().length}`, "f32", [1, 1, 4, 8]);
      const position = { lastPosition: g.input("last", "i32", [1]), totalLength: g.input("total", "i32", []) };
      const pastKey = cache();
      const parts = { query, key: query, value: query, pastKey, pastValue: pastKey, ...position };
      const { context } = g.groupQueryAttention(parts, { num_heads: 1, kv_num_heads: 1, scale: 1, softcap: 0 });
      return { result: context, of: query };
    },
  },
};

function isRefused(entry: readonly GradientCase[] | RefusedCase): entry is RefusedCase {
  return "refused" in entry;
}

const entries = Object.entries(cases);
const proved = entries.flatMap(([op, entry]) =>
  isRefused(entry) ? [] : entry.map((each) => [`${op}: ${each.name}`, each] as const),
);
const refusals = entries.flatMap(([op, entry]) => (isRefused(entry) ? [[op, entry] as const] : []));

describe("gradientRules", () => {
  test.each(proved)("%s", async (_, each) => {
    await expectGradients(each, 1);
  });

  test.each(refusals)("%s refuses", (_, { build, refused }) => {
    const g = graphBuilder();
    const { result, of: asked } = build(g, g.input("x", "f32", [2, 3]));
    const seeds = new Map([[result, g.input("dy", "f32", result.dims)]]);
    expect(() => addGradients(g, { seeds, of: [asked] })).toThrow(refused);
  });

  test("each case uses the operator that it stands for", () => {
    for (const [op, entry] of entries) {
      if (isRefused(entry)) continue;
      for (const { operands, build } of entry) {
        const g = graphBuilder();
        build(
          g,
          operands.map(({ dims, declared, indices: places }, i) =>
            g.input(`x${i}`, places === undefined ? "f32" : "i64", declared ?? dims),
          ),
        );
        expect(g.nodes().map((node) => node.op)).toContain(op);
      }
    }
  });
});
