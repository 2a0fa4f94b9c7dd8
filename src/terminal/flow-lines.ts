/** @file The flow graph of an answer token, in lines. */
import { layersText } from "../cause-figure/flow-figure.ts";
import { flowSentence, flowUnit, groupName } from "../cause-figure/flow-text.ts";
import { formatSigned } from "../figure/numbers.ts";
import type { FlowEdge, FlowResult } from "../run/measures.ts";
import { textTable } from "./text-table.ts";

/** Edges that are listed beside those of the graph; --json prints all. */
const listedOthers = 5;

/** A sentence on the graph, its edges, and the largest of those that were measured beside it. */
export function flowLines(result: FlowResult): string[] {
  const inGraph = result.edges.filter(({ kept }) => kept);
  const others = result.edges.filter(({ kept, effect }) => !kept && effect !== null);
  const largest = [...others].sort((a, b) => Math.abs(b.effect!) - Math.abs(a.effect!)).slice(0, listedOthers);
  const row = ({ from, to, layers: [first, last], effect, estimate, kept }: FlowEdge): string[] => [
    kept ? "graph" : "beside",
    groupName(result, from),
    groupName(result, to),
    layersText([first, last]),
    effect === null ? "-" : formatSigned(effect, 3),
    formatSigned(estimate, 3),
  ];
  return [
    flowSentence(result),
    `Fall of the ${flowUnit(result)} without each edge of attention:`,
    ...textTable([["", "from", "to", "layers", "measured", "estimated"], ...[...inGraph, ...largest].map(row)]),
  ];
}
