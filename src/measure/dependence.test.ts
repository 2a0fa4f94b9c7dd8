/** @file Whether an answer depends on the picture, in the demo model: an arrow that it reads, and a door that it does not look at. */
import { afterAll, describe, expect, test } from "vitest";
import { demoPicture, loadDemoModel, questionOf } from "../../test/support/demo-question.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { graphPool } from "../causes/graph-pool.ts";
import { explain } from "../explain/explain.ts";
import { openRecorded } from "../explain/recorded-run.ts";
import { defaultToken } from "../findings/decisive-word.ts";
import { dependenceRequestOf, minimalRequestOf } from "../run/cause-requests.ts";
import type { DependenceResult, MinimalResult } from "../run/measures.ts";
import type { Run } from "../run/types.ts";
import { measure, measureEvaluations, type MeasureProgress } from "./measure.ts";
import { evaluationCount } from "./evaluations.ts";

const model = await loadDemoModel();
const pool = graphPool({ threads: 1 });
afterAll(() => pool.close());
const limits = { pool, cacheFolder: temporaryFolder(), maxMemoryBytes: 2 ** 32 };

async function recordedRun(question: string, pictures: readonly string[]): Promise<Run> {
  const options = { methods: ["attention"], record: "default", maxMemoryBytes: 2 ** 32 } as const;
  return openRecorded(await explain(model, questionOf(question, pictures.map(demoPicture)), options));
}

const requestOf = (run: Run) => dependenceRequestOf(defaultToken(run).tokens[0]!);

async function dependenceOfRun(run: Run, onProgress?: (progress: MeasureProgress) => void): Promise<DependenceResult> {
  const found = await measure(model, run, { ...limits, request: requestOf(run), onProgress });
  return found.result as DependenceResult;
}

describe("whether an answer depends on the picture", () => {
  test("an empty picture decides it for the arrow", async () => {
    const arrow = await recordedRun("Which way does the arrow point?", ["arrow-right.png"]);
    const progress: MeasureProgress[] = [];
    const { verdict, original, without } = await dependenceOfRun(arrow, (each) => progress.push(each));
    expect(verdict).toBe("depends");
    expect(original.said.text.trim()).toMatch(/^right/);
    expect(original.said.probability).toBeCloseTo(original.probability, 9);
    const [{ intervention, said, probability }] = without as [DependenceResult["without"][number]];
    expect([without.length, intervention]).toEqual([1, "mean"]);
    expect(said.text).not.toBe(original.said.text);
    expect(said.probability).toBeGreaterThan(probability);
    // Fewer questions than were foretold, as the first one decides.
    expect(progress.at(-1)!.done).toBe(2);
    expect(evaluationCount(measureEvaluations(requestOf(arrow), arrow.description))).toBe(3);
  });

  test("the picture does not matter for the door, whatever stands in its place, as the search of causes says", async () => {
    const door = await recordedRun("Is the door open?", ["door-closed.png"]);
    const { verdict, original, without, request } = await dependenceOfRun(door);
    expect(verdict).toBe("does not matter");
    expect(without.map(({ intervention }) => intervention)).toEqual(["mean", "others"]);
    expect(without.map(({ said }) => said.text)).toEqual([original.said.text, original.said.text]);
    const minimal = { ...minimalRequestOf(door.description, request.token), kinds: ["image"] } as const;
    const { image } = (await measure(model, door, { ...limits, request: minimal })).result as MinimalResult;
    expect(image).toMatchObject({ verdict: "nothing to test", calls: 3 });
    expect(image!.original).toBeCloseTo(original.probability, 9);
    expect(image!.without).toBeCloseTo(without[0]!.probability, 9);
  });

  test("all pictures are taken away together", async () => {
    const both = await recordedRun("Which way does the arrow point?", ["arrow-right.png", "arrow-up.png"]);
    const { original, without } = await dependenceOfRun(both);
    expect(without[0]!.score).not.toBe(original.score);
  });

  test("a question without a picture has nothing to take away", async () => {
    const none = await recordedRun("Which way does the arrow point?", []);
    await expect(dependenceOfRun(none)).rejects.toThrow(
      "The question has no picture, and whether the answer depends on it needs one.",
    );
  });
});
