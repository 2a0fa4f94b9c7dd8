/** @file Full backward passes of answer tokens, in groups that fit into memory, with the cams of each layer handed out. */
import { backwardLanguage } from "../../engine/language-backward.ts";
import type { GradientTap } from "../../engine/backward.ts";
import type { Model } from "../../engine/model.ts";
import { targetSeeds } from "../../engine/target.ts";
import type { TargetKind } from "../../engine/target.ts";
import { backwardVision } from "../../engine/vision-backward.ts";
import { floatTensor } from "../../tensor/tensor.ts";
import type { FloatTensor } from "../../tensor/tensor.ts";
import type { TaskOptions } from "../question.ts";
import type { RelevancyInputs } from "./inputs.ts";

type WorkOptions = Pick<TaskOptions, "signal" | "onProgress">;

/** Derivatives in flight between two layers may take this much; more tokens go back in several groups. */
const seedBytes = 256 * 2 ** 20;

export function tokensAtOnce(length: number, width: number): number {
  return Math.max(1, Math.floor(seedBytes / (2 * 4 * length * width)));
}

/** Rows [start, start + count) of a matrix [rows, width], copied. */
function rowsOf(matrix: FloatTensor, rows: readonly number[]): FloatTensor {
  const width = matrix.dims[1]!;
  const picked = floatTensor([rows.length, width]);
  for (const [i, row] of rows.entries())
    picked.data.set(matrix.data.subarray(row * width, (row + 1) * width), i * width);
  return picked;
}

export interface TokenGradients {
  /** Derivative of the token's scalar with respect to each picture's image tokens, [image tokens, width]. */
  readonly pictures: readonly FloatTensor[];
}

function camTaps(part: "language" | "vision", layers: number): GradientTap[] {
  return Array.from({ length: layers }, (_, layer) => ({
    site: `${part}.layers.${layer}.attention.probs`,
    form: "cam",
  }));
}

/**
 * One full backward pass of each answer token through the language model. `onCam` gets each layer's cam [query, key] of each token, last
 * layer first; the result is each token's derivative at the pictures, in the order of `tokens`.
 */
export async function tokensBackward(
  model: Model,
  inputs: RelevancyInputs,
  {
    tokens,
    target,
    onCam,
  }: {
    tokens: readonly number[];
    target: TargetKind;
    onCam: (cam: { layer: number; token: number; tensor: FloatTensor }) => void;
  },
  options: WorkOptions,
): Promise<TokenGradients[]> {
  const { layers, width } = model.definition.language.config;
  const taps = camTaps("language", layers);
  const size = tokensAtOnce(inputs.length, width);
  const groups = Array.from({ length: Math.ceil(tokens.length / size) }, (_, i) =>
    tokens.slice(i * size, (i + 1) * size),
  );
  const found: TokenGradients[] = [];
  for (const [index, group] of groups.entries()) {
    const logitSeeds = targetSeeds(
      rowsOf(inputs.logits, group),
      group.map((token) => inputs.ids[token]!),
      target,
    );
    const back = await backwardLanguage(
      model,
      {
        hidden: inputs.hidden,
        positions: group.map((token) => inputs.predicting[token]!),
        logitSeeds,
        taps,
        onGradient: (tap, scalar, tensor) => onCam({ layer: taps.indexOf(tap), token: group[scalar]!, tensor }),
      },
      {
        signal: options.signal,
        onProgress: ({ stage, done, total }) =>
          options.onProgress?.({ stage, done: index * total + done, total: groups.length * total }),
      },
    );
    for (const embedding of back) {
      found.push({ pictures: inputs.pictures.map(({ positions }) => rowsOf(embedding, positions)) });
    }
  }
  return found;
}

/** Takes seeds at one picture's image tokens back through the tower; `onCam` gets cams by seed, last layer first. */
export async function pictureBackward(
  model: Model,
  hidden: readonly FloatTensor[],
  {
    seeds,
    onCam,
  }: { seeds: readonly FloatTensor[]; onCam: (cam: { layer: number; seed: number; tensor: FloatTensor }) => void },
  signal: AbortSignal | undefined,
): Promise<void> {
  const taps = camTaps("vision", model.definition.vision.featureLayer);
  await backwardVision(
    model,
    { hidden, seeds, taps, onGradient: (tap, seed, tensor) => onCam({ layer: taps.indexOf(tap), seed, tensor }) },
    { signal },
  );
}
