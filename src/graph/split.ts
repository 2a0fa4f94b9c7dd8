/** @file Takes graphs apart: the part that some results need, and a graph cut in two that hands values over. */
import type { Graph, GraphNode, Value } from "./graph.ts";

/** The nodes that lead to `outputs`, in their order. */
function nodesFor(nodes: readonly GraphNode[], outputs: readonly Value[]): GraphNode[] {
  const needed = new Set(outputs.map(({ name }) => name));
  const kept: GraphNode[] = [];
  for (const node of [...nodes].reverse()) {
    if (!node.outputs.some(({ name }) => needed.has(name))) continue;
    kept.push(node);
    for (const input of node.inputs) if (input !== undefined) needed.add(input.name);
  }
  return kept.reverse();
}

/**
 * The part of a graph made of `nodes` that leads to `outputs`. What these nodes read and none of them produces becomes an input, unless
 * it is a weight or a constant.
 */
function part(graph: Graph, nodes: readonly GraphNode[], outputs: readonly Value[]): Graph {
  const kept = nodesFor(nodes, outputs);
  const produced = new Set(kept.flatMap((node) => node.outputs.map(({ name }) => name)));
  const read = new Map<string, Value>();
  for (const value of [...kept.flatMap(({ inputs }) => inputs), ...outputs]) {
    if (value !== undefined && !produced.has(value.name)) read.set(value.name, value);
  }
  const weights = graph.weights.filter(({ value }) => read.has(value.name));
  const constants = graph.constants.filter(({ value }) => read.has(value.name));
  for (const { value } of [...weights, ...constants]) read.delete(value.name);
  const sites = [...graph.sites].filter(([, value]) => produced.has(value.name));
  return { nodes: kept, inputs: [...read.values()], outputs, weights, constants, sites: new Map(sites) };
}

/** A graph in two parts that run one after the other. */
export interface SplitGraph {
  readonly before: Graph;
  readonly after: Graph;
  /** What `before` computes and `after` reads: outputs of the one, inputs of the other. */
  readonly carried: readonly Value[];
}

/** Cuts a graph after its first `count` nodes. Nodes that lead to no output of the whole graph are left out of both parts. */
export function splitGraph(graph: Graph, count: number): SplitGraph {
  const first = graph.nodes.slice(0, count);
  const producedFirst = new Set(first.flatMap((node) => node.outputs.map(({ name }) => name)));
  const own = (value: Value) => producedFirst.has(value.name);
  const after = part(
    graph,
    graph.nodes.slice(count),
    graph.outputs.filter((value) => !own(value)),
  );
  const carried = after.inputs.filter(own);
  const early = graph.outputs.filter((value) => own(value) && !carried.some(({ name }) => name === value.name));
  return { before: part(graph, first, [...carried, ...early]), after, carried };
}
