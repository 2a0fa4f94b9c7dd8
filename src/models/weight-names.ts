/** @file The names of the tensors of a model's parts, over the layouts that transformers has saved. */
import type { GraphBuilder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";

/** Every name that `tail` may have under one of `prefixes`. */
export type NamesOf = (tail: string) => string[];

export function namesUnder(prefixes: readonly string[]): NamesOf {
  return (tail) => prefixes.map((prefix) => prefix + tail);
}

/** The names of one layer inside a part, for example `within(language, "layers.3.")`. */
export function within(names: NamesOf, folder: string): NamesOf {
  return (tail) => names(folder + tail);
}

interface LinearShape {
  readonly names: NamesOf;
  readonly from: number;
  readonly to: number;
  readonly bias: boolean;
}

/** x W^T + b with the tensors `weight` [to, from] and, if there is one, `bias` [to]. */
export function linear(g: GraphBuilder, x: Value, { names, from, to, bias }: LinearShape): Value {
  const weight = g.weight(names("weight"), [to, from]);
  return g.linear(x, weight, bias ? g.weight(names("bias"), [to]) : undefined);
}

/** Layer normalization with the tensors `weight` and `bias` [width]. */
export function layerNorm(
  g: GraphBuilder,
  x: Value,
  { names, width, epsilon }: { names: NamesOf; width: number; epsilon: number },
): Value {
  return g.layerNorm(x, g.weight(names("weight"), [width]), g.weight(names("bias"), [width]), epsilon);
}
