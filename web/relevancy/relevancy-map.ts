/** @file The map that the Relevancy tab puts on the picture. */
import type { ComputeRequest } from "../../src/server/api.ts";
import { formatRelevancy, formatSigned } from "../../src/figure/numbers.ts";
import { formatMapValue } from "../../src/figure/figure-style.ts";
import type { MapState, MissingMap } from "../map/picture-map.ts";
import type { OpenRun } from "../run/open-run.svelte.ts";
import type { RelevancyPart, Selection, Variant } from "../selection/selection.ts";
import { groupOf, isOther, mapOfGroup, otherMethods, partNames, targetName, tensorOf } from "../run/relevancy-rows.ts";

/** What would add the map to the run. */
function requestFor(variant: Variant, part: RelevancyPart): ComputeRequest {
  return isOther(part) ? { methods: [otherMethods[part].method] } : { methods: ["relevancy"], variants: [variant] };
}

/** Why the map is not there, and what would compute it; undefined where it is. */
export function missingRelevancy(run: OpenRun, variant: Variant, part: RelevancyPart): MissingMap | undefined {
  if (run.layout.imagePositions.length === 0) return { missing: "The question has no picture." };
  if (run.has(tensorOf(variant, part))) return undefined;
  if (isOther(part)) return { missing: `${partNames[part]} was not computed.`, request: requestFor(variant, part) };
  // The reference variant has maps of the vision tower only where that has a class token.
  if (run.has(tensorOf(variant, "language"))) {
    return { missing: `The ${variant} variant has no map "${partNames[part].toLowerCase()}" for this model.` };
  }
  return { missing: `Relevancy, ${variant}, was not computed.`, request: requestFor(variant, part) };
}

/** What the Relevancy tab draws on the picture; undefined while it is on its way. */
export function relevancyMap(run: OpenRun, shown: Selection): MapState {
  const { variant, part } = shown;
  const missing = missingRelevancy(run, variant, part);
  if (missing) return missing;
  const group = groupOf(run, shown);
  if (group.tokens.length === 0) {
    return shown.tokens === null ? undefined : { missing: "The selected tokens were not explained." };
  }
  const values = mapOfGroup(run, tensorOf(variant, part), group);
  if (values === undefined) {
    const failure = run.failure();
    return failure && { missing: failure.message };
  }
  const target = targetName(run);
  const signed = isOther(part) && otherMethods[part].signed;
  const format = signed ? (value: number) => formatSigned(value, 3) : isOther(part) ? formatMapValue : formatRelevancy;
  const how = [partNames[part], `for ${group.name}`, ...(target === "" ? [] : [target])];
  return {
    subject: isOther(part) ? partNames[part] : "Relevancy",
    detail: isOther(part)
      ? how.slice(1).join(", ")
      : [partNames[part].toLowerCase(), ...how.slice(1), variant].join(", "),
    values,
    unit: isOther(part) ? "no unit" : "gradient-weighted relevancy",
    note: isOther(part) ? "comparable within one answer" : "no unit, comparable within one answer",
    signed,
    smooth: true,
    format,
  };
}
