/**
 * @file Holds the derivatives that a graph computes against central finite differences of a random linear functional of its results:
 * in double precision, and on ONNX Runtime.
 */
import { expect } from "vitest";
import type { Feed } from "../../src/runtime/runtime.ts";
import { graphBuilder, type GraphBuilder } from "../../src/graph/builder.ts";
import { addGradients } from "../../src/graph/gradient.ts";
import type { Dim, GraphNode, Value } from "../../src/graph/graph.ts";
import { floatTensor } from "../../src/tensor/tensor.ts";
import { array64, sizeOf, type Array64 } from "./array64.ts";
import { constantsOf, evaluate, type Values64 } from "./reference-interpreter.ts";
import { withoutWeights, scattered } from "./run-graph.ts";

/** What a graph is fed: random numbers, or indices. */
export interface Operand {
  readonly dims: readonly number[];
  /** The dims that the graph is told, if some are names. */
  readonly declared?: readonly Dim[];
  readonly numbers?: readonly number[];
  /** Moves a number out of [-1, 1), for example away from a pole. */
  readonly moved?: (x: number) => number;
  readonly indices?: readonly number[];
}

/** Numbers drawn from [-1, 1). */
export function drawn(...dims: number[]): Operand {
  return { dims };
}

/** Numbers between 0.5 and 2.5, away from the poles at 0. */
export function positive(...dims: number[]): Operand {
  return { dims, moved: (x) => 1.5 + x };
}

/** Numbers of both signs, at least 0.1 away from 0. */
export function signed(...dims: number[]): Operand {
  return { dims, moved: (x) => x + (x < 0 ? -0.1 : 0.1) };
}

export function named(declared: readonly Dim[], ...dims: number[]): Operand {
  return { dims, declared };
}

/** Indices along an axis of a table. They have no derivative. */
export function indices(...numbers: number[]): Operand {
  return { dims: [numbers.length], indices: numbers };
}

export interface GradientCase {
  readonly name: string;
  readonly operands: readonly Operand[];
  /** Gives the results, and inner values whose derivatives are asked for besides those of the operands. */
  readonly build: (
    g: GraphBuilder,
    operands: readonly Value[],
  ) => { readonly results: readonly Value[]; readonly inner?: readonly Value[] };
}

interface BuiltCase {
  readonly g: GraphBuilder;
  readonly results: readonly Value[];
  readonly asked: readonly Value[];
  readonly gradients: ReadonlyMap<Value, Value>;
  readonly forward: readonly GraphNode[];
  readonly given: Values64;
  readonly seeds: ReadonlyMap<Value, Value>;
}

function numbersOf({ dims, moved = (x) => x, numbers, indices }: Operand, seed: number): Array64 {
  const values = indices ?? numbers ?? scattered(sizeOf(dims), seed).map((x) => Math.fround(moved(x)));
  return array64(dims, values);
}

/** Builds a case with its gradients. Operands, weights and the seeds of the results are drawn by `seed`. */
export function buildCase({ operands, build }: GradientCase, seed = 1): BuiltCase {
  const g = graphBuilder();
  const given = new Map<string, Array64>();
  const inputs = operands.map((operand, i) => {
    const type = operand.indices === undefined ? "f32" : "i64";
    const value = g.input(`operand${i}`, type, operand.declared ?? operand.dims);
    given.set(value.name, numbersOf(operand, seed + i));
    return value;
  });
  const { results, inner = [] } = build(g, inputs);
  const forward = [...g.nodes()];
  const { constants, weights } = g.build();
  for (const [name, constant] of constantsOf(constants)) given.set(name, constant);
  for (const [i, { value }] of weights.entries()) {
    const dims = value.dims as number[];
    given.set(value.name, array64(dims, scattered(sizeOf(dims), 20 * seed + i)));
  }
  const plain = evaluate(forward, given);

  const seeds = new Map<Value, Value>();
  for (const [i, result] of results.entries()) {
    const seedValue = g.input(`seed${i}`, "f32", result.dims);
    const { dims } = plain.get(result.name)!;
    given.set(seedValue.name, array64(dims, scattered(sizeOf(dims), 50 * seed + i)));
    seeds.set(result, seedValue);
  }
  const asked = [...inputs.filter((value) => value.type === "f32"), ...inner];
  const gradients = addGradients(g, { seeds, of: asked });
  for (const [name, constant] of constantsOf(g.build().constants)) given.set(name, constant);
  return { g, results, asked, gradients, forward, given, seeds };
}

