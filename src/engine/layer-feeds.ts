/** @file What the layers of a language model are fed beside the hidden states, asked of the plan of a sequence. */
import type { LanguageConfig } from "../checkpoint/types.ts";
import type { GraphBuilder } from "../graph/builder.ts";
import type { Dim, Value } from "../graph/graph.ts";
import { oneOr } from "../graph/shapes.ts";
import type { CutEdges } from "../models/blocks/cut-edges.ts";
import type { RotaryTables } from "../models/blocks/rotary.ts";
import type { LayerInputs, MemoryRows } from "../models/definition.ts";
import type { SequencePlan } from "../models/plan.ts";
import type { FloatTensor } from "../tensor/tensor.ts";
import type { Feed } from "../runtime/runtime.ts";
import { cutLayers, edgesPerLayer, type EdgeFeeds } from "./edges.ts";
import type { Sequence } from "./embed.ts";
import { hideKnockedOut, hideMemory, noIntervention, type Intervention } from "./intervention.ts";

/** What layers that read memory are fed about their rows, each [rows, 1]. */
type MemoryRowFeeds = { readonly [Name in keyof MemoryRows]: FloatTensor };

/** The tensors of one kind of layer. */
export interface LayerFeeds {
  readonly tables: RotaryTables;
  /** [queries, keys] */
  readonly mask: FloatTensor;
  /** Of layers that read memory. */
  readonly memory?: MemoryRowFeeds & { readonly states: FloatTensor };
  /** Of layers that lose edges. */
  readonly edges?: EdgeFeeds;
}

/** The inputs of a graph that take them. */
export type LayerValues = Pick<LayerInputs, "rotary" | "mask" | "memory" | "edges">;

/** Which inputs are added: those of a kind of layers, for so many rows, by number or by name. */
interface InputChoice {
  readonly kind?: number;
  readonly rows: Dim;
  /** Keys of the mask; as many as rows if left out. */
  readonly keys?: Dim;
  /** Memory tokens that the layers read in place of the sequence. */
  readonly memoryTokens?: number;
}

type RotaryWidths = Pick<LanguageConfig, "headWidth" | "rotaryWidth">;

/** Adds the rotary tables of one kind of layer to a graph. */
export function addRotaryInputs(
  g: GraphBuilder,
  { headWidth, rotaryWidth = headWidth }: RotaryWidths,
  { kind = 0, rows }: InputChoice,
): LayerInputs["rotary"] {
  const table = [rows, 1, rotaryWidth / 2];
  return { cos: g.input(`cos.${kind}`, "f32", table), sin: g.input(`sin.${kind}`, "f32", table) };
}

/** Adds what layers that read memory must know of their rows to a graph. */
export function addMemoryRows(g: GraphBuilder, { rows }: Pick<InputChoice, "rows">): MemoryRows {
  return { sees: g.input("memory.sees", "f32", [rows, 1]), reads: g.input("memory.reads", "f32", [rows, 1]) };
}

/** Adds the edges that a layer loses to a graph, of any number of blocks. */
export function addEdgeInputs(
  g: GraphBuilder,
  { heads }: Pick<LanguageConfig, "heads">,
  { layer, rows, keys }: { readonly layer: number; readonly rows: Dim; readonly keys: Dim },
): CutEdges {
  const blocks = `blocks.${layer}`;
  const eachHead = oneOr(heads, `heads.${layer}`);
  return {
    queries: g.input(`edges.${layer}.queries`, "f32", [eachHead, rows, blocks]),
    keys: g.input(`edges.${layer}.keys`, "f32", [blocks, keys]),
    reads: g.input(`edges.${layer}.reads`, "f32", [eachHead, rows, 1]),
  };
}

export function fedEdges(values: CutEdges, feeds: EdgeFeeds): [Value, Feed][] {
  return [
    [values.queries, feeds.queries],
    [values.keys, feeds.keys],
    [values.reads, feeds.reads],
  ];
}

