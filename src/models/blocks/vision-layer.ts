/** @file One layer of the vision transformer that CLIP and SigLIP share: pre-norm, full attention, two-layer perceptron. */
import type { VisionConfig } from "../../checkpoint/types.ts";
import type { GraphBuilder } from "../../graph/builder.ts";
import type { Dim, Value } from "../../graph/graph.ts";
import { layerNorm, linear, within, type NamesOf } from "../weight-names.ts";
import { activate } from "./activation.ts";
import { attention } from "./attention.ts";

/** hidden [tokens, width] -> [tokens, width]. Sites: `vision.layers.L.attention.probs` and `vision.layers.L.residual`. */
export function visionLayer(
  g: GraphBuilder,
  hidden: Value,
  { config, names, index }: { config: VisionConfig; names: NamesOf; index: number },
): Value {
  const { width, heads, intermediate, layerNormEps: epsilon } = config;
  const layer = within(names, `encoder.layers.${index}.`);
  const tokens: Dim = hidden.dims[0] ?? 1;
  const project = (x: Value, part: string) =>
    linear(g, x, { names: within(layer, `self_attn.${part}.`), from: width, to: width, bias: true });
  const perHead = (x: Value) => g.reshape(x, [tokens, heads, width / heads]);

  const normed = layerNorm(g, hidden, { names: within(layer, "layer_norm1."), width, epsilon });
  const context = attention(g, {
    query: perHead(project(normed, "q_proj")),
    key: perHead(project(normed, "k_proj")),
    value: perHead(project(normed, "v_proj")),
    site: `vision.layers.${index}.attention.probs`,
  });
  const attended = g.add(hidden, project(context, "out_proj"));

  const inner = layerNorm(g, attended, { names: within(layer, "layer_norm2."), width, epsilon });
  const wide = linear(g, inner, { names: within(layer, "mlp.fc1."), from: width, to: intermediate, bias: true });
  const active = activate(g, config.activation, wide);
  const narrow = linear(g, active, { names: within(layer, "mlp.fc2."), from: intermediate, to: width, bias: true });
  return g.site(`vision.layers.${index}.residual`, g.add(attended, narrow));
}
