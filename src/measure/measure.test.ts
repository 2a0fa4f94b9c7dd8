/** @file Measurements of the demo model, against the same questions asked by other parts of the program. */
import { afterAll, describe, expect, test } from "vitest";
import { demoPicture, loadDemoModel, questionOf } from "../../test/support/demo-question.ts";
import { fillPatches } from "../../test/support/fill-patches.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { embedPrompt } from "../engine/embed.ts";
import type { EdgeKnockOut } from "../engine/intervention.ts";
import { traceLanguage } from "../engine/trace.ts";
import { encodeImage } from "../engine/vision.ts";
import { readImageFile } from "../image/decode.ts";
import { mosaicOf } from "../image/mosaic.ts";
import { prepareImage } from "../image/prepare.ts";
import { cellBox } from "../image/geometry.ts";
import type { RgbImage } from "../image/types.ts";
import { logitsOf, probabilityIn } from "../methods/probability.ts";
import type { Method } from "../run/map-catalogue.ts";
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
import { digestOf } from "../picture-work/changeable-picture.ts";
import { evaluationCount, type EvaluationKind } from "./evaluations.ts";
import { leastEvaluations, measure, measureEvaluations } from "./measure.ts";
import { imageNullSets } from "./null-sets.ts";
import { otherPictureCount, otherPictures } from "./other-pictures.ts";

const model = await loadDemoModel();
const pool = graphPool({ threads: 1 });
afterAll(() => pool.close());

async function recordedRun(picture: string, question: string, methods: readonly Method[]): Promise<Run> {
  const options = { methods, record: "default", maxMemoryBytes: 2 ** 32 } as const;
  return openRecorded(await explain(model, questionOf(question, [demoPicture(picture)]), options));
}
const arrow = await recordedRun("arrow-right.png", "Which way does the arrow point?", [
  "attention",
  "rollout",
  "relevancy",
]);
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
  confirm: [],
  score: "log-probability",
  nulls: ["shifted"],
  sets: 20,
  seed: 0,
  minimal: false,
  ...change,
});

/** Probability of "right" with another picture, by the engine's trace alone. */
async function probabilityWith(
  picture: RgbImage,
  knockOut: readonly number[] = [],
  edges: readonly EdgeKnockOut[] = [],
): Promise<number> {
  const { tokens, answer } = arrow.description;
  const ids = tokens.map(({ id }) => id);
  const { pixelValues } = prepareImage(picture, { settings: model.checkpoint.processor, fit: "default" });
  const parts = { checkpoint: model.checkpoint, vision: model.definition.vision };
  const [plan] = plansOfPictures(parts, [{ ...picture, fit: "default" }]);
  const encoded = await encodeImage(model, { pixelValues, plan: plan! });
  const embedded = await embedPrompt(model, ids, [encoded], answer.start);
  const tap = { site: "logits", rows: [target] };
  const captures = await traceLanguage(model, embedded, { taps: [tap], intervention: { knockOut, edges } });
  return probabilityIn(logitsOf(captures.get(tap) as FloatTensor, 0), ids[answer.start + right]!);
}

/** What `others` fills patches of the arrow with. */
async function otherPicture(side: number): Promise<RgbImage> {
  const others = await otherPictures(new Set([digestOf(arrowPicture)]), { count: otherPictureCount, seed: 0 });
  const { width, height } = arrowPicture;
  return mosaicOf(others, { width, height, side, seed: 0 });
}

