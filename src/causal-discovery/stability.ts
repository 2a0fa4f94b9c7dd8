/**
 * @file How much a causal graph depends on its settings and on chance: edges and explaining tokens counted over many graphs of one token
 * (Friedman, Goldszmidt, Wyner, "Data analysis with Bayesian networks: a bootstrap approach", UAI 1999; Meinshausen, Buehlmann,
 * "Stability selection", JRSS-B 72, 2010).
 */
import { normalNumber } from "../tensor/random.ts";
import type { RowOf } from "./correlation.ts";
import {
  graphOfSelection,
  graphsOfSelection,
  headGraph,
  type GraphOrReason,
  type HeadGraphInput,
} from "./head-graph.ts";
import type { CausalOptions } from "./options.ts";

/** The options with every alpha and every sample count. */
export function settingsGrid(
  options: CausalOptions,
  { alphas, samples }: { readonly alphas: readonly number[]; readonly samples: readonly number[] },
): CausalOptions[] {
  return alphas.flatMap((alpha) => samples.map((count) => ({ ...options, alpha, samples: count })));
}

/** One head's attention, and the tokens over which its graph is learned, the target among them. */
export type SelectedInput = Omit<HeadGraphInput, "imagePositions"> & { readonly nodes: readonly number[] };

/** A graph for every alpha and sample count. */
export function graphsOverSettings(
  input: Omit<SelectedInput, "options">,
  grid: readonly CausalOptions[],
): GraphOrReason[] {
  return graphsOfSelection(input, { ...input, settings: grid });
}

/** A graph for every threshold of attention, each over the tokens that it selects. */
export function graphsOverThresholds(input: HeadGraphInput, thresholds: readonly number[]): GraphOrReason[] {
  return thresholds.map((threshold) => headGraph({ ...input, options: { ...input.options, threshold } }));
}

/** A graph for each layer, or for whatever else the rows were taken from, each over the tokens that it selects. */
export function graphsOverRows(rows: readonly RowOf[], input: Omit<HeadGraphInput, "rowOf">): GraphOrReason[] {
  return rows.map((rowOf) => headGraph({ ...input, rowOf }));
}

export interface NoiseOptions {
  /** Uniform numbers in [0, 1). */
  readonly random: () => number;
  /** Graphs that are learned. @default 20 */
  readonly repeats?: number;
  /** Standard deviation of the noise, as a share of each weight. @default 0.05 */
  readonly deviation?: number;
}

/** A graph for each disturbance of the attention, every weight times (1 + noise) and not below 0; the tokens stay as selected. */
export function graphsOverNoise(
  { nodes, rowOf, ...input }: SelectedInput,
  { random, repeats = 20, deviation = 0.05 }: NoiseOptions,
): GraphOrReason[] {
  return Array.from({ length: repeats }, () => {
    const rows = new Map(nodes.map((node) => [node, noisyRow(rowOf(node), { random, deviation })]));
    return graphOfSelection({ nodes }, { ...input, rowOf: (position) => rows.get(position)! });
  });
}

function noisyRow(
  row: ArrayLike<number>,
  { random, deviation }: { readonly random: () => number; readonly deviation: number },
): Float64Array {
  return Float64Array.from(row, (weight) => {
    if (weight === 0) return 0;
    return Math.max(0, weight * (1 + deviation * normalNumber(random)));
  });
}

/** How often something came back. */
export interface Frequencies {
  /** Graphs that were asked for, those that could not be learned included. */
  readonly count: number;
  /** Pairs of positions, a < b, with an edge in at least one graph, and in how many; ascending. */
  readonly edges: readonly { readonly a: number; readonly b: number; readonly count: number }[];
  /** Positions that explain the target in at least one graph, and in how many; ascending. */
  readonly explaining: readonly { readonly position: number; readonly count: number }[];
}

/** Counts the edges and the explaining positions of graphs of one token; a head without a graph has none of either. */
export function graphFrequencies(found: readonly GraphOrReason[]): Frequencies {
  const edges = new Map<string, { a: number; b: number; count: number }>();
  const explaining = new Map<number, number>();
  for (const each of found) {
    if (!("graph" in each)) continue;
    const { nodes, marks } = each.graph;
    for (const [i, a] of nodes.entries()) {
      for (let j = i + 1; j < nodes.length; j++) {
        if (marks[i * nodes.length + j] === 0) continue;
        const b = nodes[j]!;
        const key = `${a} ${b}`;
        const edge = edges.get(key) ?? { a, b, count: 0 };
        edge.count += 1;
        edges.set(key, edge);
      }
    }
    for (const position of each.explanation.members) explaining.set(position, (explaining.get(position) ?? 0) + 1);
  }
  return {
    count: found.length,
    edges: [...edges.values()].sort((one, other) => one.a - other.a || one.b - other.b),
    explaining: [...explaining]
      .map(([position, count]) => ({ position, count }))
      .sort((one, other) => one.position - other.position),
  };
}
