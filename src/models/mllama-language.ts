/**
 * @file The language model of Llama 3.2 Vision ("The Llama 3 Herd of Models", arXiv 2407.21783, section 7.3): a Llama of which some layers
 * attend to the image tokens behind the sequence instead of the sequence, behind gates that begin closed.
 */
import type { LanguageConfig } from "../checkpoint/types.ts";
import type { GraphBuilder } from "../graph/builder.ts";
import type { Dim, Value } from "../graph/graph.ts";
import { attention, type Attend } from "./blocks/attention.ts";
import { decoder, gatedPerceptron, norm, scaleHeads, type Layer, type LanguageNames } from "./decoder.ts";
import type { LanguageDefinition, LayerInputs, MemoryRows, PartLayerInputs } from "./definition.ts";
import { memoryPlan } from "./memory-plan.ts";
import { linear, within } from "./weight-names.ts";

/** Keys and values of the memory, [memory tokens, kvHeads, headWidth]. Keys have no position. */
function keysAndValues(g: GraphBuilder, memory: Value, { config, names }: Layer): { key: Value; value: Value } {
  const { width, keyValueHeads, headWidth } = config;
  const own = within(names, "cross_attn.");
  const project = (part: string) => {
    const shape = { names: within(own, `${part}.`), from: width, to: keyValueHeads * headWidth, bias: false };
    return g.reshape(linear(g, memory, shape), [memory.dims[0]!, keyValueHeads, headWidth]);
  };
  return { key: norm(g, project("k_proj"), { config, names: within(own, "k_norm.") }), value: project("v_proj") };
}

/** What a layer reads: keys and values, and what of them each row sees. */
interface Reading extends Pick<LayerInputs, "mask" | "headScale" | "headContext" | "edges"> {
  readonly key: Value;
  readonly value: Value;
  readonly memory: MemoryRows;
  /** Name of the sites of the attention. */
  readonly site: string;
  readonly attend?: Attend | undefined;
}

/** hidden [rows, width] -> [rows, width] */
function crossLayer(
  g: GraphBuilder,
  hidden: Value,
  { config, names, key, value, mask, memory: { sees, reads }, site, ...reading }: Layer & Reading,
): Value {
  const { headScale, headContext, edges, attend = attention } = reading;
  const { width, heads, headWidth } = config;
  const rows: Dim = hidden.dims[0] ?? 1;
  const own = within(names, "cross_attn.");
  const normed = (x: Value, name: string) => norm(g, x, { config, names: within(names, name) });
  const gated = (x: Value, name: string) => g.mul(x, g.tanh(g.weight(names(name), [1])));
  const shape = { names: within(own, "q_proj."), from: width, to: heads * headWidth, bias: false };
  const queries = g.reshape(linear(g, normed(hidden, "input_layernorm."), shape), [rows, heads, headWidth]);
  const query = norm(g, queries, { config, names: within(own, "q_norm.") });
  const read = attend(g, { query, key, value, mask, reads, edges, site: `${site}.probs` });
  const context = scaleHeads(g, g.site(`${site}.context`, read), { headScale, headContext, config });
  const output = { names: within(own, "o_proj."), from: heads * headWidth, to: width, bias: false };
  const attended = g.add(hidden, gated(linear(g, context, output), "cross_attn_attn_gate"));
  const widened = gatedPerceptron(g, normed(attended, "post_attention_layernorm."), { config, names });
  return g.add(attended, gated(g.mul(widened, sees), "cross_attn_mlp_gate"));
}

/** The language model over the given weight names. Without a picture its cross-attention layers pass on what they get. */
export function mllamaLanguage(config: LanguageConfig, names: LanguageNames): LanguageDefinition {
  const base = decoder(config, names);
  const cross = new Set(config.crossAttentionLayers);
  const layerOf = (index: number): Layer => ({ config, names: within(names.transformer, `layers.${index}.`) });
  const residualOf = (index: number) => `language.layers.${index}.residual`;
  /** A layer that reads memory, over its recorded keys and values. */
  function recordedLayer(g: GraphBuilder, hidden: Value, { index, memory, ...inputs }: PartLayerInputs): Value {
    if (memory === undefined) throw new Error("internal: a layer that reads memory was given none.");
    const { mask, headScale, edges, pastKey: key, pastValue: value } = inputs;
    const site = `language.layers.${index}.attention`;
    return crossLayer(g, hidden, { ...layerOf(index), key, value, mask, headScale, edges, memory, site });
  }
  return {
    ...base,
    plan: (prompt) => memoryPlan(base.plan(prompt), { layers: cross, prompt }),

    layer(g, hidden, inputs) {
      const { index, memory, mask, headScale, headContext, edges, attend } = inputs;
      if (!cross.has(index)) return base.layer(g, hidden, inputs);
      if (memory === undefined) return g.site(residualOf(index), g.mul(hidden, g.constant([1])));
      const layer = layerOf(index);
      const { key, value } = keysAndValues(g, memory.states, layer);
      const site = `language.layers.${index}.attention`;
      const reading = { key: g.site(`${site}.key`, key), value: g.site(`${site}.value`, value), site };
      const parts = { ...layer, ...reading, mask, headScale, headContext, edges, memory, attend };
      return g.site(residualOf(index), crossLayer(g, hidden, parts));
    },

    rowLayer: (g, hidden, inputs) =>
      cross.has(inputs.index)
        ? recordedLayer(g, hidden, { ...inputs, edges: inputs.memory?.edges })
        : base.rowLayer(g, hidden, inputs),

    partLayer: (g, hidden, inputs) =>
      cross.has(inputs.index) ? recordedLayer(g, hidden, inputs) : base.partLayer(g, hidden, inputs),

    memoryKeys: (g, memory, index) => keysAndValues(g, memory, layerOf(index)),
  };
}
