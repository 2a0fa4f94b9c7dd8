/** @file The graphs of one stability, as they go to a worker thread, and the counts that come back. */
import type { CausalOptions } from "../../methods/causal/options.ts";
import {
  graphFrequencies,
  graphsOverNoise,
  graphsOverRows,
  graphsOverSettings,
  graphsOverThresholds,
  settingsGrid,
} from "../../methods/causal/stability.ts";
import type { Frequencies } from "../../methods/causal/stability.ts";
import { selectNodes } from "../../methods/causal/select-nodes.ts";
import type { RowOf } from "../../methods/causal/correlation.ts";
import { seededRandom } from "../../tensor/random.ts";
import { rowReader } from "./head-rows.ts";
import type { HeadRows } from "./head-rows.ts";

/** What varies: the settings of one head's graph, its threshold, noise on its rows; or the rows themselves, a graph for each head. */
export interface StabilityWork {
  readonly over: "settings" | "threshold" | "noise" | "rows";
  readonly heads: readonly HeadRows[];
  readonly target: number;
  readonly imagePositions: readonly number[];
  readonly options: CausalOptions;
  readonly alphas: readonly number[];
  readonly samples: readonly number[];
  readonly thresholds: readonly number[];
}

const noiseSeed = 0;

/** Learns every graph of the work and counts what comes back. */
export function countStability(work: StabilityWork): Frequencies {
  const { over, heads, target, imagePositions, options } = work;
  const readers = heads.map(rowReader);
  const [rowOf] = readers as [RowOf];
  const input = { target, imagePositions, options };
  if (over === "rows") return graphFrequencies(graphsOverRows(readers, input));
  if (over === "threshold") return graphFrequencies(graphsOverThresholds({ ...input, rowOf }, work.thresholds));
  const { nodes } = selectNodes({ row: rowOf(target), ...input });
  const selected = { rowOf, target, options, nodes };
  if (over === "noise") return graphFrequencies(graphsOverNoise(selected, { random: seededRandom(noiseSeed) }));
  const grid = settingsGrid(options, work);
  return graphFrequencies(graphsOverSettings(selected, grid));
}
