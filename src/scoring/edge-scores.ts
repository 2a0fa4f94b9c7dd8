/**
 * @file Scores every edge of attention of a language model by one pass forward and one backward: how much the score of a token falls, to first
 * order, when a query no longer attends to a key. Maps are never kept: each layer's are summed over groups of tokens as they appear.
 */
import type { Value } from "../graph/graph.ts";
import { graphBuilder, type GraphBuilder } from "../graph/builder.ts";
import { splitGraph } from "../graph/split.ts";
import type { AttentionParts } from "../models/blocks/attention.ts";
import type { LayerInputs } from "../models/definition.ts";
import { pickRows } from "../tensor/rows.ts";
import { floatTensor, type FloatTensor } from "../tensor/tensor.ts";
import { withSession, type Feed } from "../runtime/runtime.ts";
import { backwardBlock, placeRows } from "../engine/backward.ts";
import { contextInBlocks, edgesInBlocks, type AttentionDerivatives } from "./edge-blocks.ts";
import type { Sequence } from "../engine/embed.ts";
import { backwardHead, blockInputTaps } from "../engine/language-backward.ts";
import { withAdditions } from "../engine/layer-additions.ts";
import { addLayerInputs, fedLayer, wholeSequence, type LayerFeeds } from "../engine/layer-feeds.ts";
import type { Model } from "../engine/model.ts";
import type { WorkOptions } from "../engine/progress.ts";
import { targetSeeds, type TargetKind } from "../engine/target.ts";
import { traceLanguage } from "../engine/trace.ts";

export interface EdgeScoring {
  /** Position whose output predicts the token. */
  readonly position: number;
  /** Id of the token. */
  readonly id: number;
  readonly target: TargetKind;
  /** The group of each token by its place on the key axis, -1 of those in none: the sequence, then the memory behind it. */
  readonly groups: ArrayLike<number>;
  readonly groupCount: number;
  /** Gets every edge of a block of rows, [heads, rows, keys]; left out if sums are enough. */
  readonly onEdges?: (layer: number, firstRow: number, falls: FloatTensor) => void;
  /** Numbers of one attention map [heads, rows, keys] that are computed together; 64 MiB of them if left out. */
  readonly blockNumbers?: number;
}

export interface EdgeScores {
  /** Logits at the position, [1, vocabulary]. */
  readonly logits: FloatTensor;
  /**
   * By place on the key axis: the fall of the score when no later position attends to the token, as the sum over all layers, heads and
   * queries but its own position.
   */
  readonly nodes: Float64Array;
  /** By layer, [groups of queries, groups of keys]; undefined of layers that read nothing. */
  readonly layers: readonly (Float64Array | undefined)[];
}

/** A layer with its attention cut out: its inputs become what `parts` holds, its output a value that is fed. */
function cutLayer(model: Model, { g, x, index, fed }: { g: GraphBuilder; x: Value; index: number; fed: LayerFeeds }) {
  const { language } = model.definition;
  const { heads, headWidth } = language.config;
  const rows = x.dims[0]!;
  const values = addLayerInputs(g, language.config, { rows, memoryTokens: fed.memory?.states.dims[0] });
  let cut: { parts: AttentionParts; context: Value; nodes: number } | undefined;
  const attend: LayerInputs["attend"] = (_, parts) => {
    const context = g.input("context", "f32", [rows, heads * headWidth]);
    cut = { parts, context, nodes: g.nodes().length };
    return context;
  };
  const y = language.layer(g, x, { index, ...values, attend });
  return { y, feeds: fedLayer(values, fed), cut };
}

interface LayerWork {
  readonly index: number;
  readonly input: FloatTensor;
  readonly fed: LayerFeeds;
}

/** Queries, keys and values of a layer, and the form of its attention; undefined if the layer has none. */
async function attentionOf(model: Model, { index, input, fed }: LayerWork) {
  const g = graphBuilder();
  const x = g.input("x", "f32", input.dims);
  const { cut, feeds } = cutLayer(model, { g, x, index, fed });
  if (cut === undefined) return undefined;
  const { query, key, value, scale, cap } = cut.parts;
  for (const part of [query, key, value]) g.output(part);
  const { before } = splitGraph(g.build(), cut.nodes);
  const read = new Set(before.inputs.map(({ name }) => name));
  const inputs = [...feeds, [x, input] as [Value, Feed]].filter(([{ name }]) => read.has(name));
  const tensors = await withSession(model.runtime, before, async (session) => {
    const results = await session.run(new Map(inputs));
    return { query: results.floats(query), key: results.floats(key), value: results.floats(value) };
  });
  return { ...tensors, mask: fed.mask, reads: fed.memory?.reads, form: { scale, cap } };
}

/** Derivatives of the score with respect to the layer's input, past its attention, and with respect to the context. */
async function aroundAttention(
  model: Model,
  { index, input, fed, context, seed }: LayerWork & { context: FloatTensor; seed: FloatTensor },
) {
  const build = (g: GraphBuilder, x: Value) => {
    const { y, feeds, cut } = cutLayer(model, { g, x, index, fed });
    return { y, feeds: new Map<Value, Feed>([...feeds, [cut!.context, context]]), also: [cut!.context] };
  };
  const back = await backwardBlock(model, { build, input, seeds: [seed], taps: [], onGradient() {} });
  return { input: back.input[0]!, context: back.also[0]![0]! };
}

