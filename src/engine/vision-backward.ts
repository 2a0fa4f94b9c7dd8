/** @file From derivatives at the image tokens back through the projector and the vision tower, layer by layer. */
import type { GraphBuilder } from "../graph/builder.ts";
import type { GradientRules } from "../graph/gradient-rules.ts";
import type { Value } from "../graph/graph.ts";
import type { FloatTensor } from "../tensor/tensor.ts";
import { backwardBlock } from "./backward.ts";
import type { GradientTap, OnGradient } from "./backward.ts";
import type { Model } from "./model.ts";
import type { WorkOptions } from "./progress.ts";
import type { Feed } from "./session.ts";
import type { Tap } from "./taps.ts";

/** The forward taps that a way back starts from: the inputs of the layers that the projector depends on, and the projector's. */
export function visionInputTaps(featureLayer: number): Tap[] {
  return [
    { site: "vision.embedding" },
    ...Array.from({ length: featureLayer }, (_, layer) => ({ site: `vision.layers.${layer}.residual` })),
  ];
}

export interface VisionBackward {
  /** What `visionInputTaps` captured of one picture: featureLayer + 1 hidden states, each [tokens, width]. */
  readonly hidden: readonly FloatTensor[];
  /** By scalar: its derivative with respect to the picture's image tokens, [image tokens, width of the language model]. */
  readonly seeds: readonly FloatTensor[];
  readonly taps: readonly GradientTap[];
  readonly onGradient: OnGradient;
  readonly rules?: GradientRules;
}

/**
 * Takes scalars back to the input of the tower's first layer and returns the derivatives there, each [tokens, width]. Layers after the one
 * that the projector reads have no part in the answer: their taps are never called.
 */
export async function backwardVision(
  model: Model,
  { hidden, seeds, taps, onGradient, rules }: VisionBackward,
  { signal, onProgress }: WorkOptions = {},
): Promise<FloatTensor[]> {
  const { vision } = model.definition;
  const { featureLayer } = vision;
  const noFeeds = new Map<Value, Feed>();
  const back = (input: FloatTensor, given: readonly FloatTensor[], y: (g: GraphBuilder, x: Value) => Value) =>
    backwardBlock(
      model,
      { build: (g, x) => ({ y: y(g, x), feeds: noFeeds }), input, seeds: given, taps, onGradient, rules },
      signal,
    );

  let current = await back(hidden[featureLayer]!, seeds, (g, x) => vision.projection(g, x));
  for (let index = featureLayer - 1; index >= 0; index--) {
    signal?.throwIfAborted();
    current = await back(hidden[index]!, current, (g, x) => vision.layer(g, x, index));
    onProgress?.({ stage: "gradient", done: featureLayer - index, total: featureLayer });
  }
  return current;
}
