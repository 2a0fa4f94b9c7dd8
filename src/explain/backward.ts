/** @file Full backward passes of answer tokens, in groups that fit into memory. */
import type { GradientTap } from "../engine/backward.ts";
import { pictureGradient, type InputGradient, type PictureRows } from "../engine/layer-additions.ts";
import { backwardLanguage, blockInputTaps } from "../engine/language-backward.ts";
import type { Model } from "../engine/model.ts";
import type { WorkOptions } from "../engine/progress.ts";
import { targetSeeds, type TargetKind } from "../engine/target.ts";
import { backwardVision, visionInputTaps } from "../engine/vision-backward.ts";
import type { GradientRules } from "../graph/gradient-rules.ts";
import { pickRows } from "../tensor/rows.ts";
import type { FloatTensor } from "../tensor/tensor.ts";
import {
  attentionSite,
  layerIndices,
  type MethodNeeds,
  type RecordedQuestion,
  type PictureGradients,
  type SharedPass,
} from "./methods/method.ts";
import type { TracedAnswer, TracedPicture } from "./traced-answer.ts";

/** Derivatives in flight between two layers may take this much; more tokens go back in several groups. */
const seedBytes = 256 * 2 ** 20;

/** How many tokens go back together: each holds a derivative [length, width] before and after a layer. */
function tokensAtOnce(length: number, width: number): number {
  return Math.max(1, Math.floor(seedBytes / (2 * 4 * length * width)));
}

/** What a method needs whose tokens go back through the language model and the tower. */
export function backwardNeeds({ model: { definition }, positions }: RecordedQuestion): MethodNeeds {
  const { layers, width } = definition.language.config;
  const keys = positions.tokens + positions.memory;
  return {
    languageTaps: blockInputTaps(layers),
    visionTaps: visionInputTaps(definition.vision.featureLayer),
    backwardTokens: Math.min(positions.predicting.length, tokensAtOnce(keys, width)),
  };
}

/** Every hidden state of the language model, [length, width] each: the input of the first layer, and the output of each. */
export function hiddenStates({ definition }: Model, { read }: Pick<TracedAnswer, "read">): FloatTensor[] {
  return blockInputTaps(definition.language.config.layers).map(read);
}

/** By input of the tower: its hidden states up to the one that the projector reads, [tokens, width] each. */
export function towerStates({ definition }: Model, { reads }: Pick<TracedPicture, "reads">): FloatTensor[][] {
  const taps = visionInputTaps(definition.vision.featureLayer);
  return reads.map((read) => taps.map(read));
}

/** Taps on the cams of these layers of a part, in their order. */
export function camTaps(part: "language" | "vision", layers: readonly number[]): GradientTap[] {
  return layers.map((layer) => ({ site: attentionSite(part, layer), form: "cam" }));
}

export interface TokensBackward {
  /** Answer tokens by index. */
  readonly tokens: readonly number[];
  readonly target: TargetKind;
  readonly taps: readonly GradientTap[];
  /** Gets what the taps ask for, last layer first. */
  readonly onGradient: (tap: GradientTap, token: number, tensor: FloatTensor) => void;
  /** Gets each token's derivatives where the sequence enters the language model. */
  readonly onInput: (token: number, gradient: InputGradient) => void;
  readonly rules?: GradientRules;
}

/** One full backward pass of each answer token through the language model. */
export async function tokensBackward(
  model: Model,
  answer: TracedAnswer,
  { tokens, target, taps, onGradient, onInput, rules }: TokensBackward,
  { signal, onProgress }: WorkOptions,
): Promise<void> {
  const hidden = hiddenStates(model, answer);
  const keys = answer.length + answer.plan.memoryTokens;
  const size = tokensAtOnce(keys, model.definition.language.config.width);
  const count = Math.ceil(tokens.length / size);
  for (let index = 0; index < count; index++) {
    const group = tokens.slice(index * size, (index + 1) * size);
    const ids = group.map((token) => answer.ids[token]!);
    const back = await backwardLanguage(
      model,
      {
        plan: answer.plan,
        additions: answer.additions,
        memory: answer.memory,
        hidden,
        positions: group.map((token) => answer.predicting[token]!),
        logitSeeds: targetSeeds(pickRows(answer.logits, group), ids, target),
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

/** The parts of a token's derivatives that belong to each picture. */
export function pictureGradients(
  { additions, pictures }: Pick<TracedAnswer, "additions" | "pictures">,
  gradient: InputGradient,
): PictureGradients {
  return pictures.map(({ positions }, picture) => pictureGradient(gradient, additions, { picture, positions }));
}

/** The full backward passes that methods share: one for each token that one of them asks for. */
export async function sharedPasses(
  model: Model,
  answer: TracedAnswer,
  { passes, target }: { readonly passes: readonly SharedPass[]; readonly target: TargetKind },
  options: WorkOptions,
): Promise<void> {
  const byTap = new Map<string, { tap: GradientTap; heard: { pass: SharedPass; index: number }[] }>();
  for (const pass of passes) {
    for (const [index, tap] of pass.taps.entries()) {
      const key = `${tap.form} ${tap.site}`;
      const entry = byTap.get(key) ?? { tap, heard: [] };
      entry.heard.push({ pass, index });
      byTap.set(key, entry);
    }
  }
  const heardBy = new Map([...byTap.values()].map(({ tap, heard }) => [tap, heard]));
  const tokens = [...new Set(passes.flatMap((pass) => pass.tokens))].sort((a, b) => a - b);
  const taps = [...heardBy.keys()];
  const onGradient = (tap: GradientTap, token: number, tensor: FloatTensor) => {
    for (const { pass, index } of heardBy.get(tap)!) if (pass.tokens.includes(token)) pass.onTap(index, token, tensor);
  };
  const onInput = (token: number, gradient: InputGradient) => {
    const gradients = pictureGradients(answer, gradient);
    for (const { tokens: wanted, onPictures } of passes) if (wanted.includes(token)) onPictures?.(token, gradients);
  };
  await tokensBackward(model, answer, { tokens, target, taps, onGradient, onInput }, options);
}

/** A cam of one layer of the vision tower, [query, key], for one seed and one input of the tower. */
interface VisionCam {
  readonly layer: number;
  readonly seed: number;
  readonly input: number;
  readonly tensor: FloatTensor;
}

/**
 * Takes seeds at what one picture enters the language model with back through the tower; `onCam` gets cams, last layer first. Returns the derivatives at the
 * input of the tower's first layer, by input and seed.
 */
export async function pictureBackward(
  model: Model,
  picture: TracedPicture,
  {
    seeds,
    onCam,
    rules,
  }: {
    seeds: readonly PictureRows[];
    onCam?: (cam: VisionCam) => void;
    rules?: GradientRules;
  },
  signal: AbortSignal | undefined,
): Promise<FloatTensor[][]> {
  const taps = onCam === undefined ? [] : camTaps("vision", layerIndices(model.definition.vision.featureLayer));
  return backwardVision(
    model,
    {
      plan: picture.plan,
      hidden: towerStates(model, picture),
      seeds,
      taps,
      onGradient: ({ tap, scalar, input, tensor }) =>
        onCam?.({ layer: taps.indexOf(tap), seed: scalar, input, tensor }),
      rules,
    },
    { signal },
  );
}
