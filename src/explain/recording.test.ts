/** @file Tests of which sites a recording taps, and of the tensors that they become. */
import { describe, expect, test } from "vitest";
import { loadRandomModel } from "../../test/support/random-checkpoint.ts";
import { tapKey, type Tap } from "../engine/taps.ts";
import { floatTensor, type FloatTensor } from "../tensor/tensor.ts";
import { variants, type Method } from "../run/map-catalogue.ts";
import { methods, traceMethods } from "../run/maps.ts";
import { attention } from "./methods/attention.ts";
import { lens } from "./methods/lens.ts";
import type { MethodPlan, MethodWork } from "./methods/method.ts";
import { rollout } from "./methods/rollout.ts";
import { computeMethods, modulesOf, recordingPlan, stagesOf } from "./recording.ts";
import type { SequencePositions } from "./sequence.ts";

const model = await loadRandomModel({ text: { num_hidden_layers: 3 } });
const { vision } = model.definition;
const picturePlan = vision.plan(vision.smallest);

/** Twelve tokens: two pictures' tokens at 1 to 4, a question out of order, the last three predict. */
const positions: SequencePositions = {
  tokens: 12,
  question: [7, 5, 6, 9],
  image: [1, 2, 3, 4],
  predicting: [9, 10, 11],
  memory: 0,
};

const planned = (record: "default" | "full" = "default"): MethodPlan => ({ model, record, positions });
const every = Array.from({ length: 12 }, (_, i) => i);
const planOf = (wanted: readonly Method[], record: "default" | "full" = "default") =>
  recordingPlan(modulesOf({ methods: wanted, variants }), planned(record));

describe("recordings", () => {
  test("attention takes the rows of the question and of what predicts, ascending and once; the last layer all", () => {
    const taps = (record: "default" | "full") =>
      attention.needs(planned(record)).languageTaps?.filter(({ site }) => site.endsWith("probs"));
    expect(taps("default")).toEqual([
      { site: "language.layers.0.attention.probs", rows: [5, 6, 7, 9, 10, 11] },
      { site: "language.layers.1.attention.probs", rows: [5, 6, 7, 9, 10, 11] },
      { site: "language.layers.2.attention.probs", rows: every },
    ]);
    expect(taps("full")?.map(({ rows }) => rows)).toEqual([every, every, every]);
  });

  test("attention takes no whole layer of a prompt of tiles so long that its map would take more than 1 GiB", () => {
    const { heads } = model.definition.language.config;
    const longest = Math.floor(Math.sqrt(2 ** 28 / heads));
    const kept = (tokens: number) => {
      const plan = { ...planned(), positions: { ...positions, tokens } };
      return attention
        .needs(plan)
        .languageTaps?.flatMap(({ rows, site }) => (site.endsWith("probs") ? [rows!.length] : []));
    };
    expect(kept(longest)).toEqual([6, 6, longest]);
    expect(kept(longest + 1)).toEqual([6, 6, 6]);
  });

  test("the lens reads image tokens, then what predicts, from the input of the first layer on", () => {
    const { languageTaps = [], lensRows } = lens.needs(planned());
    expect(lensRows).toBe(7);
    expect(languageTaps.map(({ site }) => site)).toEqual([
      "language.embedding",
      ...[0, 1, 2].map((layer) => `language.layers.${layer}.residual`),
    ]);
    expect(new Set(languageTaps.map(({ rows }) => JSON.stringify(rows)))).toEqual(new Set(["[1,2,3,4,9,10,11]"]));
  });

  test("the vision tower is tapped for attention in a full recording alone, head by head and their mean", () => {
    expect(planOf(["rollout", "lens"], "full").visionTaps).toEqual([]);
    expect(planOf(["attention"]).visionTaps).toEqual([]);
    const full = planOf(["attention"], "full").visionTaps.map(({ mean }) => mean);
    expect(full.filter((mean) => mean === undefined)).toHaveLength(3);
    expect(full.filter((mean) => mean === "heads")).toHaveLength(3);
  });

  test("the plan holds every tap, and the logits for any method", () => {
    expect(planOf([])).toEqual({
      visionTaps: [],
      languageTaps: [{ site: "logits", rows: [9, 10, 11] }],
      lensRows: 0,
      backwardTokens: 0,
      keptMaps: 0,
      keptStates: 0,
    });
    const plan = planOf(traceMethods, "full");
    expect(plan.visionTaps).toHaveLength(6);
    expect(plan.languageTaps).toHaveLength(3 + 4 + 3 + 4 + 1);
    expect(plan.lensRows).toBe(7);
  });

  test("no tap is wired twice, whatever methods ask for the same", () => {
    for (const record of ["default", "full"] as const) {
      const { languageTaps, visionTaps } = planOf(methods, record);
      for (const taps of [languageTaps, visionTaps]) expect(new Set(taps.map(tapKey)).size).toBe(taps.length);
    }
  });

  test("every method that can be named has a module, and works in stages that follow one another", () => {
    for (const method of methods) expect(modulesOf({ methods: [method], variants })).not.toEqual([]);
    expect(stagesOf({ methods, variants })).toEqual(["lens", "gradient"]);
    expect(stagesOf({ methods: ["rollout"], variants })).toEqual([]);
  });
});

