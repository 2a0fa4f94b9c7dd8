/** @file What the report of a run opens at: the token, layer and head, or map, that the open tab shows. */
import { explainedBy } from "../../../src/run/explained.ts";
import { defaultGridChoice } from "../../../src/run/grids.ts";
import type { ExportQuery } from "../../data/data-source.ts";
import { chosenTokens } from "../../run/chosen-tokens.ts";
import type { OpenRun } from "../../run/open-run.svelte.ts";
import type { Selection } from "../../selection/selection.ts";
import { mapRow } from "../../../src/run/maps.ts";
import { hasMap } from "../../run/recorded-map.ts";
import { mapOf } from "../../run/relevancy-rows.ts";

type Start = Omit<ExportQuery, "format" | "tokens">;

/** The map of relevancy or another method; undefined where the run does not hold it. */
function relevancyStart(run: OpenRun, { variant, part }: Selection): Start | undefined {
  const map = mapOf(variant, part);
  if (map === undefined || !hasMap(run, map, 0)) return undefined;
  const { method, variant: ofMap, part: ofModel } = mapRow(map);
  return { method, ...(ofMap && { variant: ofMap }), ...(ofModel && { map: ofModel }) };
}

/** Layer and head, where one is chosen; a report has no mean over the layers, so that the most attentive one is chosen there. */
function attentionStart(run: OpenRun, { flow, layer, head }: Selection): Start | undefined {
  if (flow === "rollout" && run.has("rollout")) return { method: "rollout" };
  if (run.attentionLayers.length === 0) return undefined;
  if (layer === null || !run.attentionLayers.includes(layer)) return { method: "attention" };
  return { method: "attention", layer, head: head ?? "mean" };
}

/** The export of a run's report that opens at what is shown, as far as the run and a report hold that. */
export function reportQuery(run: OpenRun, shown: Selection): ExportQuery {
  const start =
    (shown.tab === "relevancy" ? relevancyStart(run, shown) : undefined) ?? attentionStart(run, shown) ?? {};
  const [token] = chosenTokens(run, shown);
  const isExplained =
    token !== undefined && explainedBy(run.document.description, start.method ?? "attention").tokens.includes(token);
  const { gridChoice } = shown;
  return {
    format: "html",
    ...start,
    ...(isExplained ? { tokens: String(token) } : {}),
    ...(gridChoice === defaultGridChoice ? {} : { grids: gridChoice }),
  };
}
