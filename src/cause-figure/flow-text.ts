/** @file What a flow graph says in words. */
import type { FlowEdge, FlowResult } from "../run/measures.ts";
import { layersText } from "./flow-figure.ts";
import { formatPercent, formatShare } from "../figure/numbers.ts";
import { pValueText } from "../figure/verdict-text.ts";

/** What the numbers of edges can be falls of. */
export const flowUnits = ["log-probability", "difference of two logits"] as const;

/** What the numbers of the edges are falls of. */
export function flowUnit({ request }: Pick<FlowResult, "request">): (typeof flowUnits)[number] {
  return flowUnits[request.score === "log-probability" ? 0 : 1];
}

/** Name of the group that a position belongs to. */
export function groupName({ groups }: Pick<FlowResult, "groups">, [position]: readonly number[]): string {
  return groups.find(({ positions }) => positions.includes(position!))?.name ?? "";
}

/** "picture, row 1, column 2 to arrow, layers 0 to 1: fall 1.40" */
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
  const graph = `${kept === 1 ? "The one edge of the graph alone keeps" : `The ${kept} edges of the graph alone keep`} ${share(faithfulness)} of what all attention between groups gives; without ${kept === 1 ? "it" : "them"} ${share(necessity)} is lost.`;
  const random =
    p === null
      ? ""
      : ` Against ${randomGraphs.length} random graphs with edges of the same kinds: ${pValueText(p.faithfulness)} for what it keeps, ${pValueText(p.necessity)} for what is lost.`;
  const rank = spearman === null ? "" : ` Estimates and measured falls correlate with ${formatShare(spearman)} (rank).`;
  return `${graph}${random}${rank}`;
}