describe("tensors of attention and rollout", () => {
  /** A work over three answer tokens, and pictures whose maps hold one number each. */
  function workOf(pictures: readonly number[]): MethodWork {
    const ofPicture = (value: number) => (tap: Tap) =>
      tap.mean === "heads"
        ? floatTensor([17, 17], new Float32Array(289).fill(value))
        : floatTensor([2, 17, 17], new Float32Array(578).fill(value));
    return {
      ...planned("full"),
      answer: {
        length: 12,
        embedded: floatTensor([12, 8]),
        plan: model.definition.language.plan({ length: 9, pictures: [] }),
        additions: [],
        logits: floatTensor([3, 20]),
        ids: [1, 2, 3],
        predicting: positions.predicting,
        memory: undefined,
        imageTokens: 4,
        placeholders: [],
        pictures: pictures.map((value) => ({
          positions: [],
          columns: [],
          plan: picturePlan,
          reads: [ofPicture(value)],
        })),
        read: languageValue,
      },
      promptIds: [],
      target: { kind: "logit" },
      tokens: [0, 1, 2],
      options: {},
    };
  }
  /** Norms of a state are its layer's number. */
  function languageValue({ site, mean, norm }: Tap): FloatTensor {
    const layer = site === "language.embedding" ? 0 : Number(/\d+/.exec(site)?.[0]) + 1;
    if (norm === true) return floatTensor([12], new Float32Array(12).fill(layer));
    return mean === "heads" ? floatTensor([12, 12]) : floatTensor([4, 12, 12]);
  }

  test("stack the pictures in order, and say which rows they hold", async () => {
    const tensors = await computeMethods([attention, rollout], workOf([1, 2, 3]));
    const mean = tensors.get("vision.attention.mean.1")!;
    expect(mean.dims).toEqual([3, 17, 17]);
    expect([0, 289, 578].map((at) => mean.data[at])).toEqual([1, 2, 3]);
    expect(tensors.get("vision.attention.2")!.dims).toEqual([3, 2, 17, 17]);
    expect(tensors.get("language.norms")!.dims).toEqual([4, 12]);
    expect([0, 12, 24, 36].map((at) => tensors.get("language.norms")!.data[at])).toEqual([0, 1, 2, 3]);
    expect(tensors.get("language.attention.0.queries")).toMatchObject({ type: "i32", dims: [12] });
  });

  test("without attention rollout keeps the identity alone; without pictures there is no vision tensor", async () => {
    const tensors = await computeMethods([attention, rollout], workOf([]));
    expect([...tensors.keys()].filter((name) => name.startsWith("vision"))).toEqual([]);
    const found = tensors.get("rollout")!;
    expect(found.dims).toEqual([3, 12]);
    expect([...found.data].flatMap((x, i) => (x === 1 ? [i] : []))).toEqual([9, 12 + 10, 24 + 11]);
  });
});
