/** @file The language model over a cache of keys and values: what generation feeds row by row. */
import { graphBuilder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";
import { cachedHeadWidth } from "../models/blocks/cached-attention.ts";
import type { CachedLayerInputs } from "../models/definition.ts";
import type { SequencePlan } from "../models/plan.ts";
import { floatTensor, intTensor, type FloatTensor } from "../tensor/tensor.ts";
import type { Sequence } from "./embed.ts";
import { headScales, hideKnockedOut, type Intervention } from "./intervention.ts";
import { addedLayers, additionRows } from "./layer-additions.ts";
import { addRotaryInputs, perKind } from "./layer-feeds.ts";
import type { Model } from "./model.ts";
import { rowTaps } from "./row-backward.ts";
import type { Feed, GraphSession } from "../runtime/runtime.ts";
import type { Tap } from "./taps.ts";
import { traceLanguage } from "./trace.ts";

interface CacheValues {
  readonly pastKey: Value;
  readonly pastValue: Value;
  readonly presentKey: Value;
  readonly presentValue: Value;
}

/** Inputs of the layers of one kind. Without a bias a token sees everything before it. */
type KindValues = Pick<CachedLayerInputs, "rotary" | "attentionBias">;

/** The whole decoder as one graph over the caches of its layers. */
// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types -- DecoderGraph is this very type.
export function decoderGraph(model: Model, plan: SequencePlan, intervention: Intervention) {
  const { language } = model.definition;
  const { width, layers, heads, keyValueHeads, headWidth } = language.config;
  const g = graphBuilder();
  const embedded = g.input("embedded", "f32", ["rows", width]);
  const { knockOut = [] } = intervention;
  const kinds: (KindValues & { kind: number })[] = [];
  const inputsOf = perKind(plan, (kind): KindValues => {
    const rotary = addRotaryInputs(g, language.config, { kind, rows: "rows" });
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
  const caches: CacheValues[] = [];
  const added = new Map<number, Value>();
  const adding = addedLayers(model.definition.vision);
  let hidden = embedded;
  for (let index = 0; index < layers; index++) {
    const dims = [1, keyValueHeads, "capacity", cachedHeadWidth(headWidth)];
    const pastKey = g.input(`key.${index}`, "f32", dims);
    const pastValue = g.input(`value.${index}`, "f32", dims);
    const scale = scales.get(index);
    const headScale = scale === undefined ? undefined : g.input(`heads.${index}`, "f32", [heads, 1]);
    if (headScale !== undefined && scale !== undefined) scaleFeeds.set(headScale, scale);
    const past = { pastKey, pastValue, position };
    const layer = language.cachedLayer(g, hidden, { index, ...inputsOf(index), headScale, ...past });
    hidden = layer.hidden;
    if (adding.includes(index)) {
      const rows = g.input(`added.${index}`, "f32", ["rows", width]);
      added.set(index, rows);
      hidden = g.add(hidden, rows);
    }
    g.output(layer.presentKey);
    g.output(layer.presentValue);
    caches.push({ pastKey, pastValue, presentKey: layer.presentKey, presentValue: layer.presentValue });
  }
  const logits = language.head(g, language.finalNorm(g, g.lastRow(hidden)));
  g.output(logits);
  return { graph: g.build(), embedded, kinds, position, scaleFeeds, added, caches, logits };
}

type DecoderGraph = ReturnType<typeof decoderGraph>;

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
export function cachedDecoder(
  model: Model,
  session: GraphSession,
  decoder: DecoderGraph,
  { plan, additions, capacity, intervention, signal }: DecoderOptions,
): CachedDecoder {
  const { layers, width, keyValueHeads, headWidth } = model.definition.language.config;
  const cacheWidth = cachedHeadWidth(headWidth);
  const caches = decoder.caches.map(() => {
    const dims = [1, keyValueHeads, capacity, cacheWidth];
    return { key: floatTensor(dims), value: floatTensor(dims) };
  });
  const memory = new Map<Value, FloatTensor>();
  const written = new Map<Value, FloatTensor>();
  for (const [layer, { pastKey, pastValue, presentKey, presentValue }] of decoder.caches.entries()) {
    const { key, value } = caches[layer]!;
    memory.set(pastKey, key).set(pastValue, value);
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
        ...memory,
        ...decoder.scaleFeeds,
        [decoder.embedded, rows],
        [decoder.position.lastPosition, intTensor([1], Int32Array.of(length - 1))],
        [decoder.position.totalLength, intTensor([], Int32Array.of(length))],
      ]);
      for (const { kind, rotary, attentionBias } of decoder.kinds) {
        const { cos, sin } = plan.rotary(kind, newRows, length);
        feeds.set(rotary.cos, cos).set(rotary.sin, sin);
        if (attentionBias === undefined) continue;
        const mask = plan.mask(kind, length, newRows);
        hideKnockedOut(mask, intervention, length - count);
        feeds.set(attentionBias, floatTensor([1, 1, count, length], mask.data));
      }
      for (const [layer, value] of decoder.added) {
        feeds.set(value, additionRows(additions, layer, { first: length - count, count, width }));
      }
      return (await session.run(feeds, written)).floats(decoder.logits).data;
    },
    async readAhead(prompt) {
      [length] = prompt.dims as [number];
      const { keys, values } = rowTaps(layers, []);
      const logits: Tap = { site: "logits", rows: [length - 1] };
      const knockOut = intervention.knockOut?.filter((position) => position < length);
      const captures = await traceLanguage(
        model,
        { embedded: prompt, plan, additions },
        { taps: [...keys, ...values, logits], intervention: { ...intervention, knockOut }, signal },
      );
      for (const [layer, { key, value }] of caches.entries()) {
        keep(captures.get(keys[layer]!)!, key);
        keep(captures.get(values[layer]!)!, value);
      }
      return captures.get(logits)!.data;
    },
  };
}
