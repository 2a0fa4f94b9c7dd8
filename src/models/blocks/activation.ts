/** @file Activation functions by the names that configurations use. */
import type { Activation } from "../../checkpoint/types.ts";
import type { GraphBuilder } from "../../graph/builder.ts";
import type { Value } from "../../graph/graph.ts";

const activations: { [A in Activation]: (g: GraphBuilder, x: Value) => Value } = {
  quick_gelu: (g, x) => g.quickGelu(x, 1.702),
  gelu: (g, x) => g.gelu(x, "none"),
  gelu_pytorch_tanh: (g, x) => g.gelu(x, "tanh"),
  silu: (g, x) => g.quickGelu(x, 1),
  relu: (g, x) => g.relu(x),
};

export function activate(g: GraphBuilder, activation: Activation, x: Value): Value {
  return activations[activation](g, x);
}
