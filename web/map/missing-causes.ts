/** @file Why a run has no causal graph for a selection. */
import { ApiError } from "../data/data-source.ts";
import { causesLayer, chosenGraph } from "../run/chosen-graph.ts";
import type { OpenRun } from "../run/open-run.svelte.ts";
import type { Selection } from "../selection/selection.ts";
import type { MissingMap } from "../run/recorded-map.ts";

/** Why there is no graph, with what would bring it; undefined where none of it failed. */
export function missingCauses(run: OpenRun, selection: Selection, token: number): MissingMap | undefined {
  const query = chosenGraph(run, selection, token);
  const layer = causesLayer(run, selection);
  const failure =
    query === undefined ? run.findings.failureOfHeads({ token, layer }) : run.findings.failureOfCauses(query);
  if (failure === undefined) return undefined;
  if (!(failure instanceof ApiError) || failure.code !== "not-recorded") return { missing: failure.message };
  return {
    missing: `The attention of layer ${layer} was not recorded whole, which a causal graph needs.`,
    request: { methods: [], record: "full" },
  };
}
