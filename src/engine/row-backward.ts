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
import { addLayerInputs, fedLayer, perKind } from "./layer-feeds.ts";
import type { Model } from "./model.ts";
import type { WorkOptions } from "./progress.ts";
import type { Feed } from "../runtime/runtime.ts";
import type { Tap } from "./taps.ts";

/** The forward taps that the pass starts from: hidden states of the scalars' rows, and every layer's keys and values. */
export interface RowTaps {
  /** layers + 1 hidden states of the rows, each [rows, width]. */
  readonly hidden: readonly Tap[];
  /** By layer, [positions, kvHeads, headWidth]. */
  readonly keys: readonly Tap[];
  readonly values: readonly Tap[];
}

export function rowTaps(layers: number, rows: readonly number[]): RowTaps {
  const each = (site: (layer: number) => string) => Array.from({ length: layers }, (_, layer) => site(layer));
  return {
    hidden: ["language.embedding", ...each((layer) => `language.layers.${layer}.residual`)].map((site) => ({
      site,
      rows,
    })),
    keys: each((layer) => `language.layers.${layer}.attention.key`).map((site) => ({ site })),
    values: each((layer) => `language.layers.${layer}.attention.value`).map((site) => ({ site })),
  };
}

export interface RowBackward {
  readonly plan: SequencePlan;
  /** What `rowTaps` captured. */
  readonly hidden: readonly FloatTensor[];
  readonly keys: readonly FloatTensor[];
  readonly values: readonly FloatTensor[];
  /** The position of each scalar. */
  readonly positions: readonly number[];
  /** [scalars, vocabulary] */
  readonly logitSeeds: FloatTensor;
  /** Called with each layer's cam rows, [scalars, positions], last layer first. */
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
  { plan, hidden, keys, values, positions, logitSeeds, onCams }: RowBackward,
  { signal, onProgress }: WorkOptions = {},
): Promise<void> {
  const { language } = model.definition;
  const { config } = language;
  const { layers } = config;
  const length = keys[0]!.dims[0]!;
  const feedsOf = perKind(plan, (kind) => ({
    tables: plan.rotary(kind, positions, length),
    mask: plan.rowMask(kind, positions, length),
  }));
  let seeds = await backwardHead(model, { rows: hidden[layers]!, logitSeeds });
  for (let index = layers - 1; index >= 0; index--) {
    signal?.throwIfAborted();
    const build = (g: GraphBuilder, x: Value) => {
      const past = (name: string, tensor: FloatTensor) => g.input(name, "f32", tensor.dims);
      const pastKey = past("keys", keys[index]!);
      const pastValue = past("values", values[index]!);
      const fed = addLayerInputs(g, config, { rows: positions.length, keys: length });
      const y = language.rowLayer(g, x, { index, ...fed, pastKey, pastValue });
      const feeds = new Map<Value, Feed>([
        ...fedLayer(fed, feedsOf(index)),
        [pastKey, keys[index]!],
        [pastValue, values[index]!],
      ]);
      return { y, feeds };
    };
    const taps: GradientTap[] = [{ site: `language.layers.${index}.attention.probs`, form: "cam" }];
    const onGradient = (_: GradientTap, __: number, cams: FloatTensor) => onCams(index, placeOwn(cams, positions));
    const back = await backwardBlock(model, { build, input: hidden[index]!, seeds: [seeds], taps, onGradient }, signal);
    seeds = back.input[0]!;
    onProgress?.({ stage: "gradient", done: layers - index, total: layers });
  }
}
