/** @file Tests of integrated gradients: completeness, whatever the model and the target, and derivatives at the points of the path. */
import { describe, expect, test } from "vitest";
import { demoPicture, questionOf } from "../../../test/support/demo-question.ts";
import { loadParityModel, openParityCase } from "../../../test/support/parity-case.ts";
import { loadRandomModel } from "../../../test/support/random-checkpoint.ts";
import { embedPrompt, type Sequence } from "../../engine/embed.ts";
import type { HostedModel } from "../host.ts";
import type { TargetKind } from "../../engine/target.ts";
import { meanRows, onPath } from "../../methods/integrated-gradients.ts";
import { logitsOf, logSumExp } from "../../methods/probability.ts";
import { pickRows } from "../../tensor/rows.ts";
import type { FloatTensor } from "../../tensor/tensor.ts";
import { explain } from "../explain.ts";
import { encodePictures, prepareQuestion } from "../question.ts";
import { openRecorded } from "../recorded-run.ts";
import { computeMethods, recordingPlan } from "../recording.ts";
import { answerLogits, traceAnswer, type TracedAnswer } from "../traced-answer.ts";
import { integratedGradientsOf } from "./integrated-gradients.ts";
import type { MethodPlan } from "./method.ts";

interface Case {
  readonly plan: MethodPlan;
  readonly answer: TracedAnswer;
}

/** A question about pictures with an answer of these ids, traced. */
async function traced(model: HostedModel, names: readonly string[], ids: readonly number[]): Promise<Case> {
  const question = questionOf("Which way does the arrow point?", names.map(demoPicture));
  const { pictures, prompt } = await prepareQuestion(model, question);
  const encoded = await encodePictures(model, pictures, { taps: [] });
  const predicting = ids.map((_, token) => prompt.ids.length - 1 + token);
  const of = (image: number) =>
    prompt.tokens.flatMap((token, position) => (token.role === "image" && token.image === image ? [position] : []));
  const positions = { tokens: prompt.ids.length + ids.length, question: [], image: [], predicting, memory: 0 };
  const plan: MethodPlan = { model, record: "default", positions };
  const { languageTaps } = recordingPlan([integratedGradientsOf(1)], plan);
  const sequence = await embedPrompt(model, [...prompt.ids, ...ids], encoded, prompt.ids.length);
  const traceOf = { sequence, taps: languageTaps, ids, predicting, encoded, positions: names.map((_, k) => of(k)) };
  return { plan, answer: await traceAnswer(model, traceOf, {}) };
}

/** The map of each token, [image tokens]. */
async function mapsOf({ plan, answer }: Case, steps: number, target: TargetKind = { kind: "logit" }) {
  const tokens = answer.ids.map((_, token) => token);
  const found = await computeMethods([integratedGradientsOf(steps)], {
    ...{ ...plan, answer, promptIds: [], target, tokens },
    options: {},
  });
  const { data, dims } = found.get("integrated-gradients") as FloatTensor;
  return tokens.map((token) => data.subarray(token * dims[1]!, (token + 1) * dims[1]!));
}

/** The logits of the answer with these rows in the place of each picture's image tokens, and of what is added to them behind layers. */
async function logitsWith({ plan, answer }: Case, rowsOf: (input: FloatTensor) => FloatTensor): Promise<FloatTensor> {
  const { embedded, ids, predicting, pictures } = answer;
  const { memory } = answer;
  const changed: Sequence = {
    embedded: { ...embedded, data: embedded.data.slice() },
    memory,
    plan: answer.plan,
    additions: answer.additions.map((addition) => ({ ...addition, rows: rowsOf(addition.rows) })),
  };
  const width = embedded.dims[1]!;
  for (const { positions } of pictures) {
    const rows = rowsOf(pickRows(embedded, positions));
    for (const [i, position] of positions.entries()) {
      changed.embedded.data.set(rows.data.subarray(i * width, (i + 1) * width), position * width);
    }
  }
  const traceOf = { sequence: changed, taps: [answerLogits(predicting)], ids, predicting, positions: [], encoded: [] };
  return (await traceAnswer(plan.model, traceOf, {})).logits;
}

function scores(logits: FloatTensor, ids: readonly number[], target: TargetKind): number[] {
  return ids.map((id, token) => {
    const row = logitsOf(logits, token);
    if (target.kind === "logprob") return row[id]! - logSumExp(row);
    return row[id]! - (target.kind === "contrast" ? row[target.rivalId]! : 0);
  });
}

const sum = (map: Float32Array) => map.reduce((total, value) => total + value, 0);

/** By token: the sum of the map less the difference of the scores between the pictures and their means. */
async function gaps(question: Case, steps: number, target: TargetKind = { kind: "logit" }): Promise<number[]> {
  const maps = await mapsOf(question, steps, target);
  const { ids, logits } = question.answer;
  const atBaseline = scores(await logitsWith(question, meanRows), ids, target);
  const atInput = scores(logits, ids, target);
  return maps.map((map, token) => sum(map) - (atInput[token]! - atBaseline[token]!));
}

