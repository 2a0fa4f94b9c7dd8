/** @file The causal graph of a matrix from elsewhere, and everything that is found by it, in the fields of the published results. */
import { attentionCorrelation, type CorrelationOptions } from "../causal-discovery/correlation.ts";
import { discoverGraph } from "../causal-discovery/discover.ts";
import {
  explain,
  explanationDepth,
  searchExplanations,
  type CauseNode,
  type FoundExplanation,
} from "../causal-discovery/explanation.ts";
import type { CausalGraph } from "../causal-discovery/graph.ts";
import type { CausalOptions } from "../causal-discovery/options.ts";
import { orderSensitivity, type OrderSensitivity } from "../causal-discovery/order-sensitivity.ts";
import { seededRandom } from "../tensor/random.ts";
import type { AttentionMatrix } from "./matrix-file.ts";

/** A tree as `[token, [children]]`. */
type TreeList = readonly [token: number, children: readonly TreeList[]];

/** Names as in the published results, so that files of both can be compared. */
export interface MatrixCauses {
  readonly variant: CausalOptions["variant"];
  readonly alpha: number;
  readonly num_records: number;
  readonly sign_rule: CausalOptions["signRule"];
  readonly max_range: number;
  readonly target: number;
  /** The graph's tokens in causal order. */
  readonly nodes: readonly number[];
  /** marks[a][b] is the mark at b of the edge between a and b: 0 no edge, 1 circle, 2 arrowhead, 3 tail. */
  readonly marks: readonly (readonly number[])[];
  /** [a, b, members] for each pair without an edge. */
  readonly sepsets: readonly (readonly [number, number, readonly number[]])[];
  readonly tests_by_size: readonly number[];
  readonly edges: number;
  readonly explanation: readonly number[];
  readonly pds_tree: TreeList;
  readonly radius_sets: Readonly<Record<string, readonly number[]>>;
  readonly explanation_by_range: Readonly<Record<string, readonly number[]>>;
  /** [members, sum of distances] of the sets that hold in the file's own test. */
  readonly searched?: Readonly<Record<"minimal" | "all", readonly (readonly [readonly number[], number])[]>>;
  /** Set if the search of these sets was cut short, to the largest size that was gone through. */
  readonly search_cut_at?: number;
  /** Of the reference variant: how much of the graph stays under 20 random orders of the sets, 0 to 1. */
  readonly order_sensitivity?: OrderSensitivity;
  readonly conflicts: number;
  readonly degenerate: number;
  /** Set if the search was cut short, to the largest size that was gone through. */
  readonly cut_at?: number;
}

function treeList({ position, children }: CauseNode): TreeList {
  return [position, children.map(treeList)];
}

function separatorList({ nodes, marks, separators }: CausalGraph): [number, number, number[]][] {
  const size = nodes.length;
  const found: [number, number, number[]][] = [];
  for (let a = 0; a < size; a++) {
    for (let b = a + 1; b < size; b++) {
      if (marks[a * size + b] !== 0) continue;
      const members = (separators[a * size + b] ?? []).map((node) => nodes[node]!);
      found.push([nodes[a]!, nodes[b]!, members.sort((one, other) => one - other)]);
    }
  }
  return found;
}

/** Sets that hold in the file's own test, which takes the sum of a row over their members. */
function searchedSets(
  graph: CausalGraph,
  {
    target,
    row,
    tester,
  }: {
    readonly target: number;
    readonly row: ArrayLike<number>;
    readonly tester: NonNullable<AttentionMatrix["tester"]>;
  },
): Pick<MatrixCauses, "searched" | "search_cut_at"> {
  const holds = (members: readonly number[]): boolean =>
    members.reduce((sum, key) => sum + row[key]!, 0) >= tester.threshold;
  const search = (mode: "minimal" | "all") =>
    searchExplanations(graph, target, { mode, maxSize: tester.maxSize, holds });
  const [minimal, all] = [search("minimal"), search("all")];
  const cutAt = all.cutAt ?? minimal.cutAt;
  const listed = (found: readonly FoundExplanation[]) =>
    found.map(({ members, distance }) => [members, distance] as const);
  return {
    searched: { minimal: listed(minimal.found), all: listed(all.found) },
    ...(cutAt === undefined ? {} : { search_cut_at: cutAt }),
  };
}

/** Depths of the tree that the published results list, `none` without a limit. */
const ranges = ["1", "2", "3", "4", "5", "none"] as const;

/** Learns the graph of some tokens of a matrix. Throws as `discoverGraph` and `attentionCorrelation`. */
export function matrixCauses(
  matrix: AttentionMatrix,
  {
    nodes,
    target,
    correlation: changes = {},
    ...options
  }: Omit<CausalOptions, "threshold"> & {
    readonly nodes: readonly number[];
    readonly target: number;
    readonly correlation?: CorrelationOptions;
  },
): MatrixCauses {
  const correlation = attentionCorrelation(matrix.rowOf, nodes, changes);
  const graph = discoverGraph(correlation, nodes, options);
  const size = nodes.length;
  const explanation = explain(graph, target);
  const byRange = ranges.map(
    (range) =>
      [range, explain(graph, target, range === "none" ? Math.max(1, size - 1) : Number(range)).members] as const,
  );
  const row = matrix.rowOf(target);
  const { tester } = matrix;
  return {
    variant: options.variant,
    alpha: options.alpha,
    num_records: options.samples,
    sign_rule: options.signRule,
    max_range: explanationDepth,
    target,
    nodes,
    marks: Array.from({ length: size }, (_, a) => [...graph.marks.subarray(a * size, (a + 1) * size)]),
    sepsets: separatorList(graph),
    tests_by_size: graph.testsBySize,
    edges: graph.marks.filter((value) => value !== 0).length / 2,
    explanation: explanation.members,
    pds_tree: treeList(explanation.tree),
    radius_sets: Object.fromEntries(explanation.radiusSets.map((set, i) => [String(i + 1), set])),
    explanation_by_range: Object.fromEntries(byRange),
    ...(tester === undefined ? {} : searchedSets(graph, { target, row, tester })),
    ...(options.variant === "reference"
      ? { order_sensitivity: orderSensitivity(correlation, { options, random: seededRandom(0) }) }
      : {}),
    conflicts: graph.conflicts,
    degenerate: graph.degenerate,
    ...(graph.cutAt === undefined ? {} : { cut_at: graph.cutAt }),
  };
}
