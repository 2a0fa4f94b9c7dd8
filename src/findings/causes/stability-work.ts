/** @file The graphs of one stability, as they go to a worker thread, and the counts that come back. */
import type { CausalOptions } from "../../causal-discovery/options.ts";
import {
  graphFrequencies,
  graphsOverNoise,
  graphsOverRows,
  graphsOverSettings,
  graphsOverThresholds,
  settingsGrid,
  type Frequencies,
} from "../../causal-discovery/stability.ts";
import { selectNodes } from "../../causal-discovery/select-nodes.ts";
import type { RowOf } from "../../causal-discovery/correlation.ts";
import { seededRandom } from "../../tensor/random.ts";
import { rowReader, type HeadRows } from "./head-rows.ts";

/** What varies: the settings of one head's graph, its threshold, noise on its rows; or the rows themselves, a graph for each head. */
type Varied =
  | { readonly over: "settings"; readonly alphas: readonly number[]; readonly samples: readonly number[] }
  | { readonly over: "threshold"; readonly thresholds: readonly number[] }
  | { readonly over: "noise"; readonly repeats: number }
  | { readonly over: "rows" };

export interface StabilityWork {
  readonly varied: Varied;
  readonly heads: readonly HeadRows[];
  readonly target: number;
  readonly imagePositions: readonly number[];
  readonly options: CausalOptions;
}

const noiseSeed = 0;

/** Learns every graph of the work and counts what comes back. */
export function countStability(work: StabilityWork): Frequencies {
  const { varied, heads, target, imagePositions, options } = work;
  const readers = heads.map(rowReader);
  const [rowOf] = readers as [RowOf];
  const input = { target, imagePositions, options };
  if (varied.over === "rows") return graphFrequencies(graphsOverRows(readers, input));
  if (varied.over === "threshold") {
    return graphFrequencies(graphsOverThresholds({ ...input, rowOf }, varied.thresholds));
  }
  const { nodes } = selectNodes({ row: rowOf(target), ...input });
  const selected = { rowOf, target, options, nodes };
  if (varied.over === "noise") {
    const random = seededRandom(noiseSeed);
    return graphFrequencies(graphsOverNoise(selected, { random, repeats: varied.repeats }));
  }
  return graphFrequencies(graphsOverSettings(selected, settingsGrid(options, varied)));
}
