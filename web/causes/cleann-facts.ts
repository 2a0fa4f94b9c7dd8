/** @file What CLEANN's tester found, for the page: the newest result of a graph's layer and settings, and a sentence about each head. */
import { headText, type NameOfPosition } from "../../src/cause-figure/cleann-text.ts";
import { cleannRequestOf } from "../../src/run/cause-requests.ts";
import type { CausalQuery } from "../../src/run/causes.ts";
import { resultsOf, sameRequest, type CleannResult, type MeasureResult } from "../../src/run/measures.ts";

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
  const text = headText(result.heads[head]!, nameOf);
  return `Head ${head}: ${text.endsWith(".") ? text : `${text}.`}`;
}
