/** @file Relevancy maps, exact and reference, against PyTorch's and the published tool's numbers. */
import { beforeAll, describe, expect, test } from "vitest";
import { embedPrompt } from "../src/engine/embed.ts";
import type { HostedModel } from "../src/explain/host.ts";
import type { MethodPlan } from "../src/explain/methods/method.ts";
import { computeMethods, modulesOf, recordingPlan } from "../src/explain/recording.ts";
import { traceAnswer } from "../src/explain/traced-answer.ts";
import { referenceWordRow, referenceWords } from "../src/methods/word-relevancy.ts";
import type { FloatTensor, Tensor } from "../src/tensor/tensor.ts";
import {
  encodeParity,
  largest,
  loadParityModel,
  openParityCase,
  parityCases,
  parityPositions,
  type ParityCase,
} from "./support/parity-case.ts";

async function relevancyOf(model: HostedModel, parity: ParityCase, tokens?: number[]): Promise<Map<string, Tensor>> {
  const { input_ids: prompt, generated_ids: ids, image_positions: image } = parity.text;
  const predicting = ids.map((_, t) => prompt.length - 1 + t);
  const positions = { tokens: prompt.length + ids.length, question: [], image, predicting, memory: 0 };
  const modules = modulesOf({ methods: ["relevancy"], variants: ["exact", "reference"] });
  const { visionTaps } = recordingPlan(modules, { model, record: "default", positions });
  const encoded = await encodeParity(parity, model, visionTaps);
  const sequence = await embedPrompt(model, [...prompt, ...ids], encoded, prompt.length);
  const memory = sequence.plan.memoryTokens;
  const plan: MethodPlan = { model, record: "default", positions: { ...positions, memory } };
  const { languageTaps } = recordingPlan(modules, plan);
  const traced = { sequence, taps: languageTaps, ids, predicting, encoded };
  const answer = await traceAnswer(model, { ...traced, positions: parityPositions(parity, encoded) }, {});
  return computeMethods(modules, {
    ...{ ...plan, answer, promptIds: prompt, target: { kind: "logit" } },
    tokens: tokens ?? ids.map((_, t) => t),
    options: {},
  });
}

/** Row `token` of a tensor [tokens, n]. */
function row(tensors: ReadonlyMap<string, Tensor>, name: string, token: number): Float32Array {
  const tensor = tensors.get(name)!;
  const n = tensor.dims[1]!;
  return Float32Array.from(tensor.data.subarray(token * n, (token + 1) * n));
}

describe.each(parityCases)("%s", (name) => {
  let parity: ParityCase;
  let model: HostedModel;
  let found: Map<string, Tensor>;
  beforeAll(async () => {
    parity = await openParityCase(name);
    model = await loadParityModel(parity);
    found = await relevancyOf(model, parity);
  });
  const tokens = () => parity.text.generated_ids.map((_, t) => t);

  test("exact rows of the language model equal PyTorch's, and are zero after their position", async () => {
    for (const token of tokens()) {
      if (!parity.has(`relevancy.exact.${token}`)) continue;
      const expected = (await parity.floats(`relevancy.exact.${token}`)).data;
      const actual = row(found, "relevancy.exact.language", token);
      const tolerance = 2e-4 * largest(expected.subarray(0, -1));
      expect(actual.subarray(0, expected.length)).toBeCloseToArray(expected, tolerance);
      const length = parity.text.input_ids.length + parity.text.generated_ids.length;
      expect(largest(actual.subarray(expected.length, length))).toBe(0);
      // Cross-attention carries relevancy on to the memory behind the sequence.
      if (actual.length > length) expect(largest(actual.subarray(length))).toBeGreaterThan(0);
    }
  });

  test("exact vision and combined maps follow from PyTorch's whole vision R", async () => {
    const { classToken } = model.definition.vision;
    const skip = classToken ? 1 : 0;
    for (const token of tokens()) {
      if (!parity.has(`relevancy.exact.vision.${token}`)) continue;
      const whole = await parity.floats(`relevancy.exact.vision.${token}`);
      const [images, n] = whole.dims as [number, number, number];
      // Image tokens that are made of several patches have no row of their own.
      if (images * (n - skip) !== parity.text.image_positions.length) continue;
      const language = (await parity.floats(`relevancy.exact.${token}`)).data;
      const each = n - skip;
      const vision = new Float32Array(images * each);
      const combined = new Float32Array(images * each);
      for (let k = 0; k < images; k++) {
        for (let i = 0; i < each; i++) {
          const r = language[parity.text.image_positions[k * each + i]!]!;
          for (let j = 0; j < each; j++) {
            const value = whole.data[(k * n + i + skip) * n + j + skip]!;
            vision[k * each + j]! += (value - (i === j ? 1 : 0)) / each;
            combined[k * each + j]! += r * value;
          }
        }
      }
      expect(row(found, "relevancy.exact.vision", token)).toBeCloseToArray(vision, 2e-4 * largest(vision));
      expect(row(found, "relevancy.exact.combined", token)).toBeCloseToArray(combined, 2e-4 * largest(combined));
    }
  });

  test("reference rows and vision maps equal the published tool's", async () => {
    for (const token of tokens()) {
      if (!parity.has(`reference.llama.${token}`)) continue;
      const language = (await parity.floats(`reference.llama.${token}`)).data;
      const actual = row(found, "relevancy.reference.language", token);
      expect(actual.subarray(0, language.length)).toBeCloseToArray(language, 1e-4);
      const modes = { vit: "vision", all: "combined", all_v2: "combined2" };
      for (const [golden, mode] of Object.entries(modes)) {
        if (!parity.has(`reference.${golden}.${token}`)) continue;
        const whole = await parity.floats(`reference.${golden}.${token}`);
        const expected = whole.data.slice(1, whole.dims[1]);
        expect(row(found, `relevancy.reference.${mode}`, token)).toBeCloseToArray(expected, 1e-4);
      }
    }
  });

  test("rows of the published tool's words equal its own", () => {
    const { generated_tokens: spelled } = parity.text;
    return Promise.all(
      referenceWords(spelled).map(async (word, k) => {
        if (!parity.has(`reference.word.llama.${k}`)) return;
        const expected = (await parity.floats(`reference.word.llama.${k}`)).data;
        const actual = referenceWordRow(found.get("relevancy.reference.language") as FloatTensor, word);
        expect(actual.subarray(0, expected.length)).toBeCloseToArray(expected, 1e-4);
      }),
    );
  });

  test("vision maps of the reference variant are absent without a class token, and of tiles", () => {
    const { classToken, smallest } = model.definition.vision;
    expect(found.has("relevancy.reference.vision")).toBe(classToken && smallest.kind === "whole");
  });

  test("one token alone has the same rows as among all, and the others are zero", async () => {
    const alone = await relevancyOf(model, parity, [2]);
    for (const [tensor] of found) {
      expect(row(alone, tensor, 2)).toBeCloseToArray(row(found, tensor, 2), 1e-6);
      expect(largest(row(alone, tensor, 1))).toBe(0);
    }
  });
});
