/** @file What a flow graph says in words and as a table. */
import { layersText } from "../../../src/figure/flow-figure.ts";
import { formatPercent, formatProbability, formatShare } from "../../../src/figure/numbers.ts";
import type { FlowEdge, FlowResult } from "../../../src/run/measures.ts";
import type { Table } from "../../figures/figure.ts";

/** What the numbers of the edges are falls of. */
export function flowUnit({ request }: Pick<FlowResult, "request">): string {
  return request.score === "log-probability" ? "log-probability" : "difference of two logits";
}

/** Name of the group that a position belongs to. */
function groupName({ groups }: Pick<FlowResult, "groups">, [position]: readonly number[]): string {
  return groups.find(({ positions }) => positions.includes(position!))?.name ?? "";
}

/** "region 1 to “arrow”, layers 0 to 1: falls by 1.40" */
export function edgeSentence(
  flow: Pick<FlowResult, "groups">,
  { from, to, layers, effect, estimate }: FlowEdge,
): string {
  const value = effect === null ? `${formatShare(estimate)}, estimated` : formatShare(effect);
  return `${groupName(flow, from)} to ${groupName(flow, to)}, ${layersText(layers)}: fall ${value}`;
}

/** What the graph keeps and loses, and against random graphs. */
export function flowSentence(flow: FlowResult): string {
  const { faithfulness, necessity, randomGraphs, p, spearman, edges } = flow;
  if (faithfulness === null || necessity === null) {
    return "The word does not fall when all of this attention is blocked, so that there is no graph to find.";
  }
  const kept = edges.filter((edge) => edge.kept).length;
  const share = (value: number): string => formatPercent(Math.max(0, value));
  const graph = `The ${kept} edges of the graph alone keep ${share(faithfulness)} of what all attention between groups gives; without them ${share(necessity)} is lost.`;
  const random =
    p === null
      ? ""
      : ` Of ${randomGraphs.length} random graphs with edges of the same kinds, a share of ${formatProbability(p.faithfulness)} keeps as much and ${formatProbability(p.necessity)} loses as much.`;
  const rank = spearman === null ? "" : ` Estimates and measured falls correlate with ${formatShare(spearman)} (rank).`;
  return `${graph}${random}${rank}`;
}

export function flowTable(flow: FlowResult): Table {
  return {
    columns: [
      { label: "from", kind: "text" },
      { label: "to", kind: "text" },
      { label: "layers", kind: "text" },
      { label: "estimate", kind: "number", unit: flowUnit(flow) },
      { label: "measured", kind: "number", unit: flowUnit(flow) },
      { label: "in the graph", kind: "text" },
    ],
    rows: flow.edges.map(({ from, to, layers, estimate, effect, kept }) => [
      groupName(flow, from),
      groupName(flow, to),
      `${layers[0]} to ${layers[1]}`,
      estimate,
      effect,
      kept ? "yes" : "no",
    ]),
  };
}
