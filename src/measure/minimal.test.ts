/** @file Minimal causes and CLEANN's tester of the demo model, end to end. */
import { afterAll, describe, expect, test } from "vitest";
import { demoPicture, loadDemoModel, questionOf } from "../../test/support/demo-question.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { graphPool } from "../causes/graph-pool.ts";
import { explain } from "../explain/explain.ts";
import { openRecorded } from "../explain/recorded-run.ts";
import { defaultToken } from "../findings/decisive-word.ts";
import { defaultCausalSettings } from "../run/causes.ts";
import type { CleannRequest, MeasureRequest, MinimalRequest, ResultOf } from "../run/measures.ts";
import { imageTokens } from "../run/positions.ts";
import type { Run } from "../run/types.ts";
import { cellBox } from "../image/geometry.ts";
import { causeUnits } from "./cause-units.ts";
import { measure } from "./measure.ts";

const model = await loadDemoModel();
const pool = graphPool({ threads: 1 });
afterAll(() => pool.close());

async function recordedRun(picture: string, question: string): Promise<Run> {
  const options = { methods: ["attention", "relevancy"], record: "default", maxMemoryBytes: 2 ** 32 } as const;
  return openRecorded(await explain(model, questionOf(question, [demoPicture(picture)]), options));
}
const arrow = await recordedRun("arrow-right.png", "Which way does the arrow point?");
const door = await recordedRun("door-closed.png", "Is the door open?");

async function measured<Kind extends MeasureRequest["kind"]>(
  run: Run,
  request: MeasureRequest & { readonly kind: Kind },
  more: {
    readonly signal?: AbortSignal;
    readonly onProgress?: (progress: { done: number; total: number }) => void;
  } = {},
): Promise<ResultOf<Kind>> {
  const options = { request, pool, cacheFolder: temporaryFolder(), maxMemoryBytes: 2 ** 32, ...more };
  return (await measure(model, run, options)).result as ResultOf<Kind>;
}

const minimal = (run: Run, change: Partial<MinimalRequest> = {}): MinimalRequest => ({
  kind: "minimal",
  token: defaultToken(run).tokens[0]!,
  kinds: ["image"],
  order: "relevancy",
  nullSets: 39,
  score: "log-probability",
  seed: 0,
  ...change,
});

describe("minimal causes", () => {
  test("of where the arrow points are patches on the arrow, confirmed by other pictures", async () => {
    const progress: { done: number; total: number }[] = [];
    const { image, text } = await measured(arrow, minimal(arrow), { onProgress: (each) => progress.push(each) });
    expect(text).toBeUndefined();
    expect(image).toMatchObject({ verdict: "verified", units: 196, exhausted: true });
    const [set] = image!.sets;
    expect(set).toMatchObject({ minimal: true, confirmed: true });
    expect(set!.necessity).toBeGreaterThanOrEqual(0.9);
    expect(set!.confirmedBy.at(-1)!.p).toBeLessThanOrEqual(0.025);
    // The arrow lies in these pixels.
    const [picture] = arrow.description.images;
    for (const { cell } of imageTokens(arrow.description).filter(({ position }) => set!.positions.includes(position))) {
      const { left, top, width, height } = cellBox(picture!.grids[0]!, cell!);
      expect([left + width > 176 && left < 288, top + height > 308 && top < 404]).toEqual([true, true]);
    }
    expect(progress.at(-1)!.done).toBe(image!.calls);
    expect(progress.every(({ done, total }) => done <= total)).toBe(true);
  });

  test("are the same for each order that the run holds, since this one patch stands among the first of each", async () => {
    const sets = [];
    for (const order of ["relevancy", "edges", "attention"] as const) {
      const { image } = await measured(arrow, minimal(arrow, { order, nullSets: 1 }));
      // One null set is too few to confirm anything.
      expect(image).toMatchObject({ verdict: "not confirmed" });
      sets.push(image!.sets.map(({ positions }) => positions));
    }
    expect(sets[1]).toEqual(sets[0]);
    expect(sets[2]).toEqual(sets[0]);
  });

  test("of the question are whole words, by the order whose first ones suffice soonest", async () => {
    const lettered = await recordedRun("arrow-right.png", "Is there an orange arrow? (a) Yes (b) No");
    const { image, text } = await measured(
      lettered,
      minimal(lettered, { kinds: ["text"], order: "best", nullSets: 19 }),
    );
    expect(image).toBeUndefined();
    expect(["edges", "relevancy"]).toContain(text!.order);
    expect(text!).toMatchObject({ chosenBy: "knock-out", spread: 0 });
    const words = causeUnits(lettered.description, { kind: "text", token: defaultToken(lettered).tokens[0]! });
    expect(text!.units).toBe(words.length);
    expect(text!.sets.length).toBeGreaterThan(0);
    for (const { positions, necessity, confirmedBy } of text!.sets) {
      expect(necessity).toBeGreaterThanOrEqual(0.9);
      const inside = words.filter((word) => word.some((position) => positions.includes(position)));
      expect(inside.flat().sort((a, b) => a - b)).toEqual(positions);
      expect(confirmedBy.map(({ intervention }) => intervention)).toEqual(["mean-embedding"]);
    }
  });

  test("are not searched if the answer stays without the picture, which is known after three questions", async () => {
    const { image } = await measured(door, minimal(door, { order: "lrp" }));
    expect(image).toMatchObject({ verdict: "nothing to test", sets: [], calls: 3 });
    expect(image!.original - image!.without).toBeLessThanOrEqual(0.05);
  });

  test("need the map of their order, and end when they are cancelled", async () => {
    await expect(measured(arrow, minimal(arrow, { order: "lrp" }))).rejects.toThrow('does not hold the map "lrp');
    const controller = new AbortController();
    const onProgress = ({ done }: { done: number }) => done > 2 && controller.abort(new Error("stopped"));
    await expect(measured(arrow, minimal(arrow), { signal: controller.signal, onProgress })).rejects.toThrow("stopped");
  });
});

describe("CLEANN with its tester", () => {
  const layer = arrow.description.model.languageLayers - 1;
  const request: CleannRequest = {
    kind: "cleann",
    token: defaultToken(arrow).tokens[0]!,
    layer,
    ...defaultCausalSettings,
    fill: "mean",
    budget: 5,
    seed: 0,
  };

  test("says of every head what its graph and its attention find", async () => {
    const { heads, calls } = await measured(arrow, request);
    expect(heads).toHaveLength(arrow.description.model.languageHeads);
    expect(calls).toBeLessThanOrEqual(1 + heads.reduce((sum, head) => sum + head.calls + head.attention.calls, 0));
    for (const { sets, first, calls: own, attention } of heads) {
      expect(sets.length === 0).toBe(first === null);
      expect(own).toBeLessThanOrEqual(5);
      expect(attention.calls).toBe(attention.positions?.length ?? attention.calls);
    }
    // Four tokens of the largest attention of one head change what is said.
    expect(heads.some(({ attention }) => attention.positions !== null)).toBe(true);
  });

  test("is refused for a layer that the model does not have", async () => {
    await expect(measured(arrow, { ...request, layer: layer + 1 })).rejects.toThrow(`layers 0 to ${layer}`);
  });
});
