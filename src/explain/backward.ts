/** @file Full backward passes of answer tokens, in groups that fit into memory. */
import type { GradientTap } from "../engine/backward.ts";
import { backwardLanguage } from "../engine/language-backward.ts";
import type { Model } from "../engine/model.ts";
import { targetSeeds } from "../engine/target.ts";
import type { TargetKind } from "../engine/target.ts";
import { backwardVision } from "../engine/vision-backward.ts";
import type { GradientRules } from "../graph/gradient-rules.ts";
import { pickRows } from "../tensor/rows.ts";
import type { FloatTensor } from "../tensor/tensor.ts";
import type { TaskOptions } from "./question.ts";
import type { RelevancyInputs } from "./gradients/inputs.ts";

export type WorkOptions = Pick<TaskOptions, "signal" | "onProgress">;

/** Derivatives in flight between two layers may take this much; more tokens go back in several groups. */
const seedBytes = 256 * 2 ** 20;

/** How many tokens go back together: each holds a derivative [length, width] before and after a layer. */
export function tokensAtOnce(length: number, width: number): number {
  return Math.max(1, Math.floor(seedBytes / (2 * 4 * length * width)));
}

/** Taps on the cams of every layer of a part. */
export function camTaps(part: "language" | "vision", layers: number): GradientTap[] {
  return Array.from({ length: layers }, (_, layer) => ({
    site: `${part}.layers.${layer}.attention.probs`,
    form: "cam",
  }));
}

export interface TokensBackward {
  /** Answer tokens by index. */
  readonly tokens: readonly number[];
  readonly target: TargetKind;
  readonly taps: readonly GradientTap[];
  /** Gets what the taps ask for, last layer first. */
  readonly onGradient: (tap: GradientTap, token: number, tensor: FloatTensor) => void;
  /** Gets each token's derivative at the input of the first layer, [length, width]. */
  readonly onInput: (token: number, gradient: FloatTensor) => void;
  readonly rules?: GradientRules;
}

/** One full backward pass of each answer token through the language model. */
export async function tokensBackward(
  model: Model,
  inputs: RelevancyInputs,
  { tokens, target, taps, onGradient, onInput, rules }: TokensBackward,
  { signal, onProgress }: WorkOptions,
): Promise<void> {
  const size = tokensAtOnce(inputs.length, model.definition.language.config.width);
  const count = Math.ceil(tokens.length / size);
  for (let index = 0; index < count; index++) {
    const group = tokens.slice(index * size, (index + 1) * size);
    const ids = group.map((token) => inputs.ids[token]!);
    const back = await backwardLanguage(
      model,
      {
        hidden: inputs.hidden,
        positions: group.map((token) => inputs.predicting[token]!),
        logitSeeds: targetSeeds(pickRows(inputs.logits, group), ids, target),
        taps,
        onGradient: (tap, scalar, tensor) => onGradient(tap, group[scalar]!, tensor),
        rules,
      },
      {
        signal,
        onProgress: ({ stage, done, total }) =>
          onProgress?.({ stage, done: index * total + done, total: count * total }),
      },
    );
    for (const [scalar, gradient] of back.entries()) onInput(group[scalar]!, gradient);
  }
}

/**
 * Takes seeds at one picture's image tokens back through the tower; `onCam` gets cams by seed, last layer first. Returns the derivatives at
 * the input of the tower's first layer, by seed.
 */
export async function pictureBackward(
  model: Model,
  hidden: readonly FloatTensor[],
  {
    seeds,
    onCam,
    rules,
  }: {
    seeds: readonly FloatTensor[];
    onCam?: (cam: { layer: number; seed: number; tensor: FloatTensor }) => void;
    rules?: GradientRules;
  },
  signal: AbortSignal | undefined,
): Promise<FloatTensor[]> {
  const taps = onCam === undefined ? [] : camTaps("vision", model.definition.vision.featureLayer);
  return backwardVision(
    model,
    {
      hidden,
      seeds,
      taps,
      onGradient: (tap, seed, tensor) => onCam?.({ layer: taps.indexOf(tap), seed, tensor }),
      rules,
    },
    { signal },
  );
}
