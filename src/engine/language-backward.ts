/** @file From scalars of the logits back through the language model to its input, layer by layer. */
import type { GraphBuilder } from "../graph/builder.ts";
import type { GradientRules } from "../graph/gradient-rules.ts";
import type { Value } from "../graph/graph.ts";
import type { SequencePlan } from "../models/plan.ts";
import { pickRows } from "../tensor/rows.ts";
import type { FloatTensor } from "../tensor/tensor.ts";
import { backwardBlock, placeRows, type GradientTap, type OnGradient } from "./backward.ts";
import { addLayerInputs, fedLayer, wholeSequence } from "./layer-feeds.ts";
import { withAdditions, type InputGradient, type LayerAddition } from "./layer-additions.ts";
import type { Model } from "./model.ts";
import type { WorkOptions } from "./progress.ts";
import type { Feed } from "../runtime/runtime.ts";
import type { Tap } from "./taps.ts";

/** The forward taps that a backward pass starts from: the input of every layer, and the output of the last. */
export function blockInputTaps(layers: number): Tap[] {
  return [
    { site: "language.embedding" },
    ...Array.from({ length: layers }, (_, layer) => ({ site: `language.layers.${layer}.residual` })),
  ];
}

export interface LanguageBackward {
  readonly plan: SequencePlan;
  /** What was added behind layers; the hidden states are without it. */
  readonly additions: readonly LayerAddition[];
  /** What `blockInputTaps` captured: layers + 1 hidden states, each [rows, width]. */
  readonly hidden: readonly FloatTensor[];
  /** By scalar: the position whose logits it is made of. */
  readonly positions: readonly number[];
  /** Derivative of each scalar with respect to the logits of its position, [scalars, vocabulary]. */
  readonly logitSeeds: FloatTensor;
  readonly taps: readonly GradientTap[];
  readonly onGradient: OnGradient;
  readonly rules?: GradientRules;
}

/** Derivatives with respect to the chosen rows of the last hidden state, [scalars, width]. */
export async function backwardHead(
  model: Model,
  { rows, logitSeeds, rules }: { rows: FloatTensor; logitSeeds: FloatTensor; rules?: GradientRules },
): Promise<FloatTensor> {
  const { language } = model.definition;
  const build = (g: GraphBuilder, x: Value) => ({
    y: language.head(g, language.finalNorm(g, x)),
    feeds: new Map<Value, Feed>(),
  });
  const back = await backwardBlock(model, {
    build,
    input: rows,
    seeds: [logitSeeds],
    taps: [],
    onGradient() {},
    rules,
  });
  return back.input[0]!;
}

/**
 * Takes every scalar back to the input of the first layer, layer by layer, and returns the derivatives there, by scalar. The forward part
 * of a layer is recomputed once for all scalars. What taps ask for is handed out as it appears, last layer first.
 */
export async function backwardLanguage(
  model: Model,
  request: LanguageBackward,
  { signal, onProgress }: WorkOptions = {},
): Promise<InputGradient[]> {
  const { plan, additions, hidden, positions, logitSeeds, taps, onGradient, rules } = request;
  const { language } = model.definition;
  const { config } = language;
  const { layers } = config;
  const rows = hidden[0]!.dims[0]!;
  const feedsOf = wholeSequence(plan, rows);

  const stateAfter = (layer: number) => withAdditions(hidden[layer + 1]!, additions, layer);
  const found = positions.map((): FloatTensor[] => []);
  const last = pickRows(stateAfter(layers - 1), positions);
  const headSeeds = await backwardHead(model, { rows: last, logitSeeds, rules });
  let seeds = positions.map((position, scalar) => placeRows(pickRows(headSeeds, [scalar]), [position], rows));
  for (let index = layers - 1; index >= 0; index--) {
    signal?.throwIfAborted();
    for (const [place, addition] of additions.entries()) {
      if (addition.layer !== index) continue;
      for (const [scalar, seed] of seeds.entries()) found[scalar]![place] = pickRows(seed, addition.positions);
    }
    const build = (g: GraphBuilder, x: Value) => {
      const values = addLayerInputs(g, config, { rows });
      const y = language.layer(g, x, { index, ...values });
      const feeds = new Map<Value, Feed>(fedLayer(values, feedsOf(index)));
      return { y, feeds };
    };
    const input = index === 0 ? hidden[0]! : stateAfter(index - 1);
    const block = { build, input, seeds, taps, onGradient, rules };
    seeds = (await backwardBlock(model, block, signal)).input;
    onProgress?.({ stage: "gradient", done: layers - index, total: layers });
  }
  return seeds.map((embedded, scalar) => ({ embedded, additions: found[scalar]! }));
}
