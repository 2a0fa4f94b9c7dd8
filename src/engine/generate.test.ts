/** @file Tests of generation: when it stops, what it refuses, sampling by seed, progress and cancelling. */
import { describe, expect, test } from "vitest";
import { loadRandomModel } from "../../test/support/random-checkpoint.ts";
import { argmax, randomEmbedded, tracedLogits } from "../../test/support/random-question.ts";
import { generate, type GenerateOptions } from "./generate.ts";
import type { Progress } from "./progress.ts";
import { defaultSampling } from "../run/question-limits.ts";

const model = await loadRandomModel();
const { embedded: prompt, ids: promptIds } = await randomEmbedded(model);

function answer(options: Partial<GenerateOptions> = {}): ReturnType<typeof generate> {
  return generate(model, prompt, { sampling: defaultSampling, maxNewTokens: 6, stopTokenIds: [], ...options });
}

const plain = await answer();

describe("generate", () => {
  test("begins with the best token of the traced form, and repeats", async () => {
    expect(plain).toMatchObject({ stopped: false });
    expect(plain.ids).toHaveLength(6);
    expect(plain.ids[0]).toBe(argmax(await tracedLogits(model, prompt)));
    expect((await answer()).ids).toEqual(plain.ids);
  });

  test("gives the same beginning for any length", async () => {
    for (const maxNewTokens of [1, 2, 5]) {
      expect((await answer({ maxNewTokens })).ids).toEqual(plain.ids.slice(0, maxNewTokens));
    }
    expect(await answer({ maxNewTokens: 0 })).toEqual({ ids: [], stopped: false });
  });

  test("ends with the first stop token", async () => {
    const stop = plain.ids[2]!;
    const end = plain.ids.indexOf(stop) + 1;
    expect(await answer({ stopTokenIds: [9999, stop] })).toEqual({ ids: plain.ids.slice(0, end), stopped: true });
  });

  test("chooses no stop token before the least number of tokens", async () => {
    const stop = plain.ids[0]!;
    const { ids } = await answer({ stopTokenIds: [stop], minNewTokens: 3 });
    expect(ids.slice(0, 3)).not.toContain(stop);
    const logits = await tracedLogits(model, prompt);
    logits[stop] = -Infinity;
    expect(ids[0]).toBe(argmax(logits));
  });

  test("refuses what exceeds the model's positions, and takes what just fits", async () => {
    const { maxPositions } = model.definition.language.config;
    const room = maxPositions - promptIds.length;
    await expect(answer({ maxNewTokens: room + 1 })).rejects.toThrow(
      `prompt: ${promptIds.length} tokens and ${room + 1} new ones exceed the model's ${maxPositions} positions`,
    );
    expect(await answer({ maxNewTokens: room, stopTokenIds: plain.ids.slice(1, 2) })).toMatchObject({ stopped: true });
  });

  test("samples the same answer for a seed, and others for others", async () => {
    const sampled = async (seed: number) =>
      (await answer({ sampling: { temperature: 1.5, topK: 0, topP: 1, seed } })).ids.join();
    expect(await sampled(5)).toBe(await sampled(5));
    expect(new Set(await Promise.all([1, 2, 3, 4].map(sampled))).size).toBeGreaterThan(1);
  });

  test("several at a time on one model do not disturb each other", async () => {
    const answers = await Promise.all([answer(), answer({ maxNewTokens: 3 }), answer()]);
    expect(answers.map(({ ids }) => ids)).toEqual([plain.ids, plain.ids.slice(0, 3), plain.ids]);
  });

  test("hands out each token and reports progress that only grows", async () => {
    const tokens: number[] = [];
    const reports: Progress[] = [];
    await answer({ onToken: (id) => tokens.push(id), onProgress: (progress) => reports.push(progress) });
    expect(tokens).toEqual(plain.ids);
    expect(reports).toEqual([
      { stage: "prefill", done: 0, total: 1 },
      { stage: "prefill", done: 1, total: 1 },
      ...plain.ids.map((_, i) => ({ stage: "decode", done: i + 1, total: 6 })),
    ]);
  });

  test("hands out each token's probability, whatever the temperature", async () => {
    const logits = await tracedLogits(model, prompt);
    const sum = logits.reduce((total, logit) => total + Math.exp(logit), 0);
    for (const temperature of [0, 2]) {
      const told: { id: number; probability: number }[] = [];
      await answer({
        maxNewTokens: 1,
        sampling: { temperature, topK: 0, topP: 1, seed: 1 },
        onToken: (id, { probability }) => told.push({ id, probability }),
      });
      expect(told).toHaveLength(1);
      expect(told[0]!.probability).toBeCloseTo(Math.exp(logits[told[0]!.id]!) / sum, 5);
    }
  });

  test("rejects with the signal's reason between two tokens, and the model works afterwards", async () => {
    const stop = new AbortController();
    const seen: number[] = [];
    const stopped = answer({
      signal: stop.signal,
      onToken(id) {
        seen.push(id);
        if (seen.length === 2) stop.abort(new Error("enough"));
      },
    });
    await expect(stopped).rejects.toThrow("enough");
    expect(seen).toHaveLength(2);
    expect((await answer()).ids).toEqual(plain.ids);
    await expect(answer({ signal: AbortSignal.abort(new Error("before")) })).rejects.toThrow("before");
  });

  test("an error in the caller's onToken ends the generation, and the model works afterwards", async () => {
    const failing = answer({
      onToken: () => {
        throw new Error("mine");
      },
    });
    await expect(failing).rejects.toThrow("mine");
    expect((await answer()).ids).toEqual(plain.ids);
  });

  test("weights that overflow are one sentence", async () => {
    const damaged = await loadRandomModel({
      adjust: (name, values) => {
        if (name.endsWith("lm_head.weight")) values.fill(NaN, 0, 24);
      },
    });
    const { embedded } = await randomEmbedded(damaged);
    await expect(
      generate(damaged, embedded, { sampling: defaultSampling, maxNewTokens: 2, stopTokenIds: [] }),
    ).rejects.toThrow("generation: the model gave a logit that is not a number");
  });
});
