/** @file The map that the Relevancy tab puts on the picture. */
import { formatRelevancy, formatSigned } from "../../src/figure/numbers.ts";
import type { Variant } from "../../src/run/map-catalogue.ts";
import { mapOfPart, mapRow, unitPerPatch } from "../../src/run/maps.ts";
import { formatMapValue } from "../../src/figure/figure-style.ts";
import { hasMap, missingMap, type MissingMap } from "../run/recorded-map.ts";
import type { MapState } from "../map/picture-map.ts";
import type { OpenRun } from "../run/open-run.svelte.ts";
import type { RelevancyPart, Selection } from "../selection/selection.ts";
import { groupOf, isOther, mapOfGroup, targetName, mapOf, nameOfPart } from "../run/relevancy-rows.ts";

/** Why the map is not there, and what would compute it; undefined if it is. */
export function missingRelevancy(run: OpenRun, variant: Variant, part: RelevancyPart): MissingMap | undefined {
  const language = mapOfPart("relevancy", { variant, part: "language" })!;
  const map = mapOf(variant, part);
  // The reference variant has maps of the vision tower only if that has a class token.
  const isImpossible = map === undefined || (!isOther(part) && hasMap(run, language, 0) && !hasMap(run, map, 0));
  const missing = missingMap(run, map ?? language, { tokens: [] });
  if (missing || !isImpossible) return missing;
  return { missing: `The ${variant} variant has no map "${nameOfPart(part).toLowerCase()}" for this model.` };
}

/** What the Relevancy tab draws on the picture; undefined while it is on its way. */
export function relevancyMap(run: OpenRun, shown: Selection): MapState {
  const { variant, part } = shown;
  const map = mapOf(variant, part);
  const missing = missingRelevancy(run, variant, part);
  if (missing) return missing;
  if (map === undefined) return undefined;
  const group = groupOf(run, shown);
  if (group.tokens.length === 0) {
    return shown.tokens === null ? undefined : { missing: "The selected tokens were not explained." };
  }
  const values = mapOfGroup(run, map, group);
  if (values === undefined) {
    const failure = run.failure();
    return failure && { missing: failure.message };
  }
  const { method, signed, smooth, unit } = mapRow(map);
  const target = targetName(run, method);
  const format = signed ? (value: number) => formatSigned(value, 3) : isOther(part) ? formatMapValue : formatRelevancy;
  const name = nameOfPart(part);
  const how = [`for ${group.name}`, ...(target === "" ? [] : [target])];
  return {
    subject: isOther(part) ? name : "Relevancy",
    detail: (isOther(part) ? how : [name.toLowerCase(), ...how, variant]).join(", "),
    values,
    unit: unitPerPatch(map),
    ...(unit === "no unit" ? { note: "comparable within one answer" } : {}),
    signed,
    smooth,
    format,
  };
}
