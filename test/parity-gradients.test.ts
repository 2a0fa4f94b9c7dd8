/** @file Derivatives of every attention map against PyTorch's, in the language model and in the vision tower. */
import { beforeAll, describe, expect, test } from "vitest";
import type { GradientTap } from "../src/engine/backward.ts";
import { embedPrompt } from "../src/engine/embed.ts";
import { pictureGradient } from "../src/engine/layer-additions.ts";
import { backwardLanguage, blockInputTaps } from "../src/engine/language-backward.ts";
import type { HostedModel } from "../src/explain/host.ts";
import { targetSeeds } from "../src/engine/target.ts";
import type { Tap } from "../src/engine/taps.ts";
import { traceLanguage } from "../src/engine/trace.ts";
import { backwardVision, visionInputTaps } from "../src/engine/vision-backward.ts";
import type { TowerInput } from "../src/models/plan.ts";
import type { FloatTensor } from "../src/tensor/tensor.ts";
import {
  encodeParity,
  languageMap,
  largest,
  loadParityModel,
  openParityCase,
  parityCases,
  parityPositions,
  visionBlock,
  type ParityCase,
} from "./support/parity-case.ts";

/** The leading [heads, n, n] part of maps [heads, N, N]: a shorter sequence is the beginning of the longer one. */
function leading(maps: FloatTensor, [, queries, keys]: readonly number[]): Float32Array {
  const [heads, rows, size] = maps.dims as [number, number, number];
  const part = new Float32Array(heads * queries! * keys!);
  for (let head = 0; head < heads; head++) {
    for (let query = 0; query < queries!; query++) {
      const start = (head * rows + query) * size;
      part.set(maps.data.subarray(start, start + keys!), (head * queries! + query) * keys!);
    }
  }
  return part;
}

interface Derivatives {
  /** By layer and token, [heads, query, key] over the whole sequence. */
  readonly language: Map<string, FloatTensor>;
  /** Inputs of the tower, of all pictures. */
  readonly inputs: TowerInput[];
  /** By input, layer and token. */
  readonly vision: Map<string, FloatTensor>;
}

async function derivatives(model: HostedModel, parity: ParityCase): Promise<Derivatives> {
  const { vision, language } = model.definition;
  const visionTaps = visionInputTaps(vision.featureLayer);
  const images = await encodeParity(parity, model, visionTaps);
  const { input_ids: prompt, generated_ids: answer } = parity.text;
  const embedded = await embedPrompt(model, [...prompt, ...answer], images, prompt.length);
  const inputs = blockInputTaps(language.config.layers);
  const positions = answer.map((_, t) => prompt.length - 1 + t);
  const logits: Tap = { site: "logits", rows: positions };
  const captures = await traceLanguage(model, embedded, { taps: [...inputs, logits] });

  const found: Derivatives = { language: new Map(), inputs: [], vision: new Map() };
  const gradientTaps = (part: string, layers: number) =>
    Array.from({ length: layers }, (_, layer): GradientTap => ({
      site: `${part}.layers.${layer}.attention.probs`,
      form: "gradient",
    }));
  const languageTaps = gradientTaps("language", language.config.layers);
  const back = await backwardLanguage(model, {
    plan: embedded.plan,
    additions: embedded.additions,
    memory: embedded.memory,
    hidden: inputs.map((tap) => captures.get(tap)!),
    positions,
    logitSeeds: targetSeeds(captures.get(logits)!, answer, { kind: "logit" }),
    taps: languageTaps,
    onGradient(tap, token, tensor) {
      found.language.set(`${languageTaps.indexOf(tap)}.${token}`, tensor);
    },
  });

  const towerTaps = gradientTaps("vision", vision.config.layers);
  const length = embedded.embedded.dims[0]!;
  const inPrompt = parityPositions(parity, images);
  let memory = length;
  const places = images.map(({ plan }, image) => {
    if (plan.memory === undefined) return inPrompt[image]!;
    const first = memory;
    memory += plan.imageTokens.length;
    return plan.imageTokens.map((_, k) => first + k);
  });
  for (const [image, { plan, captures: captured }] of images.entries()) {
    const before = found.inputs.length;
    found.inputs.push(...plan.inputs);
    await backwardVision(model, {
      plan,
      hidden: captured.map((each) => visionTaps.map((tap) => each.get(tap)!)),
      seeds: back.map((gradient) =>
        pictureGradient(gradient, embedded.additions, { picture: image, positions: places[image]! }),
      ),
      taps: towerTaps,
      onGradient({ tap, input, scalar, tensor }) {
        found.vision.set(`${before + input}.${towerTaps.indexOf(tap)}.${scalar}`, tensor);
      },
    });
  }
  return found;
}

describe.each(parityCases)("%s", (name) => {
  let parity: ParityCase;
  let model: HostedModel;
  let found: Derivatives;
  beforeAll(async () => {
    parity = await openParityCase(name);
    model = await loadParityModel(parity);
    found = await derivatives(model, parity);
  });

  test("derivatives of the language model's attention equal PyTorch's", async () => {
    const last = parity.text.generated_ids.length - 1;
    for (const token of [0, last]) {
      if (!parity.has(`grad.lm.attn.${token}`)) continue;
      for (let layer = 0; layer < model.definition.language.config.layers; layer++) {
        const golden = await languageMap(parity, `grad.lm.attn.${token}`, layer);
        const actual = leading(found.language.get(`${layer}.${token}`)!, golden.dims);
        expect(actual).toBeCloseToArray(golden.data, 1e-4 * largest(golden.data));
      }
    }
  });

  test("derivatives of the vision tower's attention equal PyTorch's", async () => {
    const token = parity.text.generated_ids.length - 1;
    for (let layer = 0; layer < model.definition.vision.config.layers; layer++) {
      const site = `grad.vision.attn.${layer}.${token}`;
      if (!parity.has(site)) continue;
      const expected = await parity.floats(site);
      for (const index of found.inputs.keys()) {
        const golden = visionBlock(expected, found.inputs, index).data;
        const actual = found.vision.get(`${index}.${layer}.${token}`);
        // Layers that do not feed the projector have no derivative at all; PyTorch's is zero.
        if (layer >= model.definition.vision.featureLayer) expect(actual).toBeUndefined();
        expect(actual?.data ?? new Float32Array(golden.length)).toBeCloseToArray(golden, 1e-4 * largest(expected.data));
      }
    }
  });
});
