/** @file Measurements of the demo model, against the same questions asked by other parts of the program. */
import { afterAll, describe, expect, test } from "vitest";
import { demoPicture, loadDemoModel, questionOf } from "../../test/support/demo-question.ts";
import { fillPatches } from "../../test/support/fill-patches.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { embedPrompt } from "../engine/embed.ts";
import { traceLanguage } from "../engine/trace.ts";
import { encodeImage } from "../engine/vision.ts";
import { readImageFile } from "../image/decode.ts";
import { prepareImage } from "../image/prepare.ts";
import { cellBox } from "../image/geometry.ts";
import type { RgbImage } from "../image/types.ts";
import { logitsOf, probabilityIn } from "../methods/probability.ts";
import type { MeasureRequest, ResultOf, VerifyRequest } from "../run/measures.ts";
import { imageTokenPositions, imageTokens, predictingPosition } from "../run/positions.ts";
import type { Run } from "../run/types.ts";
import { tokenClasses } from "../run/token-classes.ts";
import type { FloatTensor } from "../tensor/tensor.ts";
import { findTokens } from "../findings/answer-words.ts";
import { graphPool } from "../causes/graph-pool.ts";
import { explain } from "../explain/explain.ts";
import { plansOfPictures } from "../explain/pictures.ts";
import { openRecorded } from "../explain/recorded-run.ts";
import { measure } from "./measure.ts";

const model = await loadDemoModel();
const pool = graphPool({ threads: 1 });
afterAll(() => pool.close());

async function recordedRun(picture: string, question: string): Promise<Run> {
  const options = {
    methods: ["attention", "rollout", "relevancy"],
    record: "default",
    maxMemoryBytes: 2 ** 32,
  } as const;
  return openRecorded(await explain(model, questionOf(question, [demoPicture(picture)]), options));
}
const arrow = await recordedRun("arrow-right.png", "Which way does the arrow point?");
const right = findTokens(arrow.description, "right").tokens[0]!;
const target = predictingPosition(arrow.description, right);
const patches = imageTokenPositions(arrow.description);
const { image: arrowPicture } = await readImageFile(demoPicture("arrow-right.png"));

async function measured<Kind extends MeasureRequest["kind"]>(
  run: Run,
  request: MeasureRequest & { readonly kind: Kind },
  signal?: AbortSignal,
): Promise<ResultOf<Kind>> {
  const options = { request, pool, cacheFolder: temporaryFolder(), maxMemoryBytes: 2 ** 32, signal };
  return (await measure(model, run, options)).result as ResultOf<Kind>;
}

const verify = (change: Partial<VerifyRequest>): VerifyRequest & { kind: "verify" } => ({
  kind: "verify",
  token: right,
  evidence: { kind: "tokens", positions: patches },
  source: { kind: "selection" },
  fill: "mean",
  sets: 20,
  seed: 0,
  minimal: false,
  ...change,
});

/** Probability of "right" with another picture, by the engine's trace alone. */
async function probabilityWith(picture: RgbImage, knockOut: readonly number[] = []): Promise<number> {
  const { tokens, answer } = arrow.description;
  const ids = tokens.map(({ id }) => id);
  const { pixelValues } = prepareImage(picture, { settings: model.checkpoint.processor, fit: "default" });
  const parts = { checkpoint: model.checkpoint, vision: model.definition.vision };
  const [plan] = plansOfPictures(parts, [{ ...picture, fit: "default" }]);
  const encoded = await encodeImage(model, { pixelValues, plan: plan! });
  const embedded = await embedPrompt(model, ids, [encoded], answer.start);
  const tap = { site: "logits", rows: [target] };
  const captures = await traceLanguage(model, embedded, { taps: [tap], intervention: { knockOut } });
  return probabilityIn(logitsOf(captures.get(tap) as FloatTensor, 0), ids[answer.start + right]!);
}

