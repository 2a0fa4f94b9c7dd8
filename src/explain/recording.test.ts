/** @file Tests of which sites a recording taps, and of the tensors that they become. */
import { describe, expect, test } from "vitest";
import { loadRandomModel } from "../../test/support/random-checkpoint.ts";
import type { Captures } from "../engine/taps.ts";
import { floatTensor } from "../tensor/tensor.ts";
import { traceMethods } from "./method-names.ts";
import type { Method } from "./method-names.ts";
import { attentionTensors, lensPositions, recordingPlan, recordingTaps } from "./recording.ts";
import type { SequencePositions } from "./recording.ts";

const model = await loadRandomModel({ text: { num_hidden_layers: 3 } });

/** Twelve tokens: two pictures' tokens at 1 to 4, a question out of order, the last three predict. */
const positions: SequencePositions = {
  tokens: 12,
  question: [7, 5, 6, 9],
  image: [1, 2, 3, 4],
  predicting: [9, 10, 11],
};

const tapsOf = (wanted: readonly Method[], record: "default" | "full" = "default") =>
  recordingTaps(model, { methods: wanted, record }, positions);

describe("recordingTaps", () => {
  test("attention takes the rows of the question and of what predicts, ascending and once; the last layer all", () => {
    const { attention } = tapsOf(["attention"]);
    const every = Array.from({ length: 12 }, (_, i) => i);
    expect(attention).toEqual([
      { site: "language.layers.0.attention.probs", rows: [5, 6, 7, 9, 10, 11] },
      { site: "language.layers.1.attention.probs", rows: [5, 6, 7, 9, 10, 11] },
      { site: "language.layers.2.attention.probs", rows: every },
    ]);
    expect(tapsOf(["attention"], "full").attention.map(({ rows }) => rows)).toEqual([every, every, every]);
  });

  test("the lens reads image tokens, then what predicts, from the input of the first layer on", () => {
    expect(lensPositions(positions)).toEqual([1, 2, 3, 4, 9, 10, 11]);
    const { lens } = tapsOf(["lens"]);
    expect(lens.map(({ site }) => site)).toEqual([
      "language.embedding",
      ...[0, 1, 2].map((layer) => `language.layers.${layer}.residual`),
    ]);
    expect(new Set(lens.map(({ rows }) => JSON.stringify(rows)))).toEqual(new Set(["[1,2,3,4,9,10,11]"]));
  });

  test("the vision tower is tapped for attention alone, head by head in a full recording", () => {
    expect(tapsOf(["rollout", "lens"]).visionMeans).toEqual([]);
    expect(tapsOf(["attention"]).visionMeans).toHaveLength(3);
    expect(tapsOf(["attention"]).visionHeads).toEqual([]);
    expect(tapsOf(["attention"], "full").visionHeads).toHaveLength(3);
  });

  test("the plan holds every tap, and the logits for any method", () => {
    expect(recordingPlan(model, tapsOf([]))).toEqual({
      visionTaps: [],
      languageTaps: [{ site: "logits", rows: [9, 10, 11] }],
      lensRows: 0,
      backwardTokens: 0,
      keptMaps: 0,
    });
    const plan = recordingPlan(model, tapsOf(traceMethods, "full"));
    expect(plan.visionTaps).toHaveLength(6);
    expect(plan.languageTaps).toHaveLength(3 + 4 + 3 + 4 + 1);
    expect(plan.lensRows).toBe(7);
  });
});

describe("attentionTensors", () => {
  const taps = tapsOf(["attention", "rollout"], "full");
  const language: Captures = new Map();
  for (const tap of taps.attention) language.set(tap, floatTensor([4, 12, 12]));
  for (const [layer, tap] of taps.norms.entries())
    language.set(tap, floatTensor([12], new Float32Array(12).fill(layer)));
  for (const tap of taps.headMeans) language.set(tap, floatTensor([12, 12]));
  const visionOf = (value: number): Captures =>
    new Map([
      ...taps.visionMeans.map((tap) => [tap, floatTensor([17, 17], new Float32Array(289).fill(value))] as const),
      ...taps.visionHeads.map((tap) => [tap, floatTensor([2, 17, 17], new Float32Array(578).fill(value))] as const),
    ]);
  const { predicting } = positions;

  test("stack the pictures in order, and say which rows they hold", () => {
    const tensors = attentionTensors(taps, { language, vision: [visionOf(1), visionOf(2), visionOf(3)], predicting });
    const mean = tensors.get("vision.attention.mean.1")!;
    expect(mean.dims).toEqual([3, 17, 17]);
    expect([0, 289, 578].map((at) => mean.data[at])).toEqual([1, 2, 3]);
    expect(tensors.get("vision.attention.2")!.dims).toEqual([3, 2, 17, 17]);
    expect(tensors.get("language.norms")!.dims).toEqual([4, 12]);
    expect([0, 12, 24, 36].map((at) => tensors.get("language.norms")!.data[at])).toEqual([0, 1, 2, 3]);
    expect(tensors.get("language.attention.0.queries")).toMatchObject({ type: "i32", dims: [12] });
  });

  test("without attention rollout keeps the identity alone; without pictures there is no vision tensor", () => {
    const tensors = attentionTensors(taps, { language, vision: [], predicting });
    expect([...tensors.keys()].filter((name) => name.startsWith("vision"))).toEqual([]);
    const rollout = tensors.get("rollout")!;
    expect(rollout.dims).toEqual([3, 12]);
    expect([...rollout.data].flatMap((x, i) => (x === 1 ? [i] : []))).toEqual([9, 12 + 10, 24 + 11]);
  });
});
