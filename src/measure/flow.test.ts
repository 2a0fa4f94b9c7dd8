/** @file Flow graphs of the demo model and of a model whose pictures stand behind the sequence, against masks written by hand. */
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { demoPicture, loadDemoModel, questionOf } from "../../test/support/demo-question.ts";
import { fixturesFolder, loadParityModel, openParityCase } from "../../test/support/parity-case.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { graphPool } from "../causes/graph-pool.ts";
import { traceLanguage } from "../engine/trace.ts";
import { explain } from "../explain/explain.ts";
import type { HostedModel } from "../explain/host.ts";
import { openRecorded } from "../explain/recorded-run.ts";
import { findTokens } from "../findings/answer-words.ts";
import { defaultToken } from "../findings/decisive-word.ts";
import { leastFall } from "../methods/perturbation/verdict.ts";
import { scoreIn } from "../methods/probability.ts";
import type { FlowRequest, FlowResult } from "../run/measures.ts";
import { keyCount, predictingPosition } from "../run/positions.ts";
import type { Run } from "../run/types.ts";
import { edgeEstimates } from "./flow-estimates.ts";
import { flowGroups } from "./flow-groups.ts";
import { measure } from "./measure.ts";
import { withProbe, type Probe } from "./probe.ts";

const pool = graphPool({ threads: 1 });
afterAll(() => pool.close());

async function recorded(model: HostedModel, picture: string, question: string): Promise<Run> {
  const options = { methods: [], record: "default", maxMemoryBytes: 2 ** 32 } as const;
  return openRecorded(await explain(model, questionOf(question, [picture]), options));
}

async function flowOf(
  { model, run }: { model: HostedModel; run: Run },
  change: Partial<FlowRequest>,
): Promise<{ result: FlowResult; progress: { done: number; total: number } }> {
  const request: FlowRequest = {
    ...{ kind: "flow", token: 0, bands: 1, edges: 6, randomGraphs: 19, score: "log-probability", seed: 0 },
    ...change,
  };
  let progress = { done: 0, total: 0 };
  const { result } = await measure(model, run, {
    ...{ request, pool, cacheFolder: temporaryFolder(), maxMemoryBytes: 2 ** 32 },
    onProgress: (now) => {
      progress = now;
    },
  });
  return { result: result as FlowResult, progress };
}

/** Score of a token if queries do not see keys, in every layer, by masks alone. */
async function scoreWithout(
  { model, probe, request }: { model: HostedModel; probe: Probe; request: Pick<FlowRequest, "token" | "score"> },
  hides: (query: number, key: number) => boolean,
): Promise<number> {
  const { sequence, description } = probe;
  const { plan } = sequence;
  const length = description.tokens.length;
  const masked: typeof plan = {
    ...plan,
    mask(kind, all, rows = Array.from({ length: all }, (_, row) => row)) {
      const mask = plan.mask(kind, all, rows);
      const keys = mask.dims[1]!;
      const first = plan.readsMemory(kind) ? length : 0;
      for (const [i, row] of rows.entries())
        for (let key = 0; key < keys; key++) if (hides(row, first + key)) mask.data[i * keys + key] = -Infinity;
      return mask;
    },
  };
  const position = predictingPosition(description, request.token);
  const tap = { site: "logits", rows: [position] };
  const captures = await traceLanguage(model, { ...sequence, plan: masked }, { taps: [tap] });
  return scoreIn(captures.get(tap)!.data, { id: description.tokens[position + 1]!.id, score: request.score });
}

const demo = await loadDemoModel();
const arrow = await recorded(demo, demoPicture("arrow-right.png"), "Which way does the arrow point?");
const right = findTokens(arrow.description, "right").tokens[0]!;
const memory = await openParityCase("mllama");
const mllama = await loadParityModel(memory);
const behind = await recorded(
  mllama,
  join(fixturesFolder, "mllama/input", memory.text.images[0]!.file),
  "What is it? What is it?",
);