describe("a test of evidence", () => {
  const some = patches.slice(170, 186);
  const boxes = imageTokens(arrow.description)
    .filter(({ position }) => some.includes(position))
    .map(({ cell }) => cellBox(arrow.description.images[0]!.grids[cell!.grid]!, cell!));
  const sigma = Math.sqrt(boxes[0]!.width * boxes[0]!.height);

  test("starts from the probability that was recorded", async () => {
    const { original } = await measured(arrow, verify({}));
    expect(original).toBeCloseTo(arrow.description.answerTokens[right]!.probability, 4);
  });

  test.each(["mean", "blur", "noise"] as const)(
    "fills patches by %s as the vision tower would see them",
    async (fill) => {
      const question = findTokens(arrow.description, "right");
      expect(question.tokens).toContain(right);
      const [word] = tokenClasses(arrow.description, target).question;
      const positions = [...some, word!];
      const { masked } = await measured(arrow, verify({ evidence: { kind: "tokens", positions }, fill }));
      const filled = fillPatches(arrowPicture, { boxes, fill, seed: 0, sigma });
      expect(masked).toBeCloseTo(await probabilityWith(filled, [word!]), 4);
    },
  );

  test("knocks patches and words out of attention", async () => {
    const positions = [...some, target - 1];
    const { masked } = await measured(arrow, verify({ evidence: { kind: "tokens", positions }, fill: "knock-out" }));
    expect(masked).toBeCloseTo(await probabilityWith(arrowPicture, positions), 4);
  });

  test("compares with random sets and the largest attention, and counts them into p", async () => {
    const result = await measured(arrow, verify({ evidence: { kind: "tokens", positions: some } }));
    const { original, masked, random, p, topAttention, allSets } = result;
    expect(random).toHaveLength(20);
    expect(allSets).toBe(false);
    expect(p).toBe((1 + random.filter((other) => original - other >= original - masked).length) / 21);
    expect(topAttention!.positions).toHaveLength(some.length);
    expect(topAttention!.positions.every((position) => patches.includes(position))).toBe(true);
    const again = await measured(arrow, verify({ evidence: { kind: "tokens", positions: some } }));
    expect(again).toEqual(result);
  });

  test("searches a part whose every member is needed", async () => {
    const top = [...some, ...patches.slice(140, 156)];
    const { original, masked, minimal } = await measured(
      arrow,
      verify({ evidence: { kind: "tokens", positions: top }, minimal: true }),
    );
    if (original - masked <= 0) throw new Error("the set has no effect to search");
    const { evidence, masked: without } = minimal!;
    if (evidence.kind !== "tokens") throw new Error("another kind of evidence");
    const needed = 0.9 * (original - masked);
    expect(original - without).toBeGreaterThanOrEqual(needed - 1e-6);
    for (const left of evidence.positions.slice(0, 3)) {
      const rest = evidence.positions.filter((position) => position !== left);
      if (rest.length === 0) continue;
      const { masked: less } = await measured(arrow, verify({ evidence: { kind: "tokens", positions: rest } }));
      expect(original - less).toBeLessThan(needed);
    }
  });

  test("ablates heads", async () => {
    const heads = [{ layer: 5, head: 4 }];
    const { masked, random, topAttention } = await measured(arrow, verify({ evidence: { kind: "heads", heads } }));
    const all = Array.from({ length: 36 }, (_, i) => ({ layer: Math.floor(i / 6), head: i % 6 }));
    const without = await measured(arrow, verify({ evidence: { kind: "heads", heads: all }, sets: 20 }));
    expect(random).toHaveLength(20);
    expect(topAttention).toBeUndefined();
    expect(masked).not.toBe(without.masked);
    // No other set of all heads exists.
    expect(without.random).toEqual([]);
    expect(without.allSets).toBe(true);
  });

  test("tells that the picture matters for the arrow, and not for the door", async () => {
    const whole = await measured(arrow, verify({}));
    expect(whole.verdict).toBe("depends");
    expect(whole.answer.text).not.toBe(arrow.description.answerText);
    for (const [picture, question] of [
      ["door-closed.png", "Is the door open?"],
      ["door-open.png", "Is the door closed?"],
    ] as const) {
      const door = await recordedRun(picture, question);
      const token = findTokens(door.description, "yes").tokens[0]!;
      const positions = imageTokenPositions(door.description);
      const result = await measured(door, verify({ token, evidence: { kind: "tokens", positions } }));
      expect(result.verdict).toBe("independent");
    }
  });

  test("refuses what cannot be masked", async () => {
    const without = (positions: number[]) => measured(arrow, verify({ evidence: { kind: "tokens", positions } }));
    await expect(without([])).rejects.toThrow("There is nothing to mask");
    await expect(without([0])).rejects.toThrow("Position 0 cannot be masked");
    await expect(without([target])).rejects.toThrow(`Position ${target} cannot be masked`);
    await expect(measured(arrow, verify({ token: 99 }))).rejects.toThrow("The answer has tokens 0 to 5, got 99.");
    await expect(
      measured(arrow, verify({ evidence: { kind: "heads", heads: [{ layer: 6, head: 0 }] } })),
    ).rejects.toThrow("layers 0 to 5");
    await expect(measured(arrow, verify({}), AbortSignal.abort(new Error("stopped")))).rejects.toThrow("stopped");
  });
});

