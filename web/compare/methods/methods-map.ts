/** @file The map that Compare puts on the picture of one run: the chosen method, as shares of its largest patch. */
import { nameOfAnswerToken } from "../../../src/figure/token-names.ts";
import { causalSettings } from "../../run/chosen-graph.ts";
import { formatFixed, formatMapValue } from "../../../src/figure/numbers.ts";
import { chosenTokens } from "../../run/chosen-tokens.ts";
import { isMissing, type MapState } from "../../map/picture-map.ts";
import { targetName } from "../../run/relevancy-rows.ts";
import type { OpenRun } from "../../run/open-run.svelte.ts";
import type { Selection } from "../../selection/selection.ts";
import { fillNames } from "./fill-names.ts";
import { fillOfMasking, isMap, mapOfMethod, shareOfLargest } from "./method-maps.ts";
import { mapRow, unitOf } from "../../../src/run/maps.ts";

/** What else the map depends on, as it is said behind its name. */
function settingsOf(run: OpenRun, selection: Selection, token: number): string[] {
  const { mapMethod } = selection;
  if (mapMethod === "causes") {
    const { variant, alpha, samples, threshold } = causalSettings(selection);
    return [`${variant}, alpha ${alpha.toExponential()}, ${samples} samples, attention from ${threshold}`];
  }
  if (mapMethod === "occlusion" || mapMethod === "regions") {
    const fill = fillOfMasking(run, mapMethod, token);
    return fill === undefined ? [] : [fillNames[fill]];
  }
  const target = targetName(run, mapRow(mapMethod).method);
  return target === "" ? [] : [target];
}

/** What Compare draws on the picture while methods or grounding are on show; undefined while it is on its way. */
export function methodsMap(run: OpenRun, shown: Selection): MapState {
  if (run.layout.imagePositions.length === 0) return { missing: "The question has no picture." };
  const tokens = chosenTokens(run, shown);
  const token = tokens[0];
  if (token === undefined) return undefined;
  const { mapMethod, fill } = shown;
  const state = mapOfMethod(run, mapMethod, { token, causes: causalSettings(shown), fill });
  if (state === undefined || (!isMap(state) && isMissing(state))) return state;
  const subject = mapRow(mapMethod).long;
  const unit = unitOf(mapMethod);
  const { shares, largest } = shareOfLargest(state);
  const { description } = run.document;
  const name = nameOfAnswerToken(description, token);
  return {
    subject: `${subject[0]!.toUpperCase()}${subject.slice(1)}`,
    detail: [
      `for ${name}`,
      ...(tokens.length > 1 ? ["the first of the selected tokens"] : []),
      ...settingsOf(run, shown, token),
    ].join(", "),
    values: shares,
    unit: "share of the largest patch",
    note: largest > 0 ? `largest patch ${formatMapValue(largest)}, ${unit}` : `no patch above 0, ${unit}`,
    signed: false,
    format: (value) => formatFixed(value, 2),
    smooth: true,
  };
}
