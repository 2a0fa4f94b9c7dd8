/**
 * @file The verified flow graph of a model whose only path is known: it must have the edges of that path and no other, while graphs of the
 * largest attention take a word that brings nothing.
 */
import { afterAll, expect, test } from "vitest";
import { graphPool } from "../src/causes/graph-pool.ts";
import { explain } from "../src/explain/explain.ts";
import { openRecorded } from "../src/explain/recorded-run.ts";
import { layerBands } from "../src/methods/flow/flow-graph.ts";
import { flowScoreOf } from "../src/run/cause-requests.ts";
import { measure } from "../src/measure/measure.ts";
import type { FlowResult } from "../src/run/measures.ts";
import type { FloatTensor } from "../src/tensor/tensor.ts";
import { questionOf } from "./support/demo-question.ts";
import { loadPlantedPath, plantedQuestion, plantedWords } from "./support/planted-path.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const pool = graphPool({ threads: 1 });
afterAll(() => pool.close());

const model = await loadPlantedPath();
const run = await openRecorded(
  await explain(model, questionOf(plantedQuestion, [], { maxNewTokens: 1 }), {
    methods: ["attention"],
    record: "full",
    maxMemoryBytes: 2 ** 32,
  }),
);
const { source, relay, attended } = plantedWords;
const path = [`${source} > ${relay} in 0`, `${relay} > answer in 1`];

async function flow(score: FlowResult["request"]["score"]): Promise<FlowResult> {
  const request = { kind: "flow", token: 0, bands: 2, edges: 40, randomGraphs: 99, score, seed: 0 } as const;
  const { result } = await measure(model, run, {
    ...{ request, pool, cacheFolder: temporaryFolder(), maxMemoryBytes: 2 ** 32 },
  });
  return result as FlowResult;
}

function edgeName(
  { groups }: FlowResult,
  { from, to, layers }: Pick<FlowResult["edges"][number], "from" | "to" | "layers">,
): string {
  const name = (position: number) => groups.find(({ positions }) => positions.includes(position))!.name;
  return `${name(from[0]!)} > ${name(to[0]!)} in ${layers[0]}`;
}

/** Sums of attention of both heads between groups, by edge, largest first. */
async function byAttention(result: FlowResult): Promise<string[]> {
  const found: { name: string; sum: number }[] = [];
  for (const [layer] of layerBands(2, 2)) {
    const { dims, data } = (await run.tensor(`language.attention.${layer}`)) as FloatTensor;
    const [heads, queries, keys] = dims as [number, number, number];
    for (const to of result.groups) {
      for (const from of result.groups) {
        if (from === to) continue;
        let sum = 0;
        for (let head = 0; head < heads; head++)
          for (const q of to.positions)
            for (const k of from.positions) sum += q < queries ? data[(head * queries + q) * keys + k]! : 0;
        found.push({ name: edgeName(result, { from: from.positions, to: to.positions, layers: [layer, layer] }), sum });
      }
    }
  }
  return found.sort((a, b) => b.sum - a.sum).map(({ name }) => name);
}

test("the model says what the source holds", () => {
  expect(run.description.answerText).toBe("left");
  expect(run.description.answerTokens[0]!.probability).toBeGreaterThan(0.5);
});

test.each(["log-probability", "contrast"] as const)(
  "the graph of the %s has the edges of the path and no other: precision and recall are 1",
  async (kind) => {
    const result = await flow(kind === "contrast" ? flowScoreOf(run.description, 0) : kind);
    const kept = result.edges.filter((edge) => edge.kept).map((edge) => edgeName(result, edge));
    expect(kept.sort()).toEqual([...path].sort());
    const largest = Math.max(...result.edges.map(({ effect }) => effect ?? 0));
    for (const edge of result.edges) {
      const isPath = path.includes(edgeName(result, edge));
      // Both estimate and measured effect know the path from everything else.
      expect(edge.effect === null ? 0 : edge.effect / largest > 0.01).toBe(isPath);
      expect(edge.estimate / largest > 0.01).toBe(isPath);
    }
    expect(result.faithfulness).toBeGreaterThan(0.95);
    expect(result.necessity).toBeGreaterThan(0.95);
    // Few graphs of two edges of these kinds exist, and some of them have an edge of the path.
    const alone = result.randomGraphs.map(({ faithfulness }) => faithfulness).sort((a, b) => a - b);
    expect(alone[Math.floor(alone.length / 2)]).toBeLessThan(0.05);
  },
);

test("a graph of as many edges by attention takes the decoy that brings nothing", async () => {
  const result = await flow("log-probability");
  const ranked = await byAttention(result);
  const first = ranked.slice(0, path.length);
  expect(first).toContain(`${attended} > answer in 0`);
  expect(path.every((edge) => first.includes(edge))).toBe(false);
});