/** Adds everything that one kind of layer is fed to a graph. */
export function addLayerInputs(
  g: GraphBuilder,
  config: RotaryWidths & Pick<LanguageConfig, "width">,
  choice: InputChoice,
): LayerValues {
  const { kind = 0, rows, memoryTokens, keys = memoryTokens ?? rows } = choice;
  const values = { rotary: addRotaryInputs(g, config, choice), mask: g.input(`mask.${kind}`, "f32", [rows, keys]) };
  if (memoryTokens === undefined) return values;
  const states = g.input("memory.states", "f32", [memoryTokens, config.width]);
  return { ...values, memory: { ...addMemoryRows(g, { rows }), states } };
}

export function fedLayer({ rotary, mask, memory, edges }: LayerValues, feeds: LayerFeeds): [Value, Feed][] {
  const ofEdges = edges === undefined || feeds.edges === undefined ? [] : fedEdges(edges, feeds.edges);
  const ofMemory: [Value, Feed][] =
    memory === undefined || feeds.memory === undefined
      ? []
      : [[memory.states, feeds.memory.states], ...fedMemoryRows(memory, feeds.memory)];
  return [[rotary.cos, feeds.tables.cos], [rotary.sin, feeds.tables.sin], [mask, feeds.mask], ...ofMemory, ...ofEdges];
}

export function fedMemoryRows(values: MemoryRows, feeds: MemoryRowFeeds): [Value, Feed][] {
  return [
    [values.sees, feeds.sees],
    [values.reads, feeds.reads],
  ];
}

/** Memory tokens that layers of a kind read in place of the sequence; undefined if they read the sequence, or there is no memory. */
export function memoryOfKind(plan: SequencePlan, kind: number): number | undefined {
  return plan.readsMemory(kind) && plan.memoryTokens > 0 ? plan.memoryTokens : undefined;
}

/** Makes one value for each kind of layer, when it is first asked for; `layer` is the first one of the kind that was. */
export function perKind<T>(plan: SequencePlan, make: (kind: number, layer: number) => T): (layer: number) => T {
  const made = new Map<number, T>();
  return (layer) => {
    const kind = plan.kindOf(layer);
    if (!made.has(kind)) made.set(kind, make(kind, layer));
    return made.get(kind)!;
  };
}

/** The mask of some rows of a sequence under an intervention, and what layers that read memory must know of the rows. */
export function maskedRows(
  plan: SequencePlan,
  {
    kind,
    rows,
    length,
    intervention,
  }: { kind: number; rows: readonly number[]; length: number; intervention: Intervention },
): { readonly mask: FloatTensor; readonly memory?: MemoryRowFeeds } {
  const mask = plan.mask(kind, length, rows);
  if (memoryOfKind(plan, kind) === undefined) {
    hideKnockedOut(mask, intervention, rows[0]);
    return { mask };
  }
  return { mask, memory: { sees: plan.sees(rows), reads: hideMemory(mask, intervention) } };
}

/** What each layer is fed for the first `count` tokens of a sequence, under an intervention on layers of so many heads. */
export function wholeSequence(
  { plan, memory: states }: Pick<Sequence, "plan" | "memory">,
  count: number,
  { intervention, heads }: { intervention: Intervention; heads: number } = { intervention: noIntervention, heads: 1 },
): (layer: number) => LayerFeeds {
  const rows = Array.from({ length: count }, (_, row) => row);
  const ofKind = perKind(plan, (kind): LayerFeeds => {
    const { mask, memory } = maskedRows(plan, { kind, rows, length: count, intervention });
    return {
      tables: plan.rotary(kind, rows, count),
      mask,
      ...(memory === undefined || states === undefined ? {} : { memory: { ...memory, states } }),
    };
  });
  const edgesOf = edgesPerLayer(cutLayers(plan, intervention, heads), (layer) => {
    const { mask, memory } = ofKind(layer);
    return { rows, mask, reads: memory?.reads };
  });
  return (layer) => {
    const edges = edgesOf(layer);
    return edges === undefined ? ofKind(layer) : { ...ofKind(layer), edges };
  };
}