describe.each([
  { name: "a picture in the sequence", model: demo, run: arrow, token: right, score: { contrast: 5 } },
  { name: "a picture behind the sequence", model: mllama, run: behind, token: 3, score: "log-probability" },
] as const)("a flow graph with $name", ({ model, run, token, score }) => {
  const { description } = run;

  test("has groups of every token that the answer token may depend on, each once", () => {
    const groups = flowGroups(description, token);
    const target = predictingPosition(description, token);
    const all = groups.flatMap(({ positions }) => positions).sort((a, b) => a - b);
    const expected = Array.from({ length: keyCount(description) }, (_, position) => position).filter(
      (position) => (position > 0 && position <= target) || position >= description.tokens.length,
    );
    expect(all).toEqual(expected);
    expect(groups.at(-1)).toMatchObject({ kind: "target", positions: [target] });
    expect(groups.filter(({ kind }) => kind === "region").length).toBeGreaterThan(3);
  });

  test("has the effects that masks written by hand have, and counts what it asks", async () => {
    const { result, progress } = await flowOf({ model, run }, { token, score });
    const { groups, edges, original, blocked, calls } = result;
    const groupOf = new Map(groups.flatMap(({ positions }, group) => positions.map((position) => [position, group])));
    await withProbe(model, run, {
      seed: 0,
      work: async (probe) => {
        const without = (hides: (query: number, key: number) => boolean) =>
          scoreWithout({ model, probe, request: result.request }, hides);
        expect(original).toBeCloseTo(await without(() => false), 4);
        const isBetween = (q: number, k: number) =>
          groupOf.has(q) && groupOf.has(k) && groupOf.get(q) !== groupOf.get(k);
        expect(blocked).toBeCloseTo(await without(isBetween), 4);
        for (const { from, to, effect } of edges.slice(0, 2))
          expect(effect).toBeCloseTo(original - (await without((q, k) => to.includes(q) && from.includes(k))), 3);
        const kept = edges.filter((edge) => edge.kept);
        if (result.faithfulness === null) return;
        const isKept = (q: number, k: number) => kept.some(({ from, to }) => to.includes(q) && from.includes(k));
        const alone = await without((q, k) => isBetween(q, k) && !isKept(q, k));
        expect(result.faithfulness).toBeCloseTo((alone - blocked) / (original - blocked), 3);
        const lost = await without(isKept);
        expect(result.necessity).toBeCloseTo((original - lost) / (original - blocked), 3);
      },
    });
    expect(edges.filter(({ effect }) => effect !== null)).toHaveLength(6);
    const sizes = edges.map(({ estimate }) => Math.abs(estimate));
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    expect(progress.done).toBe(calls);
  });

  test("gives sums over nodes that do not depend on groups", async () => {
    await withProbe(model, run, {
      seed: 0,
      work: async (probe) => {
        const groups = flowGroups(description, token);
        const plain = await edgeEstimates({ model, probe }, { token, score });
        const grouped = await edgeEstimates({ model, probe }, { token, score, groups });
        expect(plain.nodes).toHaveLength(keyCount(description));
        expect(plain.nodes).toBeCloseToArray(grouped.nodes, 1e-6);
      },
    });
  });
});

describe("the flow graph of the arrow", () => {
  test("is enough alone, comes back the same, and has the region of the arrow in it", async () => {
    const change = { token: right, bands: 3, edges: 12, randomGraphs: 9, seed: 4 } as const;
    const { result } = await flowOf({ model: demo, run: arrow }, change);
    const { edges, faithfulness, randomGraphs, p, groups } = result;
    expect(faithfulness).toBeGreaterThanOrEqual(0.8);
    const kept = edges.filter((edge) => edge.kept);
    const names = kept.map(({ from }) => groups.find(({ positions }) => positions[0] === from[0])!.name);
    // The arrow lies at 176 to 288 of 448 pixels from the left and 308 to 404 from the top: in the third column, at the bottom.
    expect(names).toContain("picture, row 4, column 3");
    expect(randomGraphs.length).toBeLessThanOrEqual(9);
    const asMuch = randomGraphs.filter((each) => each.faithfulness >= faithfulness!).length;
    expect(p!.faithfulness).toBeGreaterThanOrEqual(asMuch / randomGraphs.length - 1e-9);
    expect((await flowOf({ model: demo, run: arrow }, change)).result).toEqual(result);
  });

  test.each([
    ["door-closed.png", "Is the door open?"],
    ["banana-blue.png", "What is the color of the banana?"],
  ])("of an answer that does not depend on the picture keeps no edge from it: %s", async (picture, question) => {
    const run = await recorded(demo, demoPicture(picture), question);
    const token = defaultToken(run).tokens[0]!;
    const { result } = await flowOf({ model: demo, run }, { token, bands: 3, edges: 20, randomGraphs: 0 });
    const regions = new Set(
      result.groups.filter(({ kind }) => kind === "region").flatMap(({ positions }) => positions),
    );
    const fromPicture = result.edges.filter(({ from, effect }) => effect !== null && regions.has(from[0]!));
    expect(fromPicture.filter(({ kept }) => kept)).toEqual([]);
    // No edge from the picture lowers the log-probability by what a test takes for an effect.
    for (const { effect } of fromPicture) expect(effect!).toBeLessThan(leastFall);
  });

  test("ends when it is canceled", async () => {
    const request = { kind: "flow", token: right, bands: 2, edges: 4, randomGraphs: 0, seed: 0 } as const;
    const controller = new AbortController();
    const work = measure(demo, arrow, {
      request: { ...request, score: "log-probability" },
      ...{ pool, cacheFolder: temporaryFolder(), maxMemoryBytes: 2 ** 32, signal: controller.signal },
      onProgress: ({ done }) => {
        if (done > 4) controller.abort(new Error("stopped"));
      },
    });
    await expect(work).rejects.toThrow("stopped");
  });
});
