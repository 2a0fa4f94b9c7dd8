/** @file The language model over rows of several variants of one sequence at once, which read what was recorded of it. */
import type { LanguageConfig } from "../checkpoint/types.ts";
import { graphBuilder, type GraphBuilder } from "../graph/builder.ts";
import type { Graph, Value } from "../graph/graph.ts";
import { oneOr } from "../graph/shapes.ts";
import type { CutEdges } from "../models/blocks/cut-edges.ts";
import type { LayerInputs, MemoryRows } from "../models/definition.ts";
import type { SequencePlan } from "../models/plan.ts";
import { attentionLayers } from "../engine/attention-layers.ts";
import { addEdgeInputs, addMemoryRows, addRotaryInputs, memoryOfKind, perKind } from "../engine/layer-feeds.ts";
import { addedLayers } from "../engine/layer-additions.ts";
import type { Model } from "../engine/model.ts";

/** What interventions the graph has room for; what is not needed costs time. */
export interface Room {
  readonly heads: boolean;
  readonly edges: boolean;
}

/** Inputs of the layers of one kind. */
interface KindValues {
  readonly kind: number;
  readonly rotary: LayerInputs["rotary"];
  /** [rows, keys], or [rows, memory tokens]. */
  readonly mask: Value;
  readonly memory?: MemoryRows;
}

/** Inputs of one layer. */
interface LayerValues {
  readonly pastKey: Value;
  readonly pastValue: Value;
  /** [rows, heads, 1] */
  readonly scale?: Value;
  readonly edges?: CutEdges;
  /** What is added to its output, [rows, width]. */
  readonly added?: Value;
}

/** The graph. Its rows stand one after another; the keys are the recorded positions, then the rows themselves. */
export interface StackedGraph {
  readonly embedded: Value;
  readonly kinds: readonly KindValues[];
  /** By layer that is not passed over. */
  readonly layers: ReadonlyMap<number, LayerValues>;
  /** Rows whose logits are wanted. */
  readonly predicting: Value;
  /** [predicting, vocabulary] */
  readonly logits: Value;
}

/** The edges that a layer loses, as `PartLayerInputs` has them. */
function edgeInputs(
  g: GraphBuilder,
  config: LanguageConfig,
  { layer, memoryTokens }: { readonly layer: number; readonly memoryTokens: number | undefined },
): CutEdges {
  if (memoryTokens !== undefined) return addEdgeInputs(g, config, { layer, rows: "rows", keys: memoryTokens });
  const { heads, keyValueHeads } = config;
  const each = [oneOr(keyValueHeads, `groups.${layer}`), oneOr(heads / keyValueHeads, `each.${layer}`)];
  return {
    queries: g.input(`edges.${layer}.queries`, "f32", [...each, "rows", `blocks.${layer}`]),
    keys: g.input(`edges.${layer}.keys`, "f32", [`blocks.${layer}`, "keys"]),
    reads: g.input(`edges.${layer}.reads`, "f32", [...each, "rows", 1]),
  };
}

/** Builds it. Layers that read memory are passed over if there is none. */
export function stackedGraph(model: Model, plan: SequencePlan, room: Room): StackedGraph & { readonly graph: Graph } {
  const { language, vision } = model.definition;
  const { config } = language;
  const { width, heads, keyValueHeads, headWidth } = config;
  const g = graphBuilder();
  const rows = "rows";
  const embedded = g.input("embedded", "f32", [rows, width]);
  const kinds: KindValues[] = [];
  const inputsOf = perKind(plan, (kind) => {
    const memoryTokens = memoryOfKind(plan, kind);
    const values: KindValues = {
      kind,
      rotary: addRotaryInputs(g, config, { kind, rows }),
      mask: g.input(`mask.${kind}`, "f32", [rows, memoryTokens ?? "keys"]),
      ...(memoryTokens === undefined ? {} : { memory: addMemoryRows(g, { rows }) }),
    };
    kinds.push(values);
    return values;
  });
  const adding = addedLayers(vision);
  const layers = new Map<number, LayerValues>();
  const predicting = g.input("predicting", "i64", ["predicting"]);
  const attentive = attentionLayers(config, plan.memoryTokens);
  // Of the last layer only the rows that are wanted are needed.
  const wantedOnly = memoryOfKind(plan, plan.kindOf(attentive.at(-1)!)) === undefined;
  let hidden = embedded;
  for (const index of attentive) {
    const { rotary, mask, memory } = inputsOf(index);
    const memoryTokens = memoryOfKind(plan, plan.kindOf(index));
    const past = [memoryTokens ?? "past", keyValueHeads, headWidth];
    const values: LayerValues = {
      pastKey: g.input(`key.${index}`, "f32", past),
      pastValue: g.input(`value.${index}`, "f32", past),
      ...(room.heads ? { scale: g.input(`scale.${index}`, "f32", [rows, heads, 1]) } : {}),
      ...(room.edges ? { edges: edgeInputs(g, config, { layer: index, memoryTokens }) } : {}),
      ...(adding.includes(index) ? { added: g.input(`added.${index}`, "f32", [rows, width]) } : {}),
    };
    layers.set(index, values);
    const { pastKey, pastValue, scale: headScale, edges, added } = values;
    const only = wantedOnly && index === attentive.at(-1) ? predicting : undefined;
    const inputs = { index, rotary, mask, memory, headScale, edges, pastKey, pastValue, only };
    hidden = language.partLayer(g, hidden, inputs);
    if (added !== undefined) hidden = g.add(hidden, only === undefined ? added : g.gather(added, only, 0));
  }
  const wanted = wantedOnly ? hidden : g.gather(hidden, predicting, 0);
  const logits = language.head(g, language.finalNorm(g, wanted));
  g.output(logits);
  return { graph: g.build(), embedded, kinds, layers, predicting, logits };
}
