/** @file The map of one answer token, measured maps of every kind: recorded, or made of causal graphs as they arrive. */
import { keyCount } from "../../src/run/positions.ts";
import type { CausalQuery, CausalSettings } from "../../src/run/causes.ts";
import type { MapMethod } from "../../src/run/map-catalogue.ts";
import type { Fill } from "../../src/run/measure-choices.ts";
import type { OpenRun } from "./open-run.svelte.ts";
import { missingRows, requestFor, rowOfTokens, type MissingMap } from "./recorded-map.ts";

/** Of which token, and with which settings of what is computed on demand. */
export interface MapChoice {
  /** Index in the answer. */
  readonly token: number;
  readonly causes: CausalSettings;
  /** What stands in the place of a masked patch, where masking is offered. */
  readonly fill: Fill;
}

/** The share of the last layer's heads whose explanation set, of up to three steps, holds each position. */
function causesRow(run: OpenRun, { token, causes, fill }: MapChoice): Float32Array | MissingMap | undefined {
  const { languageLayers, languageHeads } = run.document.description.model;
  const layer = languageLayers - 1;
  const queries = Array.from({ length: languageHeads }, (_, head): CausalQuery => ({ ...causes, token, layer, head }));
  // All are asked for at once.
  const graphs = queries.map((query) => run.findings.causes(query));
  const failure = queries.map((query) => run.findings.failureOfCauses(query)).find((each) => each !== undefined);
  if (failure) {
    const isNotRecorded = "code" in failure && failure.code === "not-recorded";
    return { missing: failure.message, ...(isNotRecorded ? { request: requestFor("causes", { token, fill }) } : {}) };
  }
  const counts = new Float32Array(keyCount(run.document.description));
  for (const graph of graphs) {
    if (graph === undefined) return undefined;
    for (const position of graph.explanation) counts[position]! += 1;
  }
  return counts.map((count) => count / languageHeads);
}

/** The map over its own axis, [sequence] or [image tokens]; undefined while it is on its way. */
export function rowOfMap(run: OpenRun, map: MapMethod, choice: MapChoice): Float32Array | MissingMap | undefined {
  const { token, fill } = choice;
  const missing = missingRows(run, map, { tokens: [token], fill });
  if (missing) return missing;
  return map === "causes" ? causesRow(run, choice) : rowOfTokens(run, map, [token]);
}