/** Nodes whose outputs depend on a value, in their order. */
function after(nodes: readonly GraphNode[], value: Value): GraphNode[] {
  const moving = new Set([value.name]);
  return nodes.filter(({ inputs, outputs }) => {
    const moves = inputs.some((input) => moving.has(input?.name ?? "")) && outputs[0]!.name !== value.name;
    if (moves) moving.add(outputs[0]!.name);
    return moves;
  });
}

/** Central differences of sum(seed * result) over the results, with `value` varied as if it were an input. */
function finiteDifferences({ forward, given, seeds }: BuiltCase, value: Value): Float64Array {
  const plain = new Map(evaluate(forward, given));
  const x = plain.get(value.name)!;
  const moving = after(forward, value);
  const kept = new Map(plain);
  for (const { outputs } of moving) kept.delete(outputs[0]!.name);
  const step = 1e-5;
  const scalarAt = (place: number, by: number) => {
    const moved = { dims: x.dims, data: x.data.with(place, x.data[place]! + by) };
    const values = evaluate(moving, kept.set(value.name, moved));
    let scalar = 0;
    for (const [result, seed] of seeds) {
      const weights = given.get(seed.name)!.data;
      for (const [i, number] of values.get(result.name)!.data.entries()) scalar += weights[i]! * number;
    }
    return scalar;
  };
  return x.data.map((_, place) => (scalarAt(place, step) - scalarAt(place, -step)) / (2 * step));
}

function feedOf(value: Value, { dims, data }: Array64): Feed {
  if (value.type === "i64") return { type: "i64", dims, data: BigInt64Array.from(data, BigInt) };
  return floatTensor(dims, Float32Array.from(data));
}

/** Values of the graph in single precision, as ONNX Runtime computes them. Weights are fed like inputs. */
async function runtimeValues(
  g: GraphBuilder,
  given: Values64,
  wanted: readonly Value[],
): Promise<{ dims: readonly number[]; data: Float32Array }[]> {
  for (const value of wanted) g.output(value);
  const built = g.build();
  const inputs = [...built.inputs, ...built.weights.map(({ value }) => value)];
  const graph = { ...built, inputs, weights: [] };
  const session = await withoutWeights.open(graph);
  try {
    const feeds = inputs.map((value) => [value, feedOf(value, given.get(value.name)!)] as const);
    const results = await session.run(new Map(feeds));
    return wanted.map((value) => results.floats(value));
  } finally {
    await session.release();
  }
}

const largest = (numbers: Float64Array) => numbers.reduce((most, x) => Math.max(most, Math.abs(x)), 1);

/**
 * Expects that the results agree between the interpreter and ONNX Runtime, and that every derivative agrees with finite differences on
 * both. A value without an entry among the gradients must have a derivative of zeros.
 */
export async function expectGradients(test: GradientCase, seed = 1): Promise<void> {
  const built = buildCase(test, seed);
  const { g, results, asked, gradients, given } = built;
  const exact = evaluate(g.nodes(), given);
  const found = asked.flatMap((value) => gradients.get(value) ?? []);
  const wanted = [...results, ...found];
  const runtime = await runtimeValues(g, given, wanted);
  for (const [i, value] of wanted.entries()) {
    const { dims, data } = exact.get(value.name)!;
    expect(runtime[i]!.dims).toEqual(dims);
    const tolerance = i < results.length ? 1e-5 : 1e-4;
    expect(runtime[i]!.data).toBeCloseToArray(data, tolerance * largest(data));
  }
  for (const value of asked) {
    const expected = finiteDifferences(built, value);
    const gradient = gradients.get(value);
    const data = gradient === undefined ? new Float64Array(expected.length) : exact.get(gradient.name)!.data;
    if (gradient !== undefined) expect(gradient.dims).toEqual(value.dims);
    expect(data).toBeCloseToArray(expected, 2e-7 * largest(expected));
  }
}
