/**
 * @file Decoder-only language models: Llama (Touvron et al. 2023, arXiv 2302.13971) and the families that differ from it in what their
 * configuration says. The configuration is data; there is no code for a family by its name.
 */
import type { LanguageConfig } from "../checkpoint/types.ts";
import type { GraphBuilder } from "../graph/builder.ts";
import type { Dim, Value } from "../graph/graph.ts";
import { activate } from "./blocks/activation.ts";
import { attention } from "./blocks/attention.ts";
import { cachedAttention } from "./blocks/cached-attention.ts";
import { partAttention } from "./blocks/part-attention.ts";
import { rotate } from "./blocks/rotary.ts";
import { rowAttention } from "./blocks/row-attention.ts";
import { softcap } from "./blocks/softcap.ts";
import type { CachedLayerInputs, LanguageDefinition, LayerInputs, PartLayerInputs } from "./definition.ts";
import { sequencePlan } from "./sequence.ts";
import { linear, within, type NamesOf } from "./weight-names.ts";

export interface LanguageNames {
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

/** The configuration and the names of one layer. */
export interface Layer {
  readonly config: LanguageConfig;
  readonly names: NamesOf;
}

/** Root-mean-square norm of the last axis of x with the tensor `weight` under `names`. */
export function norm(g: GraphBuilder, x: Value, { config, names }: Layer): Value {
  const { normOffset, rmsNormEps } = config;
  const weight = g.weight(names("weight"), [x.dims.at(-1) as number]);
  return g.rmsNorm(x, normOffset === undefined ? weight : g.add(weight, g.constant([normOffset])), rmsNormEps);
}

/** Several linear maps of x [rows, from] to widths `to`: a matrix each, by name, or the rows of one matrix `fused`. */
function linearParts(
  g: GraphBuilder,
  x: Value,
  {
    names,
    from,
    parts,
    bias,
    fused,
  }: {
    names: NamesOf;
    from: number;
    parts: readonly (readonly [name: string, to: number])[];
    bias: boolean;
    fused: string | undefined;
  },
): Value[] {
  if (fused === undefined) {
    return parts.map(([name, to]) => linear(g, x, { names: within(names, `${name}.`), from, to, bias }));
  }
  const all = parts.reduce((sum, [, to]) => sum + to, 0);
  const joined = linear(g, x, { names: within(names, `${fused}.`), from, to: all, bias });
  let start = 0;
  return parts.map(([, to]) => g.slice(joined, { axis: 1, start, end: (start += to) }));
}

/** Queries, keys and values of x [rows, width] as [rows, heads, headWidth], queries and keys rotated. */
function projections(
  g: GraphBuilder,
  x: Value,
  { config, names, rotary }: Layer & { rotary: LayerInputs["rotary"] },
): Projections {
  const { width, heads, keyValueHeads, headWidth, queryKeyNorm, attentionBias: bias } = config;
  const rows: Dim = x.dims[0] ?? 1;
  const own = within(names, "self_attn.");
  const flat = linearParts(g, x, {
    names: own,
    from: width,
    parts: [
      ["q_proj", heads * headWidth],
      ["k_proj", keyValueHeads * headWidth],
      ["v_proj", keyValueHeads * headWidth],
    ],
    bias,
    fused: config.fusedProjections && "qkv_proj",
  });
  const [query, key, value] = flat.map((part) =>
    g.reshape(part, [rows, (part.dims[1] as number) / headWidth, headWidth]),
  ) as [Value, Value, Value];
  const turned = (part: Value, name: string) =>
    rotate(g, queryKeyNorm === true ? norm(g, part, { config, names: within(own, `${name}.`) }) : part, rotary);
  return { query: turned(query, "q_norm"), key: turned(key, "k_norm"), value };
}

/** The context [rows, heads * headWidth], each head times its scale, with what takes its place. Without a scale the graph stays as it is. */
export function scaleHeads(
  g: GraphBuilder,
  context: Value,
  { headScale, headContext, config }: Pick<LayerInputs, "headScale" | "headContext"> & { config: LanguageConfig },
): Value {
  if (headScale === undefined) return context;
  const { heads, headWidth } = config;
  const rows: Dim = context.dims[0] ?? 1;
  const scaled = g.mul(g.reshape(context, [rows, heads, headWidth]), headScale);
  const flat = g.reshape(scaled, [rows, heads * headWidth]);
  return headContext === undefined ? flat : g.add(flat, headContext);
}

export function gatedPerceptron(g: GraphBuilder, x: Value, { config, names }: Layer): Value {
  const { width, intermediate, mlpBias: bias } = config;
  const own = within(names, "mlp.");
  const [gate, beside] = linearParts(g, x, {
    names: own,
    from: width,
    parts: [
      ["gate_proj", intermediate],
      ["up_proj", intermediate],
    ],
    bias,
    fused: config.fusedProjections && "gate_up_proj",
  }) as [Value, Value];
  const gated = g.mul(activate(g, config.activation, gate), beside);
  return linear(g, gated, { names: within(own, "down_proj."), from: intermediate, to: width, bias });
}

/** Names of the norms of a layer: before attention, after it, before the perceptron, after it. */
function normNames({ postNorms }: LanguageConfig) {
  return postNorms === true
    ? ([
        "input_layernorm.",
        "post_attention_layernorm.",
        "pre_feedforward_layernorm.",
        "post_feedforward_layernorm.",
      ] as const)
    : (["input_layernorm.", undefined, "post_attention_layernorm.", undefined] as const);
}

/** One layer over `attend`, in which its traced, cached and row forms differ. It gives the rows that attend gives. */
function block(
  g: GraphBuilder,
  hidden: Value,
  {
    config,
    names,
    rotary,
    headScale,
    headContext,
    attend,
    only,
  }: Layer &
    Pick<LayerInputs, "rotary" | "headScale" | "headContext"> &
    Pick<PartLayerInputs, "only"> & { attend: (parts: Projections) => Value },
): Value {
  const { width, heads, headWidth, attentionOutputBias: bias } = config;
  const normed = (x: Value, name: string | undefined) =>
    name === undefined ? x : norm(g, x, { config, names: within(names, name) });
  const [beforeAttention, afterAttention, beforePerceptron, afterPerceptron] = normNames(config);
  const parts = projections(g, normed(hidden, beforeAttention), { config, names, rotary });
  const context = scaleHeads(g, attend(parts), { headScale, headContext, config });
  const output = within(names, "self_attn.o_proj.");
  const mixed = linear(g, context, { names: output, from: heads * headWidth, to: width, bias });
  const before = only === undefined ? hidden : g.gather(hidden, only, 0);
  const attended = g.add(before, normed(mixed, afterAttention));
  const widened = gatedPerceptron(g, normed(attended, beforePerceptron), { config, names });
  return g.add(attended, normed(widened, afterPerceptron));
}

/** A decoder over the given weight names. The forms of a layer differ in their attention alone. */
export function decoder(config: LanguageConfig, names: LanguageNames): LanguageDefinition {
  const { width, vocabulary, embeddingRows = vocabulary, embeddingScale, logitSoftcap } = config;
  const { attentionScale: scale = 1 / Math.sqrt(config.headWidth), attentionSoftcap: cap } = config;
  const embeddingNames = names.transformer("embed_tokens.weight");
  const headNames = names.head("weight");
  // One matrix for both may be stored under either name.
  const sharedNames = [...embeddingNames, ...headNames];
  const embeddingWeight = (g: GraphBuilder) =>
    g.weight(config.tiedEmbeddings ? sharedNames : embeddingNames, [embeddingRows, width]);
  const headWeight = (g: GraphBuilder) =>
    g.weight(config.tiedEmbeddings ? sharedNames : headNames, [vocabulary, width]);
  const headRows = (g: GraphBuilder, ids: Value) => g.gather(headWeight(g), ids, 0);
  const layerOf = (index: number): Layer => ({ config, names: within(names.transformer, `layers.${index}.`) });

  return {
    config,
    embeddingNames,
    headNames,
    plan: (prompt) => sequencePlan(config, prompt),

    embedding(g, ids) {
      const rows = g.gather(embeddingWeight(g), ids, 0);
      return embeddingScale === undefined ? rows : g.mul(rows, g.constant([embeddingScale]));
    },

    layer(g, hidden, { index, rotary, mask, headScale, headContext, edges, attend: attendBy = attention }) {
      const site = `language.layers.${index}.attention`;
      const attend = ({ query, key, value }: Projections) => {
        const recorded = { key: g.site(`${site}.key`, key), value: g.site(`${site}.value`, value) };
        const context = attendBy(g, { query, ...recorded, mask, edges, scale, cap, site: `${site}.probs` });
        return g.site(`${site}.context`, context);
      };
      const out = block(g, hidden, { ...layerOf(index), rotary, headScale, headContext, attend });
      return g.site(`language.layers.${index}.residual`, out);
    },

    rowLayer(g, hidden, { index, rotary, mask, headScale, pastKey, pastValue }) {
      const site = `language.layers.${index}.attention.probs`;
      const attend = (parts: Projections) => rowAttention(g, { ...parts, pastKey, pastValue, mask, scale, cap, site });
      return block(g, hidden, { ...layerOf(index), rotary, headScale, attend });
    },

    partLayer(g, hidden, { index, rotary, mask, headScale, edges, pastKey, pastValue, only }) {
      const picked = (x: Value, axis: number) => (only === undefined ? x : g.gather(x, only, axis));
      const cut = edges && { ...edges, queries: picked(edges.queries, 2), reads: picked(edges.reads, 2) };
      const attend = ({ query, ...own }: Projections) =>
        partAttention(g, {
          ...{ query: picked(query, 0), ...own, pastKey, pastValue },
          ...{ mask: picked(mask, 0), edges: cut, scale, cap },
        });
      const scaled = headScale && picked(headScale, 0);
      return block(g, hidden, { ...layerOf(index), rotary, headScale: scaled, attend, only });
    },

    cachedLayer(g, hidden, { index, rotary, headScale, ...cached }: CachedLayerInputs) {
      let cache: { presentKey: Value; presentValue: Value } | undefined;
      const attend = (parts: Projections) => {
        const { context, ...present } = cachedAttention(g, { ...parts, ...cached, scale, cap });
        cache = present;
        return context;
      };
      const out = block(g, hidden, { ...layerOf(index), rotary, headScale, attend });
      if (cache === undefined) throw new Error("internal: a cached layer ran without attention.");
      return { hidden: out, ...cache };
    },

    finalNorm: (g, hidden) => norm(g, hidden, { config, names: within(names.transformer, "norm.") }),
    head: (g, normed, ids) =>
      softcap(g, g.linear(normed, ids === undefined ? headWeight(g) : headRows(g, ids)), logitSoftcap),
    headOfRows: (g, normed, ids) =>
      softcap(g, g.reduceSum(g.mul(normed, headRows(g, ids)), { axes: [1] }), logitSoftcap),
  };
}
