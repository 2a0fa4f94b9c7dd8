/** @file From derivatives at the image tokens back through the projector and the vision tower, layer by layer. */
import type { GraphBuilder } from "../graph/builder.ts";
import type { GradientRules } from "../graph/gradient-rules.ts";
import type { Value } from "../graph/graph.ts";
import { spreadWindows } from "../models/blocks/window-attention.ts";
import type { ProjectionInputs } from "../models/definition.ts";
import type { PicturePlan, TowerInput } from "../models/plan.ts";
import { floatTensor, type FloatTensor } from "../tensor/tensor.ts";
import type { Feed } from "../runtime/runtime.ts";
import { backwardBlock, type BlockDerivatives, type GradientTap } from "./backward.ts";
import { projectedGradients } from "./image-tokens.ts";
import type { PictureRows } from "./layer-additions.ts";
import type { Model } from "./model.ts";
import type { WorkOptions } from "./progress.ts";
import type { Tap } from "./taps.ts";
import { towerFeeds } from "./tower-inputs.ts";

/** The forward taps that a backward pass starts from: the inputs of the layers that the projector depends on, and the projector's. */
export function visionInputTaps(featureLayer: number): Tap[] {
  return [
    { site: "vision.embedding" },
    ...Array.from({ length: featureLayer }, (_, layer) => ({ site: `vision.layers.${layer}.residual` })),
  ];
}

/** A derivative of a scalar at a site of one input of the tower. */
interface VisionGradient {
  readonly tap: GradientTap;
  readonly input: number;
  readonly scalar: number;
  readonly tensor: FloatTensor;
}

export interface VisionBackward {
  readonly plan: PicturePlan;
  /** What `visionInputTaps` captured of each input: featureLayer + 1 hidden states, each [tokens, width]. */
  readonly hidden: readonly (readonly FloatTensor[])[];
  /** By scalar: its derivatives with respect to what the picture enters the language model with. */
  readonly seeds: readonly PictureRows[];
  readonly taps: readonly GradientTap[];
  readonly onGradient: (found: VisionGradient) => void;
  readonly rules?: GradientRules;
}

/**
 * Takes scalars back to the input of the tower's first layer and returns the derivatives there, by input and scalar, each [tokens, width].
 * Layers after the one that the projector reads have no part in the answer: their taps are never called.
 */
export async function backwardVision(
  model: Model,
  { plan, hidden, seeds, taps, onGradient, rules }: VisionBackward,
  { signal, onProgress }: WorkOptions = {},
): Promise<FloatTensor[][]> {
  const { vision } = model.definition;
  const { featureLayer, earlierStates = [], additions = [] } = vision;
  /** By part of the seeds, scalar and input. */
  const [ofFeatures, ...ofAdditions] = ["features", ...additions].map((_, part) =>
    seeds.map((seed) => projectedGradients(plan, seed[part]!)),
  );
  const found: FloatTensor[][] = [];
  const total = plan.inputs.length * featureLayer;
  for (const [input, planned] of plan.inputs.entries()) {
    const back = blockBackward(model, planned, {
      taps,
      rules,
      signal,
      onGradient: (tap, scalar, tensor) => onGradient({ tap, input, scalar, tensor: allTokens(tap, tensor, planned) }),
    });
    const states = hidden[input]!;
    const seedsOf = (parts: readonly FloatTensor[][]) => parts.map((ofInputs) => ofInputs[input]!);
    const read = earlierStates.map((state) => states[state]!);
    const projected = await back(
      { input: states[featureLayer]!, seeds: seedsOf(ofFeatures!), earlier: read },
      (g, x, inputs) => vision.projection(g, x, inputs),
    );
    let current = projected.input;
    /** Adds what a hidden state gets back beside the layers after it: from the projector, and from additions that read it. */
    const join = async (state: number): Promise<void> => {
      for (const [i, earlier] of earlierStates.entries()) {
        if (earlier === state) current = current.map((sum, scalar) => added(sum, projected.also[scalar]![i]!));
      }
      for (const [i, addition] of additions.entries()) {
        if (addition.state !== state) continue;
        const block = { input: states[state]!, seeds: seedsOf(ofAdditions[i]!) };
        const beside = await back(block, (g, x) => addition.projection(g, x));
        current = current.map((sum, scalar) => added(sum, beside.input[scalar]!));
      }
    };
    await join(featureLayer);
    for (let index = featureLayer - 1; index >= 0; index--) {
      signal?.throwIfAborted();
      const derivatives = await back({ input: states[index]!, seeds: current }, (g, x, { feed }) =>
        vision.layer(g, x, { index, feed }),
      );
      current = derivatives.input;
      await join(index);
      onProgress?.({ stage: "gradient", done: (input + 1) * featureLayer - index, total });
    }
    found.push(current);
  }
  return found;
}

/** A map of the windows of an input as a map of all its tokens. */
function allTokens({ form }: GradientTap, tensor: FloatTensor, { windows }: TowerInput): FloatTensor {
  const leading = form === "cam" ? 0 : 1;
  return windows !== undefined && tensor.dims.length === leading + 3 ? spreadWindows(tensor, windows) : tensor;
}

type BlockOptions = Pick<Parameters<typeof backwardBlock>[1], "taps" | "onGradient" | "rules"> &
  Pick<WorkOptions, "signal">;

function added(a: FloatTensor, b: FloatTensor): FloatTensor {
  return floatTensor(
    a.dims,
    a.data.map((value, i) => value + b.data[i]!),
  );
}

interface TowerBlock {
  readonly input: FloatTensor;
  readonly seeds: readonly FloatTensor[];
  /** Earlier hidden states that the block reads; their derivatives are wanted as well. */
  readonly earlier?: readonly FloatTensor[];
}

/** Takes derivatives back through one block of the tower after another, for one input. */
function blockBackward(model: Model, planned: TowerInput, { signal, ...options }: BlockOptions) {
  return (
    { earlier = [], ...given }: TowerBlock,
    block: (g: GraphBuilder, x: Value, inputs: ProjectionInputs) => Value,
  ): Promise<BlockDerivatives> => {
    const build = (g: GraphBuilder, x: Value) => {
      const { feed, fed } = towerFeeds(g, planned);
      const also = earlier.map(({ dims }, i) => g.input(`earlier.${i}`, "f32", dims));
      const y = block(g, x, { earlier: also, feed, pixelDims: planned.dims });
      const states = also.map((value, i): [Value, Feed] => [value, earlier[i]!]);
      return { y, feeds: new Map([...states, ...fed(planned)]), also };
    };
    return backwardBlock(model, { build, ...given, ...options }, signal);
  };
}
