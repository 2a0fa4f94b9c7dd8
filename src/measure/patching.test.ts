/** @file Runs of the demo model patched into each other; the numbers of a patched pass are tested against PyTorch in test/patching.test.ts. */
import { afterAll, describe, expect, test } from "vitest";
import { demoPicture, loadDemoModel, questionOf } from "../../test/support/demo-question.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { graphPool } from "../causes/graph-pool.ts";
import { explain } from "../explain/explain.ts";
import { openRecorded } from "../explain/recorded-run.ts";
import { findTokens } from "../findings/answer-words.ts";
import type { PatchingRequest, PatchingResult } from "../run/measures.ts";
import { patchingScore } from "../run/patching-score.ts";
import { imageTokenPositions, predictingPosition } from "../run/positions.ts";
import type { Run } from "../run/types.ts";
import { evaluationCount } from "./evaluations.ts";
import { measure, measureEvaluations } from "./measure.ts";

const model = await loadDemoModel();
const pool = graphPool({ threads: 1 });
afterAll(() => pool.close());

async function recorded(question: string, ...pictures: string[]): Promise<Run> {
  const options = { methods: [], record: "default", maxMemoryBytes: 2 ** 32 } as const;
  return openRecorded(await explain(model, questionOf(question, pictures.map(demoPicture)), options));
}
const way = "Which way does the arrow point?";
const right = await recorded(way, "arrow-right.png");
const up = await recorded(way, "arrow-up.png");
const token = findTokens(right.description, "right").tokens[0]!;
const patches = imageTokenPositions(right.description);

const requestOf = (change: Partial<PatchingRequest> = {}): PatchingRequest => ({
  kind: "patching",
  other: "up",
  token,
  bands: 3,
  heads: false,
  region: [],
  score: patchingScore(right.description, up.description, token),
  seed: 0,
  ...change,
});

async function patched(request: PatchingRequest, other: Run | undefined, run = right): Promise<PatchingResult> {
  const options = { request, other, pool, cacheFolder: temporaryFolder(), maxMemoryBytes: 2 ** 32 };
  return (await measure(model, run, options)).result as PatchingResult;
}

describe("two pictures with one question", () => {
  test("differ in the picture alone, and the answer moves from there to the last position", async () => {
    const result = await patched(requestOf({ bands: right.description.model.languageLayers }), up);
    expect(result.verdict).toBe("measured");
    expect(result.unmatched).toBe(0);
    expect(result.own).toBeGreaterThan(0);
    expect(result.other).toBeLessThan(0);
    const kinds = result.groups.map(({ kind }) => kind);
    expect(kinds).not.toContain("changed");
    expect(result.groups.find(({ kind }) => kind === "picture")!.positions).toEqual(patches);
    expect(result.groups.find(({ kind }) => kind === "last")!.positions).toEqual([
      predictingPosition(right.description, token),
    ]);
    for (const direction of ["restored", "removed"] as const) {
      const column = (kind: string) => result.states[direction].map((row) => row[kinds.indexOf(kind as "last")]!);
      // What stands behind the last layer at the last position decides alone.
      expect(column("last").at(-1)).toBeCloseTo(1, 5);
      expect(column("picture").at(-1)).toBeCloseTo(0, 5);
      expect(column("picture")[0]).toBeGreaterThan(0.5);
    }
  });

  test("have as many groups more as a region leaves of the picture, and as many calls as it says", async () => {
    const region = patches.slice(0, 9);
    const request = requestOf({ region, bands: 1 });
    const result = await patched(request, up);
    expect(result.groups.map(({ kind }) => kind).slice(0, 2)).toEqual(["region", "picture"]);
    expect(result.groups[0]!.positions).toEqual(region);
    expect(result.groups[1]!.positions).toEqual(patches.slice(9));
    const every = result.groups.flatMap(({ positions }) => positions).sort((a, b) => a - b);
    expect(every).toEqual(Array.from({ length: every.length }, (_, position) => position));
    expect(result.calls).toBe(6 + 2 * result.groups.length);
    expect(evaluationCount(measureEvaluations(request, right.description))).toBeGreaterThanOrEqual(result.calls - 2);
  });

  test("name heads that bring the other answer back, each with a share in both directions", async () => {
    const { heads, prior } = await patched(requestOf({ heads: true, bands: 1 }), up);
    const { languageLayers, languageHeads } = right.description.model;
    for (const matrix of [heads!.last.restored, heads!.all.removed]) {
      expect(matrix.map((row) => row.length)).toEqual(new Array(languageLayers).fill(languageHeads));
    }
    expect(prior.length).toBeGreaterThan(0);
    for (const { layer, head, removed, off } of prior) {
      expect(removed).toBe(heads!.last.removed[layer]![head]);
      expect(removed).toBeGreaterThanOrEqual(0.05);
      expect(Number.isFinite(off)).toBe(true);
    }
  });
});

describe("two questions about one picture", () => {
  test("correspond but for the words that one lacks", async () => {
    const longer = await recorded("Which way does the big arrow point?", "arrow-right.png");
    const shared = requestOf({ score: "log-probability", bands: 1 });
    const [asOwn, asOther] = [await patched(shared, longer), await patched({ ...shared, token: 0 }, right, longer)];
    expect(asOwn.unmatched).toBe(0);
    expect(asOther.unmatched).toBeGreaterThan(0);
  });

  test("of which one has no picture correspond in their words", async () => {
    const without = await recorded(way);
    const result = await patched(requestOf({ score: "log-probability", bands: 1 }), without);
    expect(result.unmatched).toBeGreaterThanOrEqual(patches.length);
    expect(result.groups.map(({ kind }) => kind)).not.toContain("picture");
    expect(result.states.restored[0]!.at(-1)).toBeCloseTo(1, 5);
  });
});

describe("runs that cannot be patched", () => {
  test("a run and itself have nothing to restore", async () => {
    const result = await patched(requestOf(), right);
    expect(result).toMatchObject({ verdict: "nothing to restore", states: { restored: [], removed: [] }, prior: [] });
  });

  test("are refused: none, of another model, with a rival or a region that is not there", async () => {
    await expect(patched(requestOf(), undefined)).rejects.toThrow('The other run "up" is not here');
    const { description } = up;
    const sha256 = { ...description.model.sha256, index: "0".repeat(64) };
    const foreign = { ...up, description: { ...description, model: { ...description.model, name: "b", sha256 } } };
    await expect(patched(requestOf(), foreign)).rejects.toThrow("Both runs must come from one model");
    await expect(patched(requestOf({ score: { contrast: 1_000_000 } }), up)).rejects.toThrow(
      "The rival 1000000 is not",
    );
    await expect(patched(requestOf({ region: [5000] }), up)).rejects.toThrow("The run has positions 0 to");
  });
});

test("the score contrasts with what the other run says in the same place, if the answers are the same before", () => {
  const said = (...ids: number[]) => ({
    tokens: ids.map((id) => ({ id, text: "", role: "answer" as const, turn: 0 })),
    answer: { start: 0, end: ids.length },
  });
  expect(patchingScore(said(1, 2), said(1, 3), 1)).toEqual({ contrast: 3 });
  expect(patchingScore(said(1, 2), said(1, 2), 1)).toBe("log-probability");
  expect(patchingScore(said(1, 2), said(4, 3), 1)).toBe("log-probability");
  expect(patchingScore(said(1, 2), said(1), 1)).toBe("log-probability");
});
