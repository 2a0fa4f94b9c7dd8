/** @file The graph as plain data: values, nodes, weights and the named sites. */
import type { GraphType, Operator, Operators } from "./operators.ts";

/** A size known when the graph is built, or the name of one that is known when it runs. */
export type Dim = number | string;

/** An edge of the graph. Its name is unique within the graph. */
export interface Value {
  readonly name: string;
  readonly type: GraphType;
  readonly dims: readonly Dim[];
}

export type NodeOf<Op extends Operator> = {
  readonly op: Op;
  readonly attributes: Operators[Op];
  readonly inputs: readonly (Value | undefined)[];
  readonly outputs: readonly Value[];
};

export type GraphNode = { [Op in Operator]: NodeOf<Op> }[Operator];

/** A tensor of the checkpoint that the graph reads. */
export interface WeightUse {
  readonly value: Value;
  /** Names the checkpoint may use for it, newest layout first. */
  readonly names: readonly string[];
  /** Shape that the checkpoint must hold; `value.dims` may view the same numbers in another shape. */
  readonly dims: readonly number[];
}

/** A small constant that is stored inside the graph. */
export interface Constant {
  readonly value: Value;
  readonly data: Float32Array | BigInt64Array | Int32Array;
}

export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly weights: readonly WeightUse[];
  readonly constants: readonly Constant[];
  /** Interesting values by their stable names, such as "language.layers.5.attention.probs". */
  readonly sites: ReadonlyMap<string, Value>;
}
