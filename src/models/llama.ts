/** @file Llama language model (Touvron et al. 2023, arXiv 2302.13971; grouped-query attention: Ainslie et al. 2023). */
import type { LanguageConfig } from "../checkpoint/types.ts";
import type { GraphBuilder } from "../graph/builder.ts";
import type { Dim, Value } from "../graph/graph.ts";
import { activate } from "./blocks/activation.ts";
import { attention } from "./blocks/attention.ts";
import { cachedAttention } from "./blocks/cached-attention.ts";
import { rotate } from "./blocks/rotary.ts";
import { rowAttention } from "./blocks/row-attention.ts";
import type { CachedLayerInputs, LanguageDefinition, LayerInputs } from "./definition.ts";
import { causalPlan } from "./sequence.ts";
import { linear, within, type NamesOf } from "./weight-names.ts";

interface Names {
  /** Tensors of the transformer: `embed_tokens`, `layers`, `norm`. */
  readonly transformer: NamesOf;
  /** The output head. */
  readonly head: NamesOf;
}

interface Projections {
  readonly query: Value;
  readonly key: Value;
  readonly value: Value;
}

/** Queries, keys and values of x [rows, width] as [rows, heads, headWidth], queries and keys rotated. */
function projections(
  g: GraphBuilder,
  x: Value,
  { config, layer, rotary }: { config: LanguageConfig; layer: NamesOf; rotary: LayerInputs["rotary"] },
): Projections {
  const rows: Dim = x.dims[0] ?? 1;
  const project = (part: string, heads: number) => {
    const names = within(layer, `self_attn.${part}.`);
    const flat = linear(g, x, { names, from: config.width, to: heads * config.headWidth, bias: config.attentionBias });
    return g.reshape(flat, [rows, heads, config.headWidth]);
  };
  return {
    query: rotate(g, project("q_proj", config.heads), rotary),
    key: rotate(g, project("k_proj", config.keyValueHeads), rotary),
    value: project("v_proj", config.keyValueHeads),
  };
}

/** The context [rows, heads * headWidth], each head times its scale. Without one the graph stays as it is. */
function scaleHeads(
  g: GraphBuilder,
  context: Value,
  { headScale, config: { heads, headWidth } }: { headScale: Value | undefined; config: LanguageConfig },
): Value {
  if (headScale === undefined) return context;
  const rows: Dim = context.dims[0] ?? 1;
  const scaled = g.mul(g.reshape(context, [rows, heads, headWidth]), headScale);
  return g.reshape(scaled, [rows, heads * headWidth]);
}

function gatedPerceptron(g: GraphBuilder, x: Value, config: LanguageConfig, layer: NamesOf): Value {
  const { width, intermediate, mlpBias: bias } = config;
  const widen = (part: string) =>
    linear(g, x, { names: within(layer, `mlp.${part}.`), from: width, to: intermediate, bias });
  const gated = g.mul(activate(g, config.activation, widen("gate_proj")), widen("up_proj"));
  return linear(g, gated, { names: within(layer, "mlp.down_proj."), from: intermediate, to: width, bias });
}

/** A Llama over the given weight names. The traced and the cached form of a layer differ in their attention alone. */
export function llama(config: LanguageConfig, names: Names): LanguageDefinition {
  const { width, heads, headWidth, vocabulary, rmsNormEps } = config;
  const norm = (g: GraphBuilder, x: Value, of: NamesOf) => g.rmsNorm(x, g.weight(of("weight"), [width]), rmsNormEps);
  const embeddingNames = names.transformer("embed_tokens.weight");
  const headNames = names.head("weight");
  // One matrix for both may be stored under either name.
  const sharedNames = [...embeddingNames, ...headNames];
  const embeddingWeight = (g: GraphBuilder) =>
    g.weight(config.tiedEmbeddings ? sharedNames : embeddingNames, [vocabulary, width]);
  const headWeight = (g: GraphBuilder) =>
    g.weight(config.tiedEmbeddings ? sharedNames : headNames, [vocabulary, width]);

  function block(
    g: GraphBuilder,
    hidden: Value,
    {
      index,
      rotary,
      headScale,
      attend,
    }: Pick<LayerInputs, "index" | "rotary" | "headScale"> & { attend: (parts: Projections) => Value },
  ): Value {
    const layer = within(names.transformer, `layers.${index}.`);
    const normed = norm(g, hidden, within(layer, "input_layernorm."));
    const context = scaleHeads(g, attend(projections(g, normed, { config, layer, rotary })), { headScale, config });
    const output = within(layer, "self_attn.o_proj.");
    const bias = config.attentionOutputBias;
    const mixed = linear(g, context, { names: output, from: heads * headWidth, to: width, bias });
    const attended = g.add(hidden, mixed);
    const inner = norm(g, attended, within(layer, "post_attention_layernorm."));
    return g.add(attended, gatedPerceptron(g, inner, config, layer));
  }

  return {
    config,
    embeddingNames,
    headNames,
    plan: (prompt) => causalPlan(config, prompt),
    embedding: (g, ids) => g.gather(embeddingWeight(g), ids, 0),

    layer(g, hidden, { index, rotary, mask, headScale }) {
      const attend = ({ query, key, value }: Projections) =>
        attention(g, {
          query,
          key: g.site(`language.layers.${index}.attention.key`, key),
          value: g.site(`language.layers.${index}.attention.value`, value),
          mask,
          site: `language.layers.${index}.attention.probs`,
        });
      return g.site(`language.layers.${index}.residual`, block(g, hidden, { index, rotary, headScale, attend }));
    },

    rowLayer(g, hidden, { index, rotary, mask, headScale, pastKey, pastValue }) {
      const site = `language.layers.${index}.attention.probs`;
      const attend = (parts: Projections) => rowAttention(g, { ...parts, pastKey, pastValue, mask, site });
      return block(g, hidden, { index, rotary, headScale, attend });
    },

    cachedLayer(g, hidden, { index, rotary, headScale, ...cached }: CachedLayerInputs) {
      let cache: { presentKey: Value; presentValue: Value } | undefined;
      const attend = (parts: Projections) => {
        const { context, ...present } = cachedAttention(g, { ...parts, ...cached });
        cache = present;
        return context;
      };
      const out = block(g, hidden, { index, rotary, headScale, attend });
      if (cache === undefined) throw new Error("internal: a cached layer ran without attention.");
      return { hidden: out, ...cache };
    },

    finalNorm: (g, hidden) => norm(g, hidden, within(names.transformer, "norm.")),
    head: (g, normed) => g.linear(normed, headWeight(g)),
    headRows: (g, ids) => g.gather(headWeight(g), ids, 0),
  };
}