/** Steep enough that few steps miss what happens on the path. */
const steep = await loadRandomModel({
  seed: 5,
  adjust(name, values) {
    if (/(q_proj|k_proj|gate_proj)\.weight$/.test(name)) for (const i of values.keys()) values[i]! *= 2;
  },
});
const two = await traced(steep, ["arrow-right.png", "banana-pink.png"], [40, 7, 300]);

describe("integrated gradients", () => {
  test.each([{ kind: "logit" }, { kind: "logprob" }, { kind: "contrast", rivalId: 9 }] as const)(
    "sum to the difference of the scores between the pictures and their means, $kind",
    async (target) => {
      const { ids, logits } = two.answer;
      const differences = scores(await logitsWith(two, meanRows), ids, target);
      const largest = Math.max(...scores(logits, ids, target).map((score, i) => Math.abs(score - differences[i]!)));
      for (const gap of await gaps(two, 12, target)) expect(Math.abs(gap)).toBeLessThan(1e-3 * largest);
    },
  );

  test("sum to it if the tower adds rows behind layers, which go along the path as well", async () => {
    const question = await traced(
      await loadParityModel(await openParityCase("qwen3-vl")),
      ["arrow-right.png", "banana-pink.png"],
      [40, 7],
    );
    expect(question.answer.additions).toHaveLength(4);
    const differences = scores(await logitsWith(question, meanRows), question.answer.ids, { kind: "logit" });
    const size = Math.max(
      ...scores(question.answer.logits, question.answer.ids, { kind: "logit" }).map((score, i) =>
        Math.abs(score - differences[i]!),
      ),
    );
    for (const gap of await gaps(question, 20)) expect(Math.abs(gap)).toBeLessThan(2e-2 * size);
  });

  test("hold what they are to sum to: the target at the means of the pictures, and at the pictures", async () => {
    const { ids, logits } = two.answer;
    const found = await computeMethods([integratedGradientsOf(1)], {
      ...{ ...two.plan, answer: two.answer, promptIds: [], target: { kind: "logprob" }, tokens: [1] },
      options: {},
    });
    const ends = found.get("integrated-gradients.ends") as FloatTensor;
    const atMeans = scores(await logitsWith(two, meanRows), ids, { kind: "logprob" });
    const atPictures = scores(logits, ids, { kind: "logprob" });
    expect(ends.dims).toEqual([3, 2]);
    expect(ends.data).toBeCloseToArray(
      ids.flatMap((_, token) => [atMeans[token]!, atPictures[token]!]),
      1e-4,
    );
  });

  test("come nearer to it with more steps", async () => {
    const worst = [];
    for (const steps of [1, 4, 12]) worst.push(Math.max(...(await gaps(two, steps)).map(Math.abs)));
    expect(worst[1]).toBeLessThan(worst[0]! / 3);
    expect(worst[2]).toBeLessThan(worst[1]! / 3);
  });

  test("are derivatives along the path: finite differences at its middle", async () => {
    const maps = await mapsOf(two, 1);
    const first = two.answer.pictures[0]!.positions.length;
    for (const [picture, row] of [
      [0, 3],
      [1, 10],
    ] as const) {
      const step = 0.05;
      const moved = async (way: number) => {
        let image = 0;
        const logits = await logitsWith(two, (input) => {
          const mean = meanRows(input);
          const middle = onPath(mean, input, 0.5);
          if (image++ !== picture) return middle;
          const width = input.dims[1]!;
          for (let i = row * width; i < (row + 1) * width; i++) {
            middle.data[i]! += way * step * (input.data[i]! - mean.data[i]!);
          }
          return middle;
        });
        return scores(logits, two.answer.ids, { kind: "logit" });
      };
      const [more, less] = [await moved(1), await moved(-1)];
      for (const [token, map] of maps.entries()) {
        const slope = (more[token]! - less[token]!) / (2 * step);
        expect(map[picture * first + row]).toBeCloseTo(slope, 3);
      }
    }
  });

  test("are recorded like any method: rows of asked tokens alone, with steps and baseline", async () => {
    const question = questionOf("Which way?", [demoPicture("arrow-right.png")], { maxNewTokens: 3, minNewTokens: 3 });
    const options = { record: "default", maxMemoryBytes: 2 ** 32, methods: ["integrated-gradients"] } as const;
    const gradients = { variants: [], target: { kind: "logit" }, tokens: ["1"] } as const;
    const run = await openRecorded(await explain(steep, question, { ...options, gradients }));
    expect(run.description.methods).toEqual({
      "integrated-gradients": { target: "logit", tokens: [1], steps: 20, baseline: "mean" },
    });
    const { data, dims } = await run.tensor("integrated-gradients");
    expect(dims).toEqual([3, 16]);
    const isZero = [0, 1, 2].map((token) => data.subarray(token * 16, (token + 1) * 16).every((value) => value === 0));
    expect(isZero).toEqual([true, false, true]);
    const alone = questionOf("Why?", [], { maxNewTokens: 2 });
    await expect(explain(steep, alone, options)).rejects.toThrow("The question has no picture");
    const others = await explain(steep, alone, { ...options, methods: ["attention", "integrated-gradients"] });
    expect(others.tensors.has("integrated-gradients")).toBe(false);
  });
});
