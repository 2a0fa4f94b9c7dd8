/** @file Speed of causal graphs on one thread: heads of several sizes, a whole layer, and every golden run against the published code's time. */
import { availableParallelism } from "node:os";
import { isDeepStrictEqual } from "node:util";
import type * as Correlation from "../src/causal-discovery/correlation.ts";
import type * as Discover from "../src/causal-discovery/discover.ts";
import type * as Explanation from "../src/causal-discovery/explanation.ts";
import type * as Graph from "../src/causal-discovery/graph.ts";
import type * as HeadGraph from "../src/causal-discovery/head-graph.ts";
import type * as Options from "../src/causal-discovery/options.ts";
import type * as SelectNodes from "../src/causal-discovery/select-nodes.ts";
import type * as Stability from "../src/causal-discovery/stability.ts";
import type * as GraphPool from "../src/causes/graph-pool.ts";
import type { GraphWork } from "../src/findings/causes/graph-work.ts";
import {
  attentionCases,
  fullCase,
  rowsOfTriangle,
  type AttentionCase,
  type GoldenRun,
} from "../test/support/causal-fixtures.ts";
import { goldenFields, goldenGraph } from "../test/support/causal-golden.ts";
import { randomAttention, uniformNumbers } from "../test/support/random-graphs.ts";
import { defaultCausalSettings } from "../src/run/causes.ts";
import { median, processorTime } from "./processor-time.ts";
import { row } from "./run-job.ts";

// The code as it is shipped: the loader that runs TypeScript names each closure anew, which takes as long as a small graph.
const built = (name: string) => import(new URL(`../dist/causal-discovery/${name}.js`, import.meta.url).href);
const { attentionCorrelation } = (await built("correlation")) as typeof Correlation;
const { discoverGraph } = (await built("discover")) as typeof Discover;
const { explain } = (await built("explanation")) as typeof Explanation;
const { edgeCount } = (await built("graph")) as typeof Graph;
const { headGraph } = (await built("head-graph")) as typeof HeadGraph;
const { graphsOverSettings, settingsGrid } = (await built("stability")) as typeof Stability;

const { selectNodes } = (await built("select-nodes")) as typeof SelectNodes;
const { graphPool } = (await import(new URL("../dist/causes/graph-pool.js", import.meta.url).href)) as typeof GraphPool;

const variants = ["exact", "reference"] as const;
type Settings = Pick<Options.CausalOptions, "variant" | "alpha" | "samples" | "signRule">;

/** Sparse: the settings that are the default. Dense: settings that keep about a third of the edges. */
const densities = [
  ["sparse", { alpha: 1e-5, samples: 128 }],
  ["dense", { alpha: 1e-2, samples: 1024 }],
] as const;

const milliseconds = (time: number): string => `${time.toFixed(time < 10 ? 2 : 1)} ms`;

function benchSizes(): void {
  console.log("\n  one head, random attention: correlation, graph and explanation");
  for (const size of [20, 40, 60]) {
    const rows = randomAttention(size, { random: uniformNumbers(size) });
    const nodes = [...rows.keys()];
    for (const [name, density] of densities) {
      for (const variant of variants) {
        const learn = () => {
          const correlation = attentionCorrelation((position) => rows[position]!, nodes);
          const graph = discoverGraph(correlation, nodes, { ...defaultCausalSettings, ...density, variant });
          explain(graph, size - 1);
          return graph;
        };
        const { marks, testsBySize } = learn();
        const tests = testsBySize.reduce((sum, count) => sum + count, 0);
        const note = `${edgeCount({ marks })} edges, ${tests} tests`;
        row(`${size} nodes, ${name}, ${variant}`, milliseconds(processorTime(learn)), note);
      }
    }
  }
}

function runName({ name }: AttentionCase, { alpha, num_records: samples, sign_rule: signRule }: GoldenRun): string {
  return `${name.replace(".json", "")} ${alpha.toExponential()}, ${samples}${signRule === "legacy" ? ", legacy" : ""}`;
}

/** Ratios to the published code of runs with default settings, and of dense graphs. */
interface Ratios {
  readonly defaults: number[];
  readonly dense: number[];
}

function benchGoldenRun(each: AttentionCase, run: GoldenRun, ratios: Ratios): void {
  const { tokens: nodes, target } = each;
  const rowOfTriangle = rowsOfTriangle(each.attention_lower);
  const rows = each.attention_lower.map((_, position) => rowOfTriangle(position));
  const rowOf = (position: number) => rows[position]!;
  const settings = { alpha: run.alpha, samples: run.num_records, signRule: run.sign_rule };
  const learn = (variant: Settings["variant"]) => {
    const graph = discoverGraph(attentionCorrelation(rowOf, nodes), nodes, { ...settings, variant });
    return { graph, explanation: explain(graph, target) };
  };
  const { graph, explanation } = learn("reference");
  const equal =
    isDeepStrictEqual(goldenGraph(graph, nodes), goldenFields(run)) &&
    isDeepStrictEqual(explanation.members, run.explanation);
  const python = run.python_seconds.cpu * 1000;
  const [reference, exact] = [processorTime(() => learn("reference")), processorTime(() => learn("exact"))];
  const isDense = run.edges / ((nodes.length * (nodes.length - 1)) / 2) >= 0.1;
  if (run.alpha === 1e-5 && run.num_records === 128 && run.sign_rule === "two-sided") {
    ratios.defaults.push(python / reference);
  } else if (isDense) ratios.dense.push(python / reference);
  row(
    runName(each, run),
    `${(python / reference).toFixed(0)} x`,
    `${milliseconds(reference)} of ${milliseconds(python)}, exact ${milliseconds(exact)}, ${nodes.length} nodes, ${run.edges} edges, ${equal ? "equal" : "NOT EQUAL"}`,
  );
}

