/** @file How often edges and explaining tokens of a graph come back, as it is drawn, said and listed. */
import type { CausalStability, StabilityOver } from "../../src/run/causes.ts";
import type { PictureNoiseResult } from "../../src/run/measures.ts";
import type { Table } from "../figures/figure.ts";
import { formatShare } from "../../src/figure/numbers.ts";
import { evenLine, type LineLook } from "../../src/cause-figure/causal-graph/graph-drawing.ts";
import { edgeKey } from "../../src/cause-figure/causal-graph/graph-edges.ts";

/** What is varied: a parameter on the server, or the picture, for which the model is asked again. */
export type StabilityKind = StabilityOver | "picture-noise";

export interface StabilityFacts {
  readonly kind: StabilityKind;
  /** Graphs that were learned. */
  readonly count: number;
  /** In how many each edge is, by `edgeKey`. */
  readonly edges: ReadonlyMap<string, number>;
  /** In how many each position explains the target. */
  readonly explaining: ReadonlyMap<number, number>;
}

/** What is gone through: the choice, "in 21 of 30 settings", and how many there are before they were counted. */
export const stabilityKinds: readonly {
  readonly kind: StabilityKind;
  readonly label: string;
  readonly plural: string;
  readonly expected?: number;
}[] = [
  { kind: "settings", label: "settings", plural: "settings", expected: 30 },
  { kind: "threshold", label: "threshold", plural: "thresholds", expected: 5 },
  { kind: "layer", label: "layer", plural: "layers" },
  { kind: "noise", label: "noise on attention", plural: "repeats with noise on the attention", expected: 20 },
  { kind: "picture-noise", label: "noise on the picture", plural: "repeats with noise on the picture", expected: 10 },
];

export function pluralOf(kind: StabilityKind): string {
  return stabilityKinds.find((each) => each.kind === kind)!.plural;
}

export function stabilityFacts(
  kind: StabilityKind,
  { count, edges, explaining }: Pick<CausalStability | PictureNoiseResult, "count" | "edges" | "explaining">,
): StabilityFacts {
  return {
    kind,
    count,
    edges: new Map(edges.map(({ a, b, count: times }) => [edgeKey(a, b), times])),
    explaining: new Map(explaining.map(({ position, count: times }) => [position, times])),
  };
}

/** Share of the graphs that have an edge, 0 to 1; undefined before it was computed. */
export function edgeShare(facts: StabilityFacts | undefined, a: number, b: number): number | undefined {
  if (facts === undefined || facts.count === 0) return undefined;
  return (facts.edges.get(edgeKey(a, b)) ?? 0) / facts.count;
}

/** "in 21 of 30 settings". */
export function frequencyText({ kind, count }: StabilityFacts, times: number): string {
  return `in ${times} of ${count} ${pluralOf(kind)}`;
}

/** From which share on an edge is a whole line. */
const steadyShare = 0.5;

/** How a line looks: heavier the more often it comes back, dashed below half; even before that is known. */
export function edgeLook(share: number | undefined): LineLook {
  if (share === undefined) return evenLine;
  return { width: 0.9 + 1.7 * share, isDashed: share < steadyShare };
}

/** "weight: frequency over 30 settings, dashed below 0.5". */
export function weightText({ kind, count }: StabilityFacts): string {
  return `weight: frequency over ${count} ${pluralOf(kind)}, dashed below ${steadyShare}`;
}

/** Edges and explaining tokens with their frequencies, most frequent first; `nameOf` names a position. */
export function stabilityTable(facts: StabilityFacts, nameOf: (position: number) => string): Table {
  const share = (times: number): number => (facts.count === 0 ? 0 : times / facts.count);
  const explaining = [...facts.explaining].sort(([a, one], [b, other]) => other - one || a - b);
  const edges = [...facts.edges]
    .map(([key, times]) => ({ ends: key.split(" ").map(Number) as [number, number], times }))
    .sort((one, other) => other.times - one.times || one.ends[0] - other.ends[0] || one.ends[1] - other.ends[1]);
  return {
    columns: [
      { label: "What", kind: "text" },
      { label: "Token", kind: "text" },
      { label: "Position", kind: "number" },
      { label: "Other end", kind: "text" },
      { label: "Position of the other end", kind: "number" },
      { label: "Times", kind: "number", unit: `of ${facts.count}` },
      { label: "Frequency", kind: "number" },
    ],
    rows: [
      ...explaining.map(([position, times]) => [
        "explaining token",
        nameOf(position),
        position,
        "",
        null,
        times,
        share(times),
      ]),
      ...edges.map(({ ends: [a, b], times }) => ["edge", nameOf(a), a, nameOf(b), b, times, share(times)]),
    ],
  };
}

/** One sentence on how steady the edges of the graph that is shown are. */
export function stabilitySentence(facts: StabilityFacts, edges: readonly { readonly a: number; readonly b: number }[]) {
  const { count, kind } = facts;
  if (count === 0) return "No graph could be learned for any of them.";
  const shares = edges.map(({ a, b }) => edgeShare(facts, a, b)!);
  const steady = shares.filter((share) => share >= steadyShare).length;
  const mean = shares.reduce((sum, share) => sum + share, 0) / Math.max(1, shares.length);
  return (
    `${steady} of ${edges.length} edges of this graph come back in half or more of ${count} ${pluralOf(kind)}; ` +
    `mean frequency ${formatShare(mean)}.`
  );
}
