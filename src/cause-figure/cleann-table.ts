/** @file The sets of the heads of a layer as a table. */
import type { CleannResult } from "../run/measures.ts";
import { setText, type NameOfPosition } from "./cleann-text.ts";
import type { FigureTable } from "../figure/figure-table.ts";

/** A row for each head. */
export function cleannTable({ heads }: Pick<CleannResult, "heads">, nameOf: NameOfPosition): FigureTable {
  return {
    columns: [
      { label: "Head", kind: "number" },
      { label: "Tokens of the tree", kind: "number" },
      { label: "Sets", kind: "text" },
      { label: "Positions", kind: "text" },
      { label: "First set after", kind: "number", unit: "calls" },
      { label: "Tried sets of the graph", kind: "number" },
      { label: "By attention", kind: "text" },
      { label: "Tried by attention", kind: "number" },
    ],
    rows: heads.map(({ members, sets, first, calls, attention, noGraph }, head) => [
      head,
      members,
      noGraph ?? sets.map((set) => setText(set, nameOf)).join("; "),
      sets.map((set) => set.join(" ")).join("; "),
      first,
      calls,
      attention.positions === null ? "" : setText(attention.positions, nameOf),
      attention.calls,
    ]),
  };
}
