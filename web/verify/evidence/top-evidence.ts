/** @file The tokens with the largest values of a map, as many as the explanation set has unless a count is chosen. */
import { topPositions } from "../../../src/findings/top-evidence.ts";
import { explainedBy } from "../../../src/run/explained.ts";
import { mapRow } from "../../../src/run/maps.ts";
import { missingCauses } from "../../map/missing-causes.ts";
import { causalSettings, chosenGraph, setAtRadius } from "../../run/chosen-graph.ts";
import { rowOfMap } from "../../run/map-row.ts";
import { requestFor } from "../../run/recorded-map.ts";
import type { OpenRun } from "../../run/open-run.svelte.ts";
import type { Selection } from "../../selection/selection.ts";
import { takableEvidence, type EvidenceState } from "./masked-evidence.ts";

/** So few tokens at least: a smaller set of a map says little. */
const fewestTokens = 8;

/** Tokens of the explanation set; none where there is no graph, undefined while it is on its way. */
function explanationSize(run: OpenRun, selection: Selection, token: number): number | undefined {
  if (missingCauses(run, selection, token)) return 0;
  const query = chosenGraph(run, selection, token);
  const finding = query && run.findings.causes(query);
  if (finding === undefined) return undefined;
  return takableEvidence(run, token, setAtRadius(finding, selection.radius)).evidence.positions.length;
}

export function topEvidence(run: OpenRun, selection: Selection, token: number): EvidenceState {
  const { description } = run.document;
  const { maskMap: map, maskCount, fill } = selection;
  const { method, long } = mapRow(map);
  const values = rowOfMap(run, map, { token, causes: causalSettings(selection), fill });
  if (values !== undefined && "missing" in values) {
    const isExplained = explainedBy(description, method).tokens.includes(token);
    const request = values.request ?? (isExplained ? undefined : requestFor(map, { token, fill }));
    return { nothing: values.missing, ...(request ? { request } : {}) };
  }
  const size = maskCount ?? explanationSize(run, selection, token);
  if (values === undefined || size === undefined) return undefined;
  const count = maskCount ?? Math.max(fewestTokens, size);
  const positions = topPositions(description, { map, token, values, count });
  if (positions.length === 0) {
    return { nothing: `Nothing to mask: no token has a value above 0 in ${long}. Choose another map.` };
  }
  const evidence = { kind: "tokens", positions } as const;
  return { evidence, source: { kind: "top", map }, name: `top of ${long}`, leftOut: 0 };
}
