/** @file The language model over a cache of keys and values: what generation feeds row by row. */
import { graphBuilder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";
import { oneOr } from "../graph/shapes.ts";
import { cutScores, type CutEdges } from "../models/blocks/cut-edges.ts";
import { cachedHeadWidth } from "../models/blocks/cached-attention.ts";
import type { CachedLayerInputs, MemoryRows } from "../models/definition.ts";
import type { SequencePlan } from "../models/plan.ts";
import { floatTensor, intTensor, type FloatTensor } from "../tensor/tensor.ts";
import { attentionLayers } from "./attention-layers.ts";
import type { Sequence } from "./embed.ts";
import { cutLayers } from "./edges.ts";
import { headScales, keepAllHeads, withinLength, type Intervention } from "./intervention.ts";
import { addedLayers, additionRows } from "./layer-additions.ts";
import {
  addEdgeInputs,
  addMemoryRows,
  addRotaryInputs,
  fedEdges,
  fedMemoryRows,
  maskedRows,
  memoryOfKind,
  perKind,
} from "./layer-feeds.ts";
import type { Model } from "./model.ts";
import { definedTaps, rowTaps } from "./row-backward.ts";
import { withSession, type Feed, type GraphSession } from "../runtime/runtime.ts";
import type { Tap } from "./taps.ts";
import { traceLanguage } from "./trace.ts";

interface CacheValues {
  readonly pastKey: Value;
  readonly pastValue: Value;
  readonly presentKey: Value;
  readonly presentValue: Value;
}

/** Inputs of the layers of one kind. Without a bias a token sees everything before it. */
interface KindValues extends Pick<CachedLayerInputs, "rotary" | "attentionBias"> {
  /** Of layers that read memory. */
  readonly memory?: MemoryRows & { readonly mask: Value };
}

/** Keys and values of a layer that reads memory. */
type MemoryCache = Pick<CacheValues, "pastKey" | "pastValue">;

/** Inputs of a layer that reads the sequence and loses edges. */
interface CutValues extends Pick<CutEdges, "queries" | "keys"> {
  /** What the context of each row and head is multiplied by, [rows, heads, 1]. */
  readonly rowScale: Value;
}

/** The whole decoder as one graph over the caches of its layers. */
// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types -- DecoderGraph is this very type.
export function decoderGraph(model: Model, plan: SequencePlan, intervention: Intervention) {
  const { language } = model.definition;
  const { width, heads, keyValueHeads, headWidth } = language.config;
  const g = graphBuilder();
  const embedded = g.input("embedded", "f32", ["rows", width]);
  const { knockOut = [] } = intervention;
  const kinds: (KindValues & { kind: number })[] = [];
  const inputsOf = perKind(plan, (kind): KindValues => {
    const rotary = addRotaryInputs(g, language.config, { kind, rows: "rows" });
    const memoryTokens = memoryOfKind(plan, kind);
    if (memoryTokens !== undefined) {
      const mask = g.input(`mask.${kind}`, "f32", ["rows", memoryTokens]);
      const values = { rotary, memory: { mask, ...addMemoryRows(g, { rows: "rows" }) } };
      kinds.push({ kind, ...values });
      return values;
    }
    const isBare = plan.isCausal(kind) && knockOut.length === 0;
    const values = isBare
      ? { rotary }
      : { rotary, attentionBias: g.input(`bias.${kind}`, "f32", [1, 1, "rows", "total"]) };
    kinds.push({ kind, ...values });
    return values;
  });
  const position = { lastPosition: g.input("last", "i32", [1]), totalLength: g.input("total", "i32", []) };
  const scales = headScales(intervention, language.config);
  const scaleFeeds = new Map<Value, FloatTensor>();
  const caches = new Map<number, CacheValues>();
  const memoryCaches = new Map<number, MemoryCache>();
  const cut = cutLayers(plan, intervention, heads);
  const cuts = new Map<number, CutValues>();
  const memoryCuts = new Map<number, CutEdges>();
  const added = new Map<number, Value>();
  const adding = addedLayers(model.definition.vision);
  /** Adds the edges that a layer loses to what it is fed. */
  const cutInputs = (index: number, { attentionBias }: KindValues) => {
    const blocks = `blocks.${index}`;
    const queries = g.input(`edges.${index}.queries`, "f32", [1, oneOr(heads, `heads.${index}`), "rows", blocks]);
    const keys = g.input(`edges.${index}.keys`, "f32", [blocks, "total"]);
    const rowScale = g.input(`edges.${index}.reads`, "f32", ["rows", heads, 1]);
    cuts.set(index, { queries, keys, rowScale });
    const scores = cutScores(g, { queries, keys });
    const bias = attentionBias === undefined ? scores : g.add(scores, attentionBias);
    return { attentionBias: bias, headScale: rowScale };
  };
  let hidden = embedded;
  for (const index of attentionLayers(language.config, plan.memoryTokens)) {
    const inputs = inputsOf(index);
    const { memory } = inputs;
    const dims =
      memory === undefined
        ? [1, keyValueHeads, "capacity", cachedHeadWidth(headWidth)]
        : [plan.memoryTokens, keyValueHeads, headWidth];
    const pastKey = g.input(`key.${index}`, "f32", dims);
    const pastValue = g.input(`value.${index}`, "f32", dims);
    const isCut = cut.nameOf(index) !== undefined;
    const scale = scales.get(index);
    const isScaled = scale !== undefined && (!isCut || memory !== undefined);
    const headScale = !isScaled ? undefined : g.input(`heads.${index}`, "f32", [heads, 1]);
    if (headScale !== undefined && isScaled) scaleFeeds.set(headScale, scale);
    if (memory !== undefined) {
      const { rotary } = inputs;
      const edges = isCut
        ? addEdgeInputs(g, language.config, { layer: index, rows: "rows", keys: plan.memoryTokens })
        : undefined;
      if (edges !== undefined) memoryCuts.set(index, edges);
      hidden = language.rowLayer(g, hidden, {
        index,
        rotary,
        mask: memory.mask,
        memory: { ...memory, edges },
        headScale,
        pastKey,
        pastValue,
      });
      memoryCaches.set(index, { pastKey, pastValue });
      continue;
    }
    const past = { pastKey, pastValue, position };
    const kept = { index, ...inputs, headScale, ...past };
    const layer = language.cachedLayer(g, hidden, isCut ? { ...kept, ...cutInputs(index, inputs) } : kept);
    hidden = layer.hidden;
    if (adding.includes(index)) {
      const rows = g.input(`added.${index}`, "f32", ["rows", width]);
      added.set(index, rows);
      hidden = g.add(hidden, rows);
    }
    g.output(layer.presentKey);
    g.output(layer.presentValue);
    caches.set(index, { pastKey, pastValue, presentKey: layer.presentKey, presentValue: layer.presentValue });
  }
  const logits = language.head(g, language.finalNorm(g, g.lastRow(hidden)));
  g.output(logits);
  const parts = { embedded, kinds, position, scales, scaleFeeds, added, caches, memoryCaches, cut, cuts, memoryCuts };
  return { graph: g.build(), ...parts, logits };
}

type DecoderGraph = ReturnType<typeof decoderGraph>;

/** What the context of each row and head is multiplied by: reads [1 or heads, rows, 1] times scale [heads, 1] as [rows, heads, 1]. */
function scaledRows(reads: FloatTensor, scale: FloatTensor): FloatTensor {
  const [given, rows] = reads.dims as [number, number, number];
  const [heads] = scale.dims as [number, number];
  const scaled = floatTensor([rows, heads, 1]);
  for (let row = 0; row < rows; row++) {
    for (let head = 0; head < heads; head++) {
      scaled.data[row * heads + head] = scale.data[head]! * reads.data[(given === 1 ? 0 : head) * rows + row]!;
    }
  }
  return scaled;
}

/** Keys and values of the memory by layer, computed once for all rows. */
async function memoryKeys(
  model: Model,
  memory: FloatTensor,
  caches: DecoderGraph["memoryCaches"],
): Promise<[Value, FloatTensor][]> {
  const { memoryKeys: keysOf } = model.definition.language;
  if (keysOf === undefined) throw new Error("internal: the language model has no keys of memory tokens.");
  const filled: [Value, FloatTensor][] = [];
  for (const [index, { pastKey, pastValue }] of caches) {
    const g = graphBuilder();
    const states = g.input("memory", "f32", memory.dims);
    const { key, value } = keysOf(g, states, index);
    g.output(key);
    g.output(value);
    await withSession(model.runtime, g.build(), async (session) => {
      const results = await session.run(new Map([[states, memory]]));
      filled.push([pastKey, results.floats(key)], [pastValue, results.floats(value)]);
    });
  }
  return filled;
}

export interface CachedDecoder {
  /** Feeds rows, one call after another; each call gives the logits after its last row. */
  readonly decode: (rows: FloatTensor) => Promise<Float32Array>;
  /** Reads a prompt whose tokens see ahead, as a trace does, before anything is decoded. */
  readonly readAhead: (prompt: FloatTensor) => Promise<Float32Array>;
}

interface DecoderOptions extends Omit<Sequence, "embedded"> {
  readonly capacity: number;
  readonly intervention: Intervention;
  readonly signal: AbortSignal | undefined;
}

/** Keys and values start empty; `capacity` rows fit. */
export async function cachedDecoder(
  model: Model,
  session: GraphSession,
  decoder: DecoderGraph,
  { plan, memory, additions, capacity, intervention, signal }: DecoderOptions,
): Promise<CachedDecoder> {
  const { config } = model.definition.language;
  const { layers, width, keyValueHeads, headWidth } = config;
  const cacheWidth = cachedHeadWidth(headWidth);
  const caches = new Map<number, { readonly key: FloatTensor; readonly value: FloatTensor }>();
  const kept = new Map<Value, FloatTensor>(
    memory === undefined ? [] : await memoryKeys(model, memory, decoder.memoryCaches),
  );
  const written = new Map<Value, FloatTensor>();
  for (const [layer, { pastKey, pastValue, presentKey, presentValue }] of decoder.caches) {
    const dims = [1, keyValueHeads, capacity, cacheWidth];
    const [key, value] = [floatTensor(dims), floatTensor(dims)];
    caches.set(layer, { key, value });
    kept.set(pastKey, key).set(pastValue, value);
    written.set(presentKey, key).set(presentValue, value);
  }
  /** recorded [rows, kvHeads, headWidth] -> the first rows of a cache [1, kvHeads, capacity, cacheWidth] */
  const keep = (recorded: FloatTensor, cache: FloatTensor) => {
    const [rows] = recorded.dims as [number];
    for (let row = 0; row < rows; row++) {
      for (let head = 0; head < keyValueHeads; head++) {
        const start = (row * keyValueHeads + head) * headWidth;
        cache.data.set(recorded.data.subarray(start, start + headWidth), (head * capacity + row) * cacheWidth);
      }
    }
  };
  let length = 0;
  return {
    async decode(rows) {
      const count = rows.dims[0]!;
      const newRows = Array.from({ length: count }, (_, i) => length + i);
      length += count;
      const feeds = new Map<Value, Feed>([
        ...kept,
        ...decoder.scaleFeeds,
        [decoder.embedded, rows],
        [decoder.position.lastPosition, intTensor([1], Int32Array.of(length - 1))],
        [decoder.position.totalLength, intTensor([], Int32Array.of(length))],
      ]);
      for (const { kind, rotary, attentionBias, memory: values } of decoder.kinds) {
        const { cos, sin } = plan.rotary(kind, newRows, length);
        feeds.set(rotary.cos, cos).set(rotary.sin, sin);
        if (attentionBias === undefined && values === undefined) continue;
        const { mask, memory: ofRows } = maskedRows(plan, { kind, rows: newRows, length, intervention });
        if (attentionBias !== undefined) feeds.set(attentionBias, floatTensor([1, 1, count, length], mask.data));
        if (values === undefined || ofRows === undefined) continue;
        for (const [value, feed] of [[values.mask, mask] as const, ...fedMemoryRows(values, ofRows)])
          feeds.set(value, feed);
      }
      const cutLayer = (layer: number) => {
        const ofRows = maskedRows(plan, { kind: plan.kindOf(layer), rows: newRows, length, intervention });
        return decoder.cut.feeds(layer, { rows: newRows, mask: ofRows.mask, reads: ofRows.memory?.reads });
      };
      for (const [layer, values] of decoder.memoryCuts) {
        for (const [value, feed] of fedEdges(values, cutLayer(layer))) feeds.set(value, feed);
      }
      for (const [layer, { queries, keys, rowScale }] of decoder.cuts) {
        const cut = cutLayer(layer);
        feeds.set(queries, floatTensor([1, ...cut.queries.dims], cut.queries.data)).set(keys, cut.keys);
        feeds.set(rowScale, scaledRows(cut.reads, decoder.scales.get(layer) ?? keepAllHeads(config)));
      }
      for (const [layer, value] of decoder.added) {
        feeds.set(value, additionRows(additions, layer, { first: length - count, count, width }));
      }
      return (await session.run(feeds, written)).floats(decoder.logits).data;
    },
    async readAhead(prompt) {
      [length] = prompt.dims as [number];
      const { keys, values } = rowTaps(layers, [], [...caches.keys()]);
      const logits: Tap = { site: "logits", rows: [length - 1] };
      const captures = await traceLanguage(
        model,
        { embedded: prompt, memory, plan, additions },
        {
          taps: [...definedTaps([...keys, ...values]), logits],
          intervention: withinLength(intervention, length),
          signal,
        },
      );
      for (const [layer, { key, value }] of caches) {
        keep(captures.get(keys[layer]!)!, key);
        keep(captures.get(values[layer]!)!, value);
      }
      return captures.get(logits)!.data;
    },
  };
}
