/** @file The map that Compare puts on the picture: what changed from run A to run B. */
import { formatSigned } from "../../../src/figure/numbers.ts";
import { nameOfTokens } from "../../../src/figure/token-names.ts";
import type { MapState } from "../../map/picture-map.ts";
import type { OpenRun } from "../../run/open-run.svelte.ts";
import type { Selection } from "../../selection/selection.ts";
import { compareRuns } from "./comparison.ts";
import { chosenTokens } from "../../run/chosen-tokens.ts";
import { formatMapValue } from "../../../src/figure/figure-style.ts";
import { mapRow, unitOf } from "../../../src/run/maps.ts";
import { mapOfTokens } from "../../run/recorded-map.ts";

function nameOf(run: OpenRun, tokens: readonly number[]): string {
  const { description } = run.document;
  return nameOfTokens(
    description,
    tokens.map((token) => description.answer.start + token),
  );
}

/** The map of the open run alone, while no second run is chosen. */
function ownMap(run: OpenRun, shown: Selection): MapState {
  const tokens = chosenTokens(run, shown);
  if (run.layout.imagePositions.length === 0) return { missing: "The question has no picture." };
  if (tokens.length === 0) return undefined;
  const values = mapOfTokens(run, shown.compareBy, tokens);
  if (values === undefined || "missing" in values) return values;
  return {
    subject: "Run A",
    detail: `${mapRow(shown.compareBy).long}, for ${nameOf(run, tokens)}`,
    values,
    unit: unitOf(shown.compareBy),
    signed: mapRow(shown.compareBy).signed,
    format: formatMapValue,
    smooth: true,
  };
}

/** What Compare draws on the picture of run A; undefined while it is on its way. */
export function differenceMap(run: OpenRun, shown: Selection, otherRun: OpenRun | null): MapState {
  if (otherRun === null) return ownMap(run, shown);
  const found = compareRuns(run, otherRun, shown);
  if (found === undefined || "missing" in found) return found;
  // Pictures after the first are not compared.
  const values = new Float32Array(run.layout.imagePositions.length);
  values.set(found.difference, run.layout.pictures[0]!.first);
  return {
    subject: "Difference",
    detail: `${mapRow(found.method).long} of run B less run A, for ${nameOf(run, found.tokens)}`,
    values,
    unit: "difference, B − A",
    note: "purple: more in A, green: more in B",
    signed: true,
    format: (value) => formatSigned(value, 3),
    smooth: true,
  };
}