describe("a test of evidence", () => {
  const some = patches.slice(170, 186);
  const boxes = imageTokens(arrow.description)
    .filter(({ position }) => some.includes(position))
    .map(({ cell }) => cellBox(arrow.description.images[0]!.grids[cell!.grid]!, cell!));
  const sigma = Math.sqrt(boxes[0]!.width * boxes[0]!.height);

  test("starts from the probability that was recorded", async () => {
    const { original } = await measured(arrow, verify({}));
    expect(original.probability).toBeCloseTo(arrow.description.answerTokens[right]!.probability, 4);
    expect(original.score).toBeCloseTo(Math.log(original.probability), 6);
  });

  test.each(["mean", "blur", "noise", "others"] as const)(
    "fills patches by %s as the vision tower would see them",
    async (fill) => {
      const question = findTokens(arrow.description, "right");
      expect(question.tokens).toContain(right);
      const [word] = tokenClasses(arrow.description, target).question;
      const positions = [...some, word!];
      const { masked, parts } = await measured(
        arrow,
        verify({ evidence: { kind: "tokens", positions }, fill, sets: 1 }),
      );
      const other = fill === "others" ? await otherPicture(sigma) : undefined;
      const filled = fillPatches(arrowPicture, { boxes, fill, seed: 0, sigma, other });
      expect(masked.probability).toBeCloseTo(await probabilityWith(filled, [word!]), 4);
      // Both parts on their own.
      const [image, text] = parts;
      expect(image!.masked.probability).toBeCloseTo(await probabilityWith(filled), 4);
      expect(text!.masked.probability).toBeCloseTo(await probabilityWith(arrowPicture, [word!]), 4);
    },
  );

  test("knocks patches and words out of attention", async () => {
    const [word] = tokenClasses(arrow.description, target).question;
    const positions = [...some, word!];
    const evidence = { kind: "tokens", positions } as const;
    const { masked } = await measured(arrow, verify({ evidence, fill: "knock-out", sets: 1 }));
    expect(masked.probability).toBeCloseTo(await probabilityWith(arrowPicture, positions), 4);
  });

  test("compares patches with the same shape elsewhere and with scattered ones, and counts them into p", async () => {
    const evidence = { kind: "tokens", positions: some } as const;
    const asked = verify({ evidence, nulls: ["shifted", "random"], confirm: ["knock-out"], sets: 20 });
    const result = await measured(arrow, asked);
    const [part] = result.parts;
    expect(result.parts).toHaveLength(1);
    const [shifted, random] = part!.tests;
    for (const test of [shifted!, random!]) {
      const { p, used, asMuch, falls, fall, stopped, available } = test;
      expect(available).toBe(20);
      expect(falls).toHaveLength(used);
      expect(fall).toBeCloseTo(result.original.score - part!.masked.score, 9);
      expect(asMuch).toBe(falls.filter((other) => other >= fall).length);
      expect(p).toBe(stopped ? asMuch / used : (1 + asMuch) / 21);
      expect(test.share).toBeCloseTo(fall / (result.original.score - part!.whole!.score), 9);
    }
    expect([shifted!.nullSets, random!.nullSets]).toEqual(["shifted", "random"]);
    // A null set is asked as the tested one is.
    const [first] = imageNullSets(arrow.description, {
      token: right,
      positions: some,
      kind: "shifted",
      count: 20,
      seed: 0,
    }).sets as [number[]];
    const alone = await measured(arrow, verify({ evidence: { kind: "tokens", positions: first }, sets: 1 }));
    expect(alone.original.score - alone.masked.score).toBeCloseTo(shifted!.falls[0]!, 5);
    expect(result.topAttention!.positions).toHaveLength(some.length);
    expect(result.topAttention!.positions.every((position) => patches.includes(position))).toBe(true);
    expect(await measured(arrow, asked)).toEqual(result);
  });

  test("finds patches on the arrow, and confirms them by another intervention", async () => {
    // The upper half of the arrow's head, which lies on rows 9 to 12 and columns 5 to 8.
    const shape = imageTokens(arrow.description)
      .filter(({ cell }) => cell!.row >= 8 && cell!.row <= 10 && cell!.col >= 7 && cell!.col <= 9)
      .map(({ position }) => position);
    const evidence = { kind: "tokens", positions: shape } as const;
    const [part] = (await measured(arrow, verify({ evidence, confirm: ["knock-out"], sets: 39 }))).parts;
    const [deciding, confirmation] = part!.tests;
    expect(part!.verdict).toBe("depends");
    expect(deciding).toMatchObject({ intervention: "mean", used: 39, stopped: false });
    expect(deciding!.p).toBeLessThanOrEqual(0.05);
    expect(confirmation!.intervention).toBe("knock-out");
    expect(confirmation!.p).toBeLessThanOrEqual(0.05);
    // The share is of the fall without the whole picture by the same intervention.
    const whole = await measured(arrow, verify({ fill: "knock-out" }));
    const wholeFall = whole.original.score - whole.masked.score;
    expect(confirmation!.share).toBeCloseTo(confirmation!.fall / wholeFall, 5);
  });

  test("compares words with words of the same kind, and measures a contrast", async () => {
    const { question } = tokenClasses(arrow.description, target);
    const evidence = { kind: "tokens", positions: [question[0]!, target] } as const;
    await expect(measured(arrow, verify({ evidence }))).rejects.toThrow(`Position ${target} cannot be masked`);
    const rival = arrow.description.answerTokens[right]!.alternatives.find(
      ({ id }) => id !== arrow.description.tokens[arrow.description.answer.start + right]!.id,
    )!;
    const one = { kind: "tokens", positions: question.slice(0, 1) } as const;
    const { parts, original } = await measured(arrow, verify({ evidence: one, score: { contrast: rival.id } }));
    const { probability } = arrow.description.answerTokens[right]!;
    expect(original.score).toBeCloseTo(Math.log(probability / rival.probability), 3);
    const [{ tests, kind }] = parts as [(typeof parts)[number]];
    expect(kind).toBe("text");
    for (const { available, nullSets } of tests) expect([available, nullSets]).toEqual([question.length - 1, "words"]);
    await expect(measured(arrow, verify({ evidence: one, score: { contrast: 1e9 } }))).rejects.toThrow(
      "the rival 1000000000 is none of",
    );
  });

  test("searches a part whose every member is needed", async () => {
    const top = [...some, ...patches.slice(140, 156)];
    const { original, masked, minimal } = await measured(
      arrow,
      verify({ evidence: { kind: "tokens", positions: top }, minimal: true, sets: 1 }),
    );
    const effect = original.score - masked.score;
    if (effect <= 0) throw new Error("the set has no effect to search");
    const { evidence, masked: without } = minimal!;
    if (evidence.kind !== "tokens") throw new Error("another kind of evidence");
    expect(original.score - without.score).toBeGreaterThanOrEqual(0.9 * effect - 1e-6);
    for (const left of evidence.positions.slice(0, 3)) {
      const rest = evidence.positions.filter((position) => position !== left);
      if (rest.length === 0) continue;
      const { masked: less } = await measured(
        arrow,
        verify({ evidence: { kind: "tokens", positions: rest }, sets: 1 }),
      );
      expect(original.score - less.score).toBeLessThan(0.9 * effect);
    }
  });

  test("cuts edges, and compares them with edges from other patches", async () => {
    const edge = { from: patches.slice(140, 180), to: [target], layers: [1, 2], heads: [2, 4] };
    const evidence = { kind: "edges", edges: [edge] } as const;
    const { masked, parts } = await measured(arrow, verify({ evidence, sets: 5 }));
    expect(masked.probability).toBeCloseTo(await probabilityWith(arrowPicture, [], [edge]), 4);
    expect(parts.map(({ kind, tests }) => [kind, tests[0]!.available])).toEqual([["edges", 5]]);
  });

  test("ablates heads", async () => {
    const heads = [{ layer: 5, head: 4 }];
    const { masked, parts, topAttention } = await measured(arrow, verify({ evidence: { kind: "heads", heads } }));
    const all = Array.from({ length: 36 }, (_, i) => ({ layer: Math.floor(i / 6), head: i % 6 }));
    const without = await measured(arrow, verify({ evidence: { kind: "heads", heads: all }, sets: 20 }));
    const [part] = parts;
    // Five other heads of the layer are too few for any verdict; of all heads 20 are drawn.
    expect(part!.verdict).toBe("few");
    expect(part!.tests.map(({ nullSets, available }) => [nullSets, available])).toEqual([
      ["layer-heads", 5],
      ["heads", 20],
    ]);
    expect(topAttention).toBeUndefined();
    expect(masked.probability).not.toBe(without.masked.probability);
    // No other set of all heads exists.
    expect(without.parts[0]!.tests).toMatchObject([{ p: null, available: 0, falls: [] }]);
  });

  test("tells that the picture matters for the arrow, and not for the door", async () => {
    const whole = await measured(arrow, verify({}));
    expect(whole.parts).toMatchObject([{ kind: "image", verdict: "depends", tests: [{ p: null, used: 0 }] }]);
    expect(whole.answer.text).not.toBe(arrow.description.answerText);
    for (const [picture, question] of [
      ["door-closed.png", "Is the door open?"],
      ["door-open.png", "Is the door closed?"],
    ] as const) {
      const door = await recordedRun(picture, question, ["attention"]);
      const token = findTokens(door.description, "yes").tokens[0]!;
      const positions = imageTokenPositions(door.description);
      const result = await measured(door, verify({ token, evidence: { kind: "tokens", positions } }));
      expect(result.parts).toMatchObject([{ kind: "image", verdict: "nothing", tests: [] }]);
      // Nor is any part of it tested further.
      const corner = { kind: "tokens", positions: positions.slice(0, 4) } as const;
      const part = await measured(door, verify({ token, evidence: corner }));
      expect(part.parts).toMatchObject([{ verdict: "nothing", tests: [] }]);
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
    const { parts, score, agrees } = tokens[right]!;
    expect(parts.blank).toBeGreaterThan(0.5);
    expect(Math.max(...tokens.map((each) => each.score))).toBe(score);
    expect(parts.necessity).toBeNull();
    for (const value of [parts.blank, parts.others, score, agrees!.score]) {
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThanOrEqual(1);
    }
  });

  test("grounding takes the largest confirmed necessity of a run's minimal causes, and leaves other tokens without", async () => {
    const set = { sufficiency: 1, without: 0.1, alone: 0.9, minimal: true, confirmedBy: [] };
    const causes = {
      verdict: "verified",
      chosenBy: "mean",
      order: "edges",
      ...{ wholeFall: 3, original: 0.9, without: 0.1, units: 196, exhausted: true, calls: 40 },
      sets: [
        { ...set, positions: [patches[0]!], necessity: 0.99, confirmed: false },
        { ...set, positions: [patches[1]!], necessity: 0.96, confirmed: true },
      ],
    } as const;
    const asked = { kind: "minimal", token: right, kinds: ["image"], order: "relevancy", nullSets: 99 } as const;
    const measures = [{ request: { ...asked, score: "log-probability", seed: 0 } as const, image: causes }];
    const run = { ...arrow, description: { ...arrow.description, measures } };
    const { tokens } = await measured(run, { kind: "grounding", seed: 0 });
    expect(tokens[right]!.parts.necessity).toBe(0.96);
    expect(tokens[right]!.score).toBeGreaterThanOrEqual(0.96);
    expect(tokens[0]!.parts.necessity).toBeNull();
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

describe("the number of questions", () => {
  const places = patches.slice(0, 2);
  const requests: readonly MeasureRequest[] = [
    { kind: "place", token: right, positions: places, fill: "mean", seed: 0 },
    { kind: "grounding", seed: 0 },
  ];
  test.each(requests)("is told before, by kind: $kind", async (request) => {
    const asked = new Map<EvaluationKind, number>();
    await measure(model, arrow, {
      ...{ request, pool, cacheFolder: temporaryFolder(), maxMemoryBytes: 2 ** 32 },
      onProgress: ({ kind }) => kind && asked.set(kind, (asked.get(kind) ?? 0) + 1),
    });
    const told = measureEvaluations(request, arrow.description);
    // The picture as it is costs less than a changed one.
    const unchanged = asked.get("words") ?? 0;
    expect(unchanged).toBeLessThanOrEqual(1);
    expect(Object.fromEntries(asked)).toEqual({
      ...told,
      pictures: told.pictures! - unchanged,
      ...(unchanged === 0 ? {} : { words: unchanged }),
    });
  });

  test("has a least one if the first answers may end a measurement", () => {
    const tested = verify({ evidence: { kind: "tokens", positions: places }, sets: 20 });
    const least = leastEvaluations(tested, arrow.description)!;
    expect(evaluationCount(least)).toBeLessThan(evaluationCount(measureEvaluations(tested, arrow.description)));
    expect(Object.keys(least)).toEqual(["pictures"]);
    expect(leastEvaluations({ kind: "grounding", seed: 0 }, arrow.description)).toBeUndefined();
  });
});
