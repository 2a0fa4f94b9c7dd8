/** @file Tests of the builder: what it records and what it refuses. */
import { describe, expect, test } from "vitest";
import { graphBuilder } from "./builder.ts";
import type { Dim } from "./graph.ts";

function withInputs(...shapes: (readonly Dim[])[]) {
  const g = graphBuilder();
  return { g, x: shapes.map((dims, i) => g.input(`x${i}`, "f32", dims)) };
}

describe("graphBuilder", () => {
  test("names of values are unique, and every node's inputs were there before it", () => {
    const { g, x } = withInputs(["rows", 4]);
    const weight = g.weight(["w"], [6, 4]);
    const y = g.linear(x[0]!, weight);
    const best = g.topK(g.softmax(y), 2);
    g.output(best.values);
    const graph = g.build();
    const known = new Set([...graph.inputs.map(({ name }) => name), ...graph.weights.map(({ value }) => value.name)]);
    for (const { inputs, outputs } of graph.nodes) {
      for (const input of inputs) expect(known).toContain(input?.name);
      for (const output of outputs) {
        expect(known).not.toContain(output.name);
        known.add(output.name);
      }
    }
    expect(graph.nodes.map(({ op }) => op)).toEqual(["Gemm", "Softmax", "TopK"]);
  });

  test("an output that is asked for twice is one output", () => {
    const { g, x } = withInputs([2]);
    const y = g.neg(x[0]!);
    g.output(y);
    g.output(y);
    expect(g.build().outputs).toEqual([y]);
  });

  test("a weight that is used twice is one weight", () => {
    const { g } = withInputs();
    expect(g.weight(["a", "older.a"], [2, 3])).toBe(g.weight(["a", "older.a"], [2, 3]));
    expect(g.build().weights).toHaveLength(1);
    expect(() => g.weight(["a"], [3, 2])).toThrow('graph: weight "a" is used as [2, 3] and as [3, 2]');
    expect(() => g.weight([], [2])).toThrow("graph: a weight needs a name");
  });

  test("a weight can be viewed in another shape, and says which one it is stored in", () => {
    const { g } = withInputs();
    expect(g.weight(["kernel"], [8, 3, 2, 2], [8, 12]).dims).toEqual([8, 12]);
    expect(g.build().weights[0]!.dims).toEqual([8, 3, 2, 2]);
  });

  test("sites are found by name; a name used twice and an unknown one are refused", () => {
    const { g, x } = withInputs([2]);
    const y = g.site("layer.0", g.neg(x[0]!));
    expect(g.siteValue("layer.0")).toBe(y);
    expect(g.hasSite("layer.0")).toBe(true);
    expect(g.hasSite("layer.1")).toBe(false);
    expect(() => g.site("layer.0", y)).toThrow('graph: site "layer.0" is named twice');
    expect(() => g.siteValue("layer.1")).toThrow('graph: no site "layer.1", the sites are layer.0');
    expect(() => g.input("x0", "f32", [1])).toThrow('graph: input "x0" is named twice');
  });
});

/** Graphs that must not be built, by the words of the refusal. */
const refusals: Readonly<Record<string, readonly [part: string, build: () => unknown]>> = {
  "an addition of unequal sizes": ["do not broadcast", () => call([2, 3], [2, 4], (g, a, b) => g.add(a, b))],
  "a product of unequal inner sizes": ["MatMul needs", () => call([2, 3], [4, 2], (g, a, b) => g.matMul(a, b))],
  "a linear map of another width": ["linear needs", () => call([2, 3], [5, 4], (g, a, b) => g.linear(a, b))],
  "a linear map of three axes": ["linear needs", () => call([1, 2, 3], [5, 3], (g, a, b) => g.linear(a, b))],
  "a bias of another size": [
    "vector [5]",
    () => call([2, 3], [5, 3], (g, a, b) => g.linear(a, b, g.constant([1], [1]))),
  ],
  "a norm's scale of another size": ["vector [3]", () => call([2, 3], [2], (g, a, b) => g.rmsNorm(a, b, 1e-5))],
  "a norm's bias of another size": ["vector [3]", () => call([2, 3], [3], (g, a, b) => g.layerNorm(a, b, a, 1e-5))],
  "a reshape to more elements": ["changes the number", () => call([2, 3], [1], (g, a) => g.reshape(a, [7]))],
  "a transpose that repeats an axis": ["Transpose", () => call([2, 3], [1], (g, a) => g.transpose(a, [0, 0]))],
  "a transpose that leaves out an axis": ["Transpose", () => call([2, 3], [1], (g, a) => g.transpose(a, [1]))],
  "a slice beyond the end": [
    "Slice 1 to 4",
    () => call([2, 3], [1], (g, a) => g.slice(a, { axis: 1, start: 1, end: 4 })),
  ],
  "a slice that ends before it begins": [
    "Slice 2 to 1",
    () => call([2, 3], [1], (g, a) => g.slice(a, { axis: 1, start: 2, end: 1 })),
  ],
  "a slice of no axis": ["axis 2", () => call([2, 3], [1], (g, a) => g.slice(a, { axis: 2, start: 0, end: 1 }))],
  "parts that differ elsewhere": ["Concat", () => call([2, 3], [3, 3], (g, a, b) => g.concat([a, b], 1, 6))],
  "parts that do not add up": ["Concat", () => call([2, 3], [2, 3], (g, a, b) => g.concat([a, b], 1, 5))],
  "no parts": ["Concat", () => call([2], [2], (g) => g.concat([], 0, 0))],
  "padding of a size that is not known": [
    "Pad needs",
    () => call([2, "rows"], [1], (g, a) => g.pad(a, { axis: 1, before: 0, after: 1 })),
  ],
  "more best entries than there are": ["TopK of 4", () => call([2, 3], [1], (g, a) => g.topK(a, 4))],
  "a softmax over no axis": ["axis 2", () => call([2, 3], [1], (g, a) => g.softmax(a, 2))],
  "a mean over no axis": ["axis 5", () => call([2, 3], [1], (g, a) => g.reduceMean(a, { axes: [5] }))],
  "rows of no axis": ["axis 2", () => call([2, 3], [1], (g, a, b) => g.gather(a, b, 2))],
};

type Builder = ReturnType<typeof graphBuilder>;
type Input = ReturnType<Builder["input"]>;

function call(a: readonly Dim[], b: readonly Dim[], build: (g: Builder, a: Input, b: Input) => unknown): unknown {
  const { g, x } = withInputs(a, b);
  return build(g, x[0]!, x[1]!);
}

describe("graphBuilder refuses", () => {
  test.each(Object.entries(refusals))("%s", (_, [part, build]) => {
    expect(build).toThrow(/^graph: /);
    expect(build).toThrow(part);
  });
});
