/**
 * @file Measures the flow graph of an answer token: which groups of tokens its score depends on, by way of which others. Edges are estimated to
 * first order, the largest are measured by blocking them, and the graph that they make is compared with random ones.
 */
import { seededRandom } from "../tensor/random.ts";
import { rankCorrelation } from "../methods/agreement.ts";
import { enoughPrefix, growthOrder, layerBands, randomGraph, type GroupEdge } from "../methods/flow/flow-graph.ts";
import { sequentialTest } from "../methods/perturbation/sequential-test.ts";
import { leastFall } from "../methods/perturbation/verdict.ts";
import type { FlowGroup, FlowRequest, FlowResult } from "../run/measures.ts";
import { edgeEstimates, estimateCalls } from "./flow-estimates.ts";
import { flowGroups } from "./flow-groups.ts";
import { nothingMasked, type Masking } from "./masking.ts";
import { evaluationCount, type EvaluationKind, type Evaluations } from "./evaluations.ts";
import type { MeasureContext } from "./measure-types.ts";

/** Share of the fall without all edges that a graph must keep. */
const enoughKept = 0.8;
/** Edges that a result lists, those that were measured among them. */
const listedEdges = 120;
/** Random graphs that are asked about together, before it is known whether they decide. */
const drawnTogether = 8;
/** Times that the model is asked to find the smallest graph that is enough, usually. */
const usualSearch = 12;

/** Times that the sequence goes through the model if no random graph is spared. */
export function flowEvaluations({ edges, randomGraphs }: FlowRequest): Evaluations {
  return { passes: estimateCalls, attention: 2 + edges + usualSearch + 1 + 2 * randomGraphs };
}

interface EstimatedEdge extends GroupEdge {
  readonly estimate: number;
}

/** Edges between different groups that have an effect to first order, largest first. */
function estimatedEdges(
  layers: readonly (Float64Array | undefined)[],
  { bands, count }: { readonly bands: readonly (readonly [number, number])[]; readonly count: number },
): EstimatedEdge[] {
  const edges: EstimatedEdge[] = [];
  for (const [first, last] of bands) {
    for (let to = 0; to < count; to++) {
      for (let from = 0; from < count; from++) {
        if (from === to) continue;
        let estimate = 0;
        for (let layer = first; layer <= last; layer++) estimate += layers[layer]?.[to * count + from] ?? 0;
        if (estimate !== 0) edges.push({ from, to, layers: [first, last], estimate });
      }
    }
  }
  return edges.sort((a, b) => Math.abs(b.estimate) - Math.abs(a.estimate));
}

type Cut = NonNullable<Masking["edges"]>[number];

function layersOf([first, last]: readonly [number, number]): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

/** Blocks edges between groups, or all but them. */
function cutting(groups: readonly FlowGroup[], bands: readonly (readonly [number, number])[], rows: number) {
  const cut = (from: readonly number[], { to, layers }: Pick<GroupEdge, "to" | "layers">): Cut => {
    const keys = from.flatMap((group) => groups[group]!.positions);
    return {
      from: keys.filter((key) => key < rows),
      fromMemory: keys.flatMap((key) => (key < rows ? [] : [key - rows])),
      to: groups[to]!.positions,
      layers: layersOf(layers),
    };
  };
  const sources = groups.map((_, group) => group);
  // What stands behind the sequence asks for nothing.
  const targets = sources.filter((group) => groups[group]!.positions.every((position) => position < rows));
  return {
    only: (edges: readonly GroupEdge[]) => edges.map((edge) => cut([edge.from], edge)),
    allBut: (kept: readonly GroupEdge[]) =>
      bands.flatMap((layers) =>
        targets.flatMap((to) => {
          const own = kept.filter((edge) => edge.to === to && edge.layers[0] === layers[0]).map(({ from }) => from);
          const lost = sources.filter((from) => from !== to && !own.includes(from));
          return lost.length === 0 ? [] : [cut(lost, { to, layers })];
        }),
      ),
  };
}

