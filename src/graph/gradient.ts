/**
 * @file Reverse mode as a graph-to-graph step: walks a graph backwards from its results and adds the operators of the derivative to
 * the same graph. Only what leads from the results to the asked values is emitted.
 */
import type { GraphBuilder } from "./builder.ts";
import type { GraphNode, Value } from "./graph.ts";
import { gradientRules, type GradientRules } from "./gradient-rules.ts";

export interface GradientRequest {
  /** For each result the derivative of the scalar with respect to it, in the result's shape. */
  readonly seeds: ReadonlyMap<Value, Value>;
  /** The values whose derivatives are wanted. */
  readonly of: readonly Value[];
  /** Rules that replace those of the derivative, by operator. */
  readonly rules?: GradientRules;
}

/** Names of the values that depend on one of `sources`, themselves included. */
function dependents(nodes: readonly GraphNode[], sources: readonly Value[]): ReadonlySet<string> {
  const names = new Set(sources.map(({ name }) => name));
  for (const { inputs, outputs } of nodes) {
    if (inputs.some((input) => input !== undefined && names.has(input.name))) {
      for (const output of outputs) names.add(output.name);
    }
  }
  return names;
}

type AnyRule = (
  g: GraphBuilder,
  application: { node: GraphNode; dy: readonly (Value | undefined)[]; wants: readonly boolean[] },
) => readonly (Value | undefined)[];

function ruleOf(node: GraphNode, replaced: GradientRules): AnyRule {
  // The table is total over the operators; the compiler cannot tell that the rule found for a node is the one of its own operator.
  return (replaced[node.op] ?? gradientRules[node.op]) as AnyRule;
}

/**
 * Derivatives of a scalar, given by its `seeds`, with respect to each value of `of`. A value that the scalar does not depend on has
 * no entry. Throws an Error if the way leads through an operator without a derivative.
 */
export function addGradients(g: GraphBuilder, { seeds, of, rules = {} }: GradientRequest): ReadonlyMap<Value, Value> {
  const nodes = [...g.nodes()];
  const needed = dependents(nodes, of);
  const gradients = new Map<string, Value>();
  const accumulate = (name: string, gradient: Value) => {
    const known = gradients.get(name);
    gradients.set(name, known === undefined ? gradient : g.add(known, gradient));
  };
  for (const [value, seed] of seeds) accumulate(value.name, seed);

  for (const node of nodes.reverse()) {
    const dy = node.outputs.map(({ name }) => gradients.get(name));
    const wants = node.inputs.map((input) => input !== undefined && needed.has(input.name));
    if (dy.every((gradient) => gradient === undefined) || !wants.some(Boolean)) continue;
    const contributions = ruleOf(node, rules)(g, { node, dy, wants });
    for (const [place, gradient] of contributions.entries()) {
      if (gradient !== undefined && wants[place] === true) accumulate(node.inputs[place]!.name, gradient);
    }
  }
  const found = of.flatMap((value) => {
    const gradient = gradients.get(value.name);
    return gradient === undefined ? [] : ([[value, gradient]] as const);
  });
  return new Map(found);
}
