/** @file What CLEANN's tester found, for the page: the newest result of a graph's layer and settings, and a table of its heads. */
import { attentionFound, graphFound, setText, type NameOfPosition } from "../../src/figure/cleann-text.ts";
import { cleannRequestOf } from "../../src/run/cause-requests.ts";
import type { CausalQuery } from "../../src/run/causes.ts";
import { resultsOf, sameRequest, type CleannResult, type MeasureResult } from "../../src/run/measures.ts";
import type { Table } from "../figures/figure.ts";

/** Sets that may be tried for each head, of its graph and of its attention each. */
export const cleannBudgets: readonly number[] = [20, 50, 200, 1000];

/** The newest result of a graph's layer with the settings of the graph, whatever budget it had. */
export function cleannOf(measures: readonly MeasureResult[] | undefined, query: CausalQuery): CleannResult | undefined {
  return resultsOf(measures, "cleann").findLast(
    ({ request }) => request.fill === "mean" && sameRequest(request, cleannRequestOf(query, request.budget)),
  );
}

/** "This head: its graph finds a set in 3 calls (“arrow”); the order of attention finds 2 tokens in 4 calls." */
export function headSentence(result: CleannResult, head: number, nameOf: NameOfPosition): string {
  const found = result.heads[head]!;
  const text = [graphFound(found, nameOf), attentionFound(found) ?? []].flat().join("; ");
  return `Head ${head}: ${text.endsWith(".") ? text : `${text}.`}`;
}

/** A row for each head. */
export function cleannTable({ heads }: CleannResult, nameOf: NameOfPosition): Table {
  return {
    columns: [
      { label: "Head", kind: "number" },
      { label: "Tokens of the tree", kind: "number" },
      { label: "Sets", kind: "text" },
      { label: "First set after", kind: "number", unit: "calls" },
      { label: "Tried sets of the graph", kind: "number" },
      { label: "By attention", kind: "text" },
      { label: "Tried by attention", kind: "number" },
    ],
    rows: heads.map(({ members, sets, first, calls, attention, noGraph }, head) => [
      head,
      members,
      noGraph ?? sets.map((set) => setText(set, nameOf)).join("; "),
      first,
      calls,
      attention.positions === null ? "" : setText(attention.positions, nameOf),
      attention.calls,
    ]),
  };
}