/** Values [rows, ...] side by side, [rows, all numbers of a row]. */
function flattened(g: GraphBuilder, parts: readonly Value[]): Value {
  const flat = parts.map((part) => {
    const width = part.dims.slice(1).reduce<number>((product, size) => product * (size as number), 1);
    return g.reshape(part, [part.dims[0]!, width]);
  });
  return g.concat(
    flat,
    1,
    flat.reduce((sum, { dims }) => sum + (dims[1] as number), 0),
  );
}

function flattenedTensors(parts: readonly FloatTensor[]): FloatTensor {
  const rows = parts[0]!.dims[0]!;
  const widths = parts.map(({ data }) => data.length / rows);
  const width = widths.reduce((sum, each) => sum + each, 0);
  const flat = floatTensor([rows, width]);
  let start = 0;
  for (const [i, { data }] of parts.entries()) {
    for (let row = 0; row < rows; row++) {
      flat.data.set(data.subarray(row * widths[i]!, (row + 1) * widths[i]!), row * width + start);
    }
    start += widths[i]!;
  }
  return flat;
}

/** Derivative with respect to the layer's input by way of what attention computes from; keys and values of memory do not depend on it. */
async function throughProjections(
  model: Model,
  { index, input, fed, derivatives }: LayerWork & { derivatives: AttentionDerivatives },
): Promise<FloatTensor> {
  const names = fed.memory === undefined ? (["query", "key", "value"] as const) : (["query"] as const);
  const build = (g: GraphBuilder, x: Value) => {
    const { feeds, cut } = cutLayer(model, { g, x, index, fed });
    return {
      y: flattened(
        g,
        names.map((name) => cut!.parts[name]),
      ),
      feeds: new Map<Value, Feed>(feeds),
    };
  };
  const seeds = [flattenedTensors(names.map((name) => derivatives[name]))];
  return (await backwardBlock(model, { build, input, seeds, taps: [], onGradient() {} })).input[0]!;
}

function sumOf(a: FloatTensor, b: FloatTensor): FloatTensor {
  return floatTensor(
    a.dims,
    a.data.map((value, i) => value + b.data[i]!),
  );
}

/**
 * Scores the edges of a sequence (from `embedPrompt` over prompt and answer). The work is that of a trace and of a full backward pass. Falls of
 * groups are of all edges from one to the other at once, so that they are exact for the heads' outputs, and first order from there on.
 */
export async function edgeScores(
  model: Model,
  sequence: Sequence,
  scoring: EdgeScoring,
  { signal, onProgress }: WorkOptions = {},
): Promise<EdgeScores> {
  const { position, id, target, groups, groupCount, onEdges, blockNumbers } = scoring;
  const { layers } = model.definition.language.config;
  const { additions, plan } = sequence;
  const rows = sequence.embedded.dims[0]!;
  const inputTaps = blockInputTaps(layers);
  const logitTap = { site: "logits", rows: [position] };
  const captures = await traceLanguage(model, sequence, { taps: [...inputTaps, logitTap], signal, onProgress });
  const hidden = inputTaps.map((tap) => captures.get(tap)!);
  const logits = captures.get(logitTap)!;

  const stateAfter = (layer: number) => withAdditions(hidden[layer + 1]!, additions, layer);
  const logitSeeds = targetSeeds(logits, [id], target);
  const headSeeds = await backwardHead(model, { rows: pickRows(stateAfter(layers - 1), [position]), logitSeeds });
  const feedsOf = wholeSequence(sequence, rows);
  const places = Array.from(groups);
  const nodes = new Float64Array(rows + plan.memoryTokens);
  const sums: (Float64Array | undefined)[] = Array.from({ length: layers }, () => undefined);
  let seed = placeRows(headSeeds, [position], rows);
  for (let index = layers - 1; index >= 0; index--) {
    signal?.throwIfAborted();
    const work = { index, input: index === 0 ? hidden[0]! : stateAfter(index - 1), fed: feedsOf(index) };
    const tensors = await attentionOf(model, work);
    if (tensors !== undefined) {
      const context = await contextInBlocks(model, tensors, blockNumbers);
      const around = await aroundAttention(model, { ...work, context, seed });
      const firstKey = work.fed.memory === undefined ? 0 : rows;
      const keys = tensors.key.dims[0]!;
      const found = await edgesInBlocks(
        model,
        {
          ...tensors,
          derivative: around.context,
          groups: { count: groupCount, queries: places, keys: places.slice(firstKey, firstKey + keys) },
          ownKeys: firstKey === 0,
          onEdges: onEdges && ((firstRow, falls) => onEdges(index, firstRow, falls)),
          signal,
        },
        blockNumbers,
      );
      for (const [key, fall] of found.nodes.entries()) nodes[firstKey + key]! += fall;
      sums[index] = found.groups;
      seed = sumOf(around.input, await throughProjections(model, { ...work, derivatives: found.derivatives }));
    }
    onProgress?.({ stage: "gradient", done: layers - index, total: layers });
  }
  return { logits, nodes, layers: sums };
}
