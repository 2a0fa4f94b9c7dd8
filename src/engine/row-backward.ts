/**
 * @file Each scalar's derivative with respect to its own row of every attention map, for all scalars at once: one pass over as many rows as
 * there are scalars, instead of one over the whole sequence for each.
 */
import type { GraphBuilder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";
import type { SequencePlan } from "../models/plan.ts";
import { floatTensor, type FloatTensor } from "../tensor/tensor.ts";
import { backwardBlock, type GradientTap } from "./backward.ts";
import { backwardHead } from "./language-backward.ts";
import { hideMemory, noIntervention } from "./intervention.ts";
import { addLayerInputs, addMemoryRows, fedLayer, fedMemoryRows, memoryOfKind, perKind } from "./layer-feeds.ts";
import type { Model } from "./model.ts";
import type { WorkOptions } from "./progress.ts";
import type { Feed } from "../runtime/runtime.ts";
import type { Tap } from "./taps.ts";

/** The forward taps that the pass starts from: hidden states of the scalars' rows, and every layer's keys and values. */
export interface RowTaps {
  /** layers + 1 hidden states of the rows, each [rows, width]. */
  readonly hidden: readonly Tap[];
  /** By layer, [positions, kvHeads, headWidth]; undefined of layers that have nothing to read. */
  readonly keys: readonly (Tap | undefined)[];
  readonly values: readonly (Tap | undefined)[];
}

/** `attentive` are the layers with an attention map (`attentionLayers`). */
export function rowTaps(layers: number, rows: readonly number[], attentive: readonly number[]): RowTaps {
  const each = (site: (layer: number) => string) => Array.from({ length: layers }, (_, layer) => site(layer));
  const ofAttention = (part: string) =>
    Array.from({ length: layers }, (_, layer) =>
      attentive.includes(layer) ? { site: `language.layers.${layer}.attention.${part}` } : undefined,
    );
  return {
    hidden: ["language.embedding", ...each((layer) => `language.layers.${layer}.residual`)].map((site) => ({
      site,
      rows,
    })),
    keys: ofAttention("key"),
    values: ofAttention("value"),
  };
}

/** The taps of the layers that have one. */
export function definedTaps(taps: readonly (Tap | undefined)[]): Tap[] {
  return taps.filter((tap) => tap !== undefined);
}

export interface RowBackward {
  readonly plan: SequencePlan;
  /** Of the whole sequence. */
  readonly length: number;
  /** What `rowTaps` captured. */
  readonly hidden: readonly FloatTensor[];
  readonly keys: readonly (FloatTensor | undefined)[];
  readonly values: readonly (FloatTensor | undefined)[];
  /** The position of each scalar. */
  readonly positions: readonly number[];
  /** [scalars, vocabulary] */
  readonly logitSeeds: FloatTensor;
  /** Called with each layer's cam rows, [scalars, positions] or [scalars, memory tokens], last layer first. */
  readonly onCams: (layer: number, cams: FloatTensor) => void;
}

/** Puts the last column, which is the row's own position, in its place: [rows, positions + 1] -> [rows, positions]. */
function placeOwn(cams: FloatTensor, rows: readonly number[]): FloatTensor {
  const positions = cams.dims[1]! - 1;
  const placed = floatTensor([rows.length, positions]);
  for (const [i, row] of rows.entries()) {
    const start = i * (positions + 1);
    placed.data.set(cams.data.subarray(start, start + positions), i * positions);
    placed.data[i * positions + row] = cams.data[start + positions]!;
  }
  return placed;
}

/** Runs the pass. Cams are as in `GradientTap`: mean over heads of the positive part of attention x gradient. */
export async function backwardRows(
  model: Model,
  { plan, length, hidden, keys, values, positions, logitSeeds, onCams }: RowBackward,
  { signal, onProgress }: WorkOptions = {},
): Promise<void> {
  const { language } = model.definition;
  const { config } = language;
  const { layers } = config;
  const feedsOf = perKind(plan, (kind) => {
    const tables = plan.rotary(kind, positions, length);
    const mask = plan.rowMask(kind, positions, length);
    if (memoryOfKind(plan, kind) === undefined) return { feeds: { tables, mask } };
    const ofRows = { sees: plan.sees(positions), reads: hideMemory(mask, noIntervention) };
    return { feeds: { tables, mask }, ofRows };
  });
  let seeds = await backwardHead(model, { rows: hidden[layers]!, logitSeeds });
  for (let index = layers - 1; index >= 0; index--) {
    signal?.throwIfAborted();
    const [key, value] = [keys[index], values[index]];
    // A layer that has nothing to read passes on what it gets.
    if (key === undefined || value === undefined) continue;
    const { feeds, ofRows } = feedsOf(index);
    const build = (g: GraphBuilder, x: Value) => {
      const past = (name: string, tensor: FloatTensor) => g.input(name, "f32", tensor.dims);
      const pastKey = past("keys", key);
      const pastValue = past("values", value);
      const rows = positions.length;
      const fed = addLayerInputs(g, config, { rows, keys: feeds.mask.dims[1]! });
      const memory = ofRows === undefined ? undefined : addMemoryRows(g, { rows });
      const y = language.rowLayer(g, x, { index, ...fed, memory, pastKey, pastValue });
      const ofMemory = memory === undefined || ofRows === undefined ? [] : fedMemoryRows(memory, ofRows);
      return {
        y,
        feeds: new Map<Value, Feed>([...fedLayer(fed, feeds), ...ofMemory, [pastKey, key], [pastValue, value]]),
      };
    };
    const taps: GradientTap[] = [{ site: `language.layers.${index}.attention.probs`, form: "cam" }];
    const onGradient = (_: GradientTap, __: number, cams: FloatTensor) =>
      onCams(index, ofRows === undefined ? placeOwn(cams, positions) : cams);
    const back = await backwardBlock(model, { build, input: hidden[index]!, seeds: [seeds], taps, onGradient }, signal);
    seeds = back.input[0]!;
    onProgress?.({ stage: "gradient", done: layers - index, total: layers });
  }
}