function benchGolden(): void {
  console.log("\n  golden runs, reference variant, against the CPU time of the published code (Python)");
  const ratios: Ratios = { defaults: [], dense: [] };
  for (const each of attentionCases()) for (const run of each.runs) benchGoldenRun(each, run, ratios);
  const summary = (values: readonly number[]): string => `${median(values).toFixed(0)} x`;
  const least = (values: readonly number[]): string => `smallest ${Math.min(...values).toFixed(0)} x`;
  row("default settings, median", summary(ratios.defaults), `${least(ratios.defaults)}, goal >= 100 x`);
  row("other settings, dense, median", summary(ratios.dense), `${least(ratios.dense)}, goal >= 50 x`);
}

/** A layer of 32 heads: those that were recorded, again and again. */
function benchLayer(): void {
  const full = fullCase();
  console.log(`\n  all 32 heads of a layer, ${full.num_tokens} tokens, ${full.num_image_tokens} of them image tokens`);
  const imagePositions = Array.from({ length: full.num_image_tokens }, (_, i) => full.image_start + i);
  const recorded = Array.from({ length: full.num_heads }, (_, head) => {
    const rowOf = full.rowOf(head);
    const rows = Array.from({ length: full.num_tokens }, (_, position) => rowOf(position));
    return (position: number) => rows[position]!;
  });
  const target = full.runs[0]!.token_to_explain;
  for (const [name, density] of densities) {
    for (const variant of variants) {
      const options = { ...defaultCausalSettings, ...density, variant };
      const learn = () =>
        Array.from({ length: 32 }, (_, head) =>
          headGraph({ rowOf: recorded[head % recorded.length]!, target, imagePositions, options }),
        );
      const nodes = learn().map(({ selection }) => selection.nodes.length);
      const goal = name === "sparse" ? ", goal < 100 ms on 2 cores" : "";
      row(
        `${name}, ${variant}`,
        milliseconds(processorTime(learn)),
        `${Math.min(...nodes)}-${Math.max(...nodes)} nodes${goal}`,
      );
    }
  }
  const rows = recorded[0]!;
  const { nodes } = headGraph({ rowOf: rows, target, imagePositions, options: defaultCausalSettings }).selection;
  const grid = settingsGrid(defaultCausalSettings, {
    alphas: [1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2],
    samples: [64, 128, 256, 512, 1024],
  });
  const over = () => graphsOverSettings({ rowOf: rows, target, nodes }, grid);
  row("stability of one head", milliseconds(processorTime(over)), `30 settings, ${nodes.length} nodes`);
}

/** Everything once, so that the first that is measured is as warm as the last. */
function learnAll({ attention_lower, tokens, runs }: AttentionCase): void {
  const correlation = attentionCorrelation(rowsOfTriangle(attention_lower), tokens);
  for (const { alpha, num_records: samples, sign_rule: signRule } of runs) {
    for (const variant of variants) discoverGraph(correlation, tokens, { variant, alpha, samples, signRule });
  }
}

/** The same layer in worker threads, wall time: what reading the rows, sending them and answering costs beside the learning. */
async function benchThreads(): Promise<void> {
  const full = fullCase();
  const imagePositions = Array.from({ length: full.num_image_tokens }, (_, i) => full.image_start + i);
  const target = full.runs[0]!.token_to_explain;
  const works = (variant: (typeof variants)[number]): GraphWork[] =>
    Array.from({ length: 32 }, (_, head) => {
      const rowOf = full.rowOf(head % full.num_heads);
      const options = { ...defaultCausalSettings, variant };
      const selection = selectNodes({ row: rowOf(target), target, imagePositions, options });
      const rows = new Float32Array(selection.nodes.length * full.num_tokens);
      for (const [place, node] of selection.nodes.entries()) rows.set(rowOf(node), place * full.num_tokens);
      return { query: { ...options, token: 0, layer: 0, head }, target, selection, rows };
    });
  const pool = graphPool();
  try {
    await pool.learn(works("exact"));
    for (const variant of variants) {
      const times: number[] = [];
      for (let round = 0; round < 7; round++) {
        const sent = works(variant);
        const began = performance.now();
        await pool.learn(sent);
        times.push(performance.now() - began);
      }
      const threads = `${availableParallelism()} threads, wall time, goal < 100 ms on 2 cores`;
      row(`sparse, ${variant}, in threads`, milliseconds(median(times)), threads);
    }
  } finally {
    await pool.close();
  }
}

export async function benchCausal(): Promise<void> {
  console.log("\nCausal graphs, processor time on one thread, once warm");
  for (let round = 0; round < 3; round++) for (const each of attentionCases()) learnAll(each);
  benchSizes();
  benchGolden();
  benchLayer();
  await benchThreads();
}