/** Measures the flow graph. Throws a RangeError if the answer has no such token. */
export async function flow(request: FlowRequest, context: MeasureContext): Promise<FlowResult> {
  const { probe, model } = context;
  const { token, score } = request;
  const { description } = probe;
  const groups = flowGroups(description, token);
  const target = groups.length - 1;
  const bands = layerBands(model.definition.language.config.layers, request.bands);
  const cuts = cutting(groups, bands, description.tokens.length);
  let calls = 0;
  const called = (kind: EvaluationKind) => {
    calls += 1;
    context.tick(kind);
  };
  const scoresWithout = (each: readonly (readonly Cut[])[]): Promise<number[]> => {
    const maskings = each.map((cut) => ({ ...nothingMasked, edges: cut }));
    return probe.scores(token, maskings, { score, onScored: called });
  };

  context.expect(evaluationCount(flowEvaluations(request)));
  const { layers } = await edgeEstimates(context, { token, score, groups });
  for (let call = 0; call < estimateCalls; call++) called("passes");
  const edges = estimatedEdges(layers, { bands, count: groups.length });
  const [original, blocked] = (await scoresWithout([[], cuts.allBut([])])) as [number, number];
  const tested = edges.slice(0, request.edges);
  const without = await scoresWithout(tested.map((edge) => cuts.only([edge])));
  const effects = without.map((value) => original - value);

  const fall = original - blocked;
  const kept = (value: number) => (value - blocked) / fall;
  const found =
    fall < leastFall
      ? undefined
      : await searchGraph(request, {
          ...{ edges, effects, groups, target },
          faithfulnessOf: async (graphs) => (await scoresWithout(graphs.map(cuts.allBut))).map(kept),
          necessityOf: async (graphs) => (await scoresWithout(graphs.map(cuts.only))).map((value) => 1 - kept(value)),
          expect: context.expect,
        });
  const inGraph = new Set(found?.graph ?? []);
  const estimates = tested.map(({ estimate }) => estimate);
  const spearman = tested.length < 3 ? undefined : rankCorrelation(estimates, effects);
  return {
    request,
    original,
    blocked,
    groups,
    edges: edges.slice(0, Math.max(listedEdges, tested.length)).map(({ from, to, layers: of, estimate }, index) => ({
      from: groups[from]!.positions,
      to: groups[to]!.positions,
      layers: [...of],
      estimate,
      effect: effects[index] ?? null,
      kept: inGraph.has(index),
    })),
    faithfulness: found?.faithfulness ?? null,
    necessity: found?.necessity ?? null,
    randomGraphs: found?.randomGraphs ?? [],
    p: found?.p ?? null,
    spearman: spearman ?? null,
    calls,
  };
}

interface GraphSearch {
  readonly edges: readonly EstimatedEdge[];
  /** Of the first edges. */
  readonly effects: readonly number[];
  readonly groups: readonly FlowGroup[];
  readonly target: number;
  readonly faithfulnessOf: (graphs: readonly (readonly GroupEdge[])[]) => Promise<number[]>;
  readonly necessityOf: (graphs: readonly (readonly GroupEdge[])[]) => Promise<number[]>;
  readonly expect: (evaluations: number) => void;
}

/**
 * The smallest graph of measured edges, as they are taken, that is enough alone, and random graphs beside it; undefined if no measured edge
 * lowers the score.
 */
async function searchGraph({ randomGraphs, seed }: FlowRequest, search: GraphSearch) {
  const { edges, effects, groups, target, faithfulnessOf, necessityOf, expect } = search;
  const order = growthOrder(edges.slice(0, effects.length), { weights: effects, target });
  const graphOf = (indices: readonly number[]) => indices.map((index) => edges[index]!);
  const prefix = await enoughPrefix(order.length, {
    enough: enoughKept,
    valuesOf: (lengths) => faithfulnessOf(lengths.map((length) => graphOf(order.slice(0, length)))),
  });
  if (prefix === undefined) return undefined;
  const graph = order.slice(0, prefix.length);
  const [necessity] = (await necessityOf([graphOf(graph)])) as [number];
  expect(2 * randomGraphs);

  const random = seededRandom(seed);
  const kindOf = ({ from, to }: GroupEdge) => `${groups[from]!.kind} ${groups[to]!.kind}`;
  const drawn: { faithfulness: number; necessity: number }[] = [];
  const draw = async (index: number) => {
    if (index === drawn.length) {
      const count = Math.min(drawnTogether, randomGraphs - drawn.length);
      const others = Array.from({ length: count }, () =>
        graphOf(randomGraph(edges, { like: graph, kindOf, target, random })),
      );
      const alone = await faithfulnessOf(others);
      const lost = await necessityOf(others);
      drawn.push(...others.map((_, i) => ({ faithfulness: alone[i]!, necessity: lost[i]! })));
    }
    return drawn[index]!;
  };
  const compare = (observed: number, share: "faithfulness" | "necessity") =>
    sequentialTest({ observed, sets: randomGraphs, next: async (index) => (await draw(index))[share] });
  const ofFaithfulness = await compare(prefix.value, "faithfulness");
  const ofNecessity = await compare(necessity, "necessity");
  return {
    graph,
    faithfulness: prefix.value,
    necessity,
    randomGraphs: drawn,
    p: randomGraphs === 0 ? null : { faithfulness: ofFaithfulness.p, necessity: ofNecessity.p },
  };
}