describe("other measurements", () => {
  test("grounding is high for what the picture decides, and low for what it does not", async () => {
    const { tokens, otherPictures } = await measured(arrow, { kind: "grounding", seed: 0 });
    expect(otherPictures).toBe(8);
    expect(tokens).toHaveLength(arrow.description.answerTokens.length);
    const { parts, score } = tokens[right]!;
    expect(parts.blank).toBeGreaterThan(0.5);
    expect(Math.max(...tokens.map((each) => each.score))).toBe(score);
    for (const value of [parts.attention, parts.relevancy!, parts.blank, parts.others, score]) {
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThanOrEqual(1);
    }
  });

  test("curves begin and end where everything or nothing is there", async () => {
    const request = {
      kind: "curves",
      token: 0,
      over: "text",
      methods: ["attention"],
      fill: "knock-out",
      seed: 1,
    } as const;
    const { shares, methods, random, center } = await measured(arrow, request);
    const [{ deletion, insertion }] = methods as [(typeof methods)[number]];
    expect(shares[0]).toBe(0);
    expect(shares.at(-1)).toBe(1);
    expect(deletion.values[0]).toBeCloseTo(arrow.description.answerTokens[0]!.probability, 4);
    expect(deletion.values.at(-1)).toBe(insertion.values[0]);
    expect(insertion.values.at(-1)).toBe(deletion.values[0]);
    expect(random.deletion.values[0]).toBeCloseTo(deletion.values[0]!, 12);
    expect(random.deletion.areaLow).toBeLessThanOrEqual(random.deletion.area);
    expect(center).toBeUndefined();
  });

  test("the place of the arrow is told from the rest of the picture", async () => {
    const inside = imageTokens(arrow.description)
      .filter(({ cell }) => cell!.row >= 9 && cell!.col >= 4 && cell!.col <= 9)
      .map(({ position }) => position);
    const at = { kind: "place", token: right, positions: inside, fill: "mean", seed: 0 } as const;
    const place = await measured(arrow, at);
    const outside = patches.filter((position) => !inside.includes(position));
    const elsewhere = await measured(arrow, { ...at, positions: outside });
    expect(place.withoutPlace).toBe(elsewhere.onlyPlace);
    expect(place.withoutImage).toBe(elsewhere.withoutImage);
    expect(place.verdict).not.toBe("wrong-place");
  });
});

describe("a search over regions", () => {
  test("orders blocks of patches by what they show of the token, within its budget", async () => {
    const request = { kind: "regions", token: right, regions: 16, budget: 60, fill: "mean", seed: 0 } as const;
    const options = { request, pool, cacheFolder: temporaryFolder(), maxMemoryBytes: 2 ** 32 };
    const { result, tensors } = await measure(model, arrow, options);
    const { order, chosen, calls, original, without } = result as ResultOf<"regions">;
    expect(order.flatMap(({ positions }) => positions).sort((a, b) => a - b)).toEqual(patches);
    expect(order.length).toBeLessThanOrEqual(16);
    expect(calls).toBeLessThanOrEqual(60);
    expect(chosen).toBeGreaterThan(1);
    expect(original).toBeCloseTo(arrow.description.answerTokens[right]!.probability, 4);

    const [first] = order;
    const boxesOf = (positions: readonly number[]) =>
      imageTokens(arrow.description)
        .filter(({ position }) => positions.includes(position))
        .map(({ cell }) => cellBox(arrow.description.images[0]!.grids[cell!.grid]!, cell!));
    const filled = (positions: readonly number[]) =>
      fillPatches(arrowPicture, { boxes: boxesOf(positions), fill: "mean", seed: 0, sigma: 1 });
    const others = patches.filter((position) => !first!.positions.includes(position));
    expect(first!.insight).toBeCloseTo(await probabilityWith(filled(others)), 4);
    expect(first!.necessity).toBeCloseTo(1 - (await probabilityWith(filled(first!.positions))), 4);
    expect(first!.gain).toBeCloseTo(first!.insight! + first!.necessity! - without - (1 - original), 6);

    const map = tensors.get(`regions.${right}`)!.data as Float32Array;
    const falling = order.map(({ positions }) => map[patches.indexOf(positions[0]!)]!);
    expect(falling).toEqual(falling.toSorted((a, b) => b - a));
    expect(Math.max(...map)).toBeGreaterThanOrEqual(Math.fround(first!.gain));
  });
});
