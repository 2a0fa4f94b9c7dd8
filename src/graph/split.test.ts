import { describe, expect, it } from "vitest";
import { array64 } from "../../test/support/array64.ts";
import { constantsOf, evaluate, type Values64 } from "../../test/support/reference-interpreter.ts";
import { scattered } from "../../test/support/run-graph.ts";
import { graphBuilder } from "./builder.ts";
import type { Graph, Value } from "./graph.ts";
import { splitGraph } from "./split.ts";

/** Two inputs, a weight and a constant: five nodes, of which the fourth leads to no output. */
function example() {
  const g = graphBuilder();
  const x = g.input("x", "f32", [2, 3]);
  const late = g.input("late", "f32", [2, 3]);
  const weight = g.weight(["w"], [3]);
  const scaled = g.mul(x, weight); // 0
  const shifted = g.add(scaled, g.constant([2])); // 1
  const early = g.exp(scaled); // 2
  g.tanh(shifted); // 3
  const end = g.mul(g.add(shifted, late), weight); // 4, 5
  for (const value of [early, end]) g.output(value);
  return { graph: g.build(), x, late, weight, scaled, shifted, early, end };
}

const names = (values: readonly Value[]) => values.map(({ name }) => name).sort();

function given({ constants, weights }: Graph, more: Values64): Values64 {
  const numbers = weights.map(
    ({ value }, i) => [value.name, array64(value.dims as number[], scattered(3, 9 + i))] as const,
  );
  return new Map([...constantsOf(constants), ...numbers, ...more]);
}

describe("splitGraph", () => {
  it.each([0, 1, 2, 3, 4, 5, 6])("gives the same results in two parts, cut after %i nodes", (count) => {
    const { graph, x, late, early, end } = example();
    const inputs = new Map([x, late].map((value, i) => [value.name, array64([2, 3], scattered(6, i + 1))]));
    const whole = evaluate(graph.nodes, given(graph, inputs));
    const { before, after, carried } = splitGraph(graph, count);
    const first = evaluate(before.nodes, given(before, inputs));
    const handed = carried.map((value) => [value.name, first.get(value.name)!] as const);
    const needed = new Set(names(after.inputs));
    const second = evaluate(
      after.nodes,
      given(after, new Map([...[...inputs].filter(([name]) => needed.has(name)), ...handed])),
    );
    for (const value of [early, end]) {
      const found = second.get(value.name) ?? first.get(value.name);
      expect(found!.data).toEqual(whole.get(value.name)!.data);
    }
  });

  it("hands over what the second part reads, and gives early results from the first", () => {
    const { graph, shifted, early, end, late } = example();
    const { before, after, carried } = splitGraph(graph, 4);
    expect(names(carried)).toEqual(names([shifted]));
    expect(names(before.outputs)).toEqual(names([shifted, early]));
    expect(names(after.outputs)).toEqual(names([end]));
    expect(names(after.inputs)).toEqual(names([shifted, late]));
  });

  it("leaves out nodes that lead to no result, in either part", () => {
    const { graph } = example();
    for (const count of [2, 4]) {
      const { before, after } = splitGraph(graph, count);
      expect([...before.nodes, ...after.nodes].some(({ op }) => op === "Tanh")).toBe(false);
      expect(before.nodes.length + after.nodes.length).toBe(graph.nodes.length - 1);
    }
  });

  it("gives each part its own inputs, weights and constants", () => {
    const { graph, x, late, weight } = example();
    const { before, after } = splitGraph(graph, 4);
    expect(names(before.inputs)).toEqual([x.name]);
    expect(before.weights.map(({ value }) => value.name)).toEqual([weight.name]);
    expect(after.weights.map(({ value }) => value.name)).toEqual([weight.name]);
    expect(before.constants).toHaveLength(1);
    expect(after.constants).toEqual([]);
    expect(names(after.inputs)).toContain(late.name);
  });
});
