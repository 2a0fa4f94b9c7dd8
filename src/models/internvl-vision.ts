/**
 * @file The vision tower of InternVL (Chen et al. 2023, arXiv 2312.14238), as transformers has it: a class token, learned positions, and
 * layers whose outputs are scaled before they are added.
 */
import type { InternVlVisionConfig } from "../checkpoint/types.ts";
import type { GraphBuilder } from "../graph/builder.ts";
import type { Dim, Value } from "../graph/graph.ts";
import { activate } from "./blocks/activation.ts";
import { attention } from "./blocks/attention.ts";
import { patchEmbedding, patchesPerSide } from "./blocks/patch-embedding.ts";
import { layerNorm, linear, namesUnder, within, type NamesOf } from "./weight-names.ts";

/** Layouts of transformers since 4.52, and of the published checkpoints. */
const names = namesUnder(["model.vision_tower.", "vision_tower."]);

/** Of the norms of queries and keys; no field of the configuration. */
const queryKeyEpsilon = 1e-6;

/** pixels [channels, height, width] -> hidden [1 + patches, width], the class token first. */
export function internVlEmbedding(g: GraphBuilder, pixels: Value, config: InternVlVisionConfig): Value {
  const { width } = config;
  const tokens = patchesPerSide(config) ** 2 + 1;
  const projection = within(names, "embeddings.patch_embeddings.projection.");
  const patches = patchEmbedding(g, pixels, { config, names: projection, bias: true });
  const classToken = g.weight(names("embeddings.cls_token"), [1, 1, width], [1, width]);
  const embedded = g.concat([classToken, patches], 0, tokens);
  if (!config.positions) return g.site("vision.embedding", embedded);
  const positions = g.weight(names("embeddings.position_embeddings"), [1, tokens, width], [tokens, width]);
  return g.site("vision.embedding", g.add(embedded, positions));
}

function norm(g: GraphBuilder, x: Value, { config, of }: { config: InternVlVisionConfig; of: NamesOf }): Value {
  const { width, layerNormEps: epsilon } = config;
  if (config.norm === "layer") return layerNorm(g, x, { names: of, width, epsilon });
  return g.rmsNorm(x, g.weight(of("weight"), [width]), epsilon);
}

/** hidden [tokens, width] -> [tokens, width]. Sites: `vision.layers.L.attention.probs` and `vision.layers.L.residual`. */
export function internVlLayer(
  g: GraphBuilder,
  hidden: Value,
  { config, index }: { config: InternVlVisionConfig; index: number },
): Value {
  const { width, heads, intermediate } = config;
  const layer = within(names, `encoder.layer.${index}.`);
  const tokens: Dim = hidden.dims[0] ?? 1;
  const normed = norm(g, hidden, { config, of: within(layer, "layernorm_before.") });
  const project = (part: string) =>
    linear(g, normed, {
      names: within(layer, `attention.${part}_proj.`),
      from: width,
      to: width,
      bias: config.attentionBias,
    });
  const scored = (part: "q" | "k") => {
    const all = project(part);
    if (!config.queryKeyNorm) return all;
    return g.rmsNorm(all, g.weight(within(layer, `attention.${part}_norm.`)("weight"), [width]), queryKeyEpsilon);
  };
  const perHead = (x: Value) => g.reshape(x, [tokens, heads, width / heads]);
  /** The output of a half of the layer, each channel times its learned scale. */
  const scaled = (x: Value, part: string) => g.mul(x, g.weight(layer(part), [width]));

  const context = attention(g, {
    query: perHead(scored("q")),
    key: perHead(scored("k")),
    value: perHead(project("v")),
    site: `vision.layers.${index}.attention.probs`,
  });
  const output = { names: within(layer, "attention.projection_layer."), from: width, to: width, bias: true };
  const attended = g.add(hidden, scaled(linear(g, context, output), "lambda_1"));

  const inner = norm(g, attended, { config, of: within(layer, "layernorm_after.") });
  const wide = linear(g, inner, { names: within(layer, "mlp.fc1."), from: width, to: intermediate, bias: true });
  const active = activate(g, config.activation, wide);
  const narrow = linear(g, active, { names: within(layer, "mlp.fc2."), from: intermediate, to: width, bias: true });
  return g.site(`vision.layers.${index}.residual`, g.add(attended, scaled(narrow, "lambda_2")));
}

/** The norm behind the last layer, of towers that have one. */
export function internVlFinalNorm(
  g: GraphBuilder,
  hidden: Value,
  { width, layerNormEps }: InternVlVisionConfig,
): Value {
  return layerNorm(g, hidden, { names: within(names, "layernorm."), width, epsilon: layerNormEps });
}
