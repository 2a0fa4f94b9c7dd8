/** @file A flow graph as a table. */
import { flowUnit, groupName } from "./flow-text.ts";
import type { FlowResult } from "../run/measures.ts";
import type { FigureTable } from "../figure/figure-table.ts";

/** The columns, whose numbers have this unit. */
export function flowColumns(unit: string): FigureTable["columns"] {
  return [
    { label: "from", kind: "text" },
    { label: "to", kind: "text" },
    { label: "layers", kind: "text" },
    { label: "estimate", kind: "number", unit },
    { label: "measured", kind: "number", unit },
    { label: "in the graph", kind: "text" },
  ];
}

export function flowTable(flow: FlowResult): FigureTable {
  return {
    columns: flowColumns(flowUnit(flow)),
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
