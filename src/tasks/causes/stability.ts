/** @file How often edges and explaining tokens of a head's graph come back when one of its parameters changes. */
import { seededRandom } from "../../tensor/random.ts";
import { alphas, sampleCounts } from "../../run/causes.ts";
import type { CausalGraphFinding, CausalQuery, CausalStability, StabilityOver } from "../../run/causes.ts";
import { NotRecordedError } from "../../run/attention-block.ts";
import type { Run } from "../../run/types.ts";
import { graphFrequencies } from "./frequencies.ts";
import type { GraphPool } from "./graph-pool.ts";
import { graphWork, runGraphs } from "./run-graphs.ts";

/** Thresholds that are gone over: half a percent up to five. */
const thresholds = [0.002, 0.005, 0.01, 0.02, 0.05] as const;
const noiseRepeats = 20;
/** Standard deviation of the noise, as a share of each weight. */
const noiseDeviation = 0.05;
const noiseSeed = 0;

interface Options {
  readonly pool: GraphPool;
  readonly signal?: AbortSignal;
}

/** A query for each setting, and what is said of it. */
function variations(query: CausalQuery, over: "settings" | "threshold"): { query: CausalQuery; text: string }[] {
  if (over === "threshold") {
    return thresholds.map((threshold) => ({ query: { ...query, threshold }, text: `threshold ${threshold}` }));
  }
  return alphas.flatMap((alpha) =>
    sampleCounts.map((samples) => ({
      query: { ...query, alpha, samples },
      text: `alpha ${alpha.toExponential()}, ${samples} samples`,
    })),
  );
}

/** The same head of every layer that was recorded whole; others are left out. */
async function overLayers(run: Run, query: CausalQuery, { pool, signal }: Options) {
  const found: { graph: CausalGraphFinding; text: string }[] = [];
  for (let layer = 0; layer < run.description.model.languageLayers; layer++) {
    signal?.throwIfAborted();
    try {
      const [graph] = await runGraphs(run, [{ ...query, layer }], { pool, signal });
      found.push({ graph: graph!, text: `layer ${layer}` });
    } catch (error) {
      if (!(error instanceof NotRecordedError)) throw error;
    }
  }
  return found;
}

/** The same attention with a little noise: each weight times (1 + noise), by the Box-Muller transform; the tokens stay those that were selected. */
async function overNoise(run: Run, query: CausalQuery, { pool, signal }: Options) {
  const work = await graphWork(run, query);
  const random = seededRandom(noiseSeed);
  const works = Array.from({ length: noiseRepeats }, () => ({
    ...work,
    rows: work.rows.map((weight) => {
      const noise = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
      return Math.max(0, weight * (1 + noiseDeviation * noise));
    }),
  }));
  const graphs = await pool.learn(works, { signal });
  return graphs.map((graph, i) => ({ graph, text: `noise of ${100 * noiseDeviation} %, number ${i + 1}` }));
}

/** Learns the graph of a head again and again with one parameter changed. Throws a NotRecordedError where its attention is not there. */
export async function causalStability(
  run: Run,
  { over, ...query }: CausalQuery & { readonly over: StabilityOver },
  options: Options,
): Promise<CausalStability> {
  let found: { graph: CausalGraphFinding; text: string }[];
  if (over === "layer") found = await overLayers(run, query, options);
  else if (over === "noise") found = await overNoise(run, query, options);
  else {
    const varied = variations(query, over);
    const graphs = await runGraphs(
      run,
      varied.map((each) => each.query),
      options,
    );
    found = graphs.map((graph, i) => ({ graph, text: varied[i]!.text }));
  }
  const graphs = found.map(({ graph }) => graph);
  return { query, over, count: graphs.length, settings: found.map(({ text }) => text), ...graphFrequencies(graphs) };
}
