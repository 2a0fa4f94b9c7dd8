/** @file The maps of one answer token by every method: as the run holds them, or what is missing and what would compute it. */
import { coveredShare } from "../../../src/image/geometry.ts";
import { resultsOf, type OcclusionResult, type RegionsResult } from "../../../src/run/measures.ts";
import type { Fill } from "../../../src/run/measure-choices.ts";
import { missingMap, rowAtImageTokens, type MissingMap } from "../../run/recorded-map.ts";
import type { OpenRun } from "../../run/open-run.svelte.ts";
import { mapsOfRun } from "../../../src/run/maps.ts";
import type { MapMethod } from "../../../src/run/map-catalogue.ts";
import { rowOfMap, type MapChoice } from "../../run/map-row.ts";

/** One number per image token; undefined while it is on its way. */
export type MethodState = Float32Array | MissingMap | undefined;

export function isMap(state: MethodState): state is Float32Array {
  return state instanceof Float32Array;
}

/** What stood in the place of the masked patches in the newest map of a token by masking; undefined where there is none. */
export function fillOfMasking(
  run: Pick<OpenRun, "document">,
  kind: "occlusion" | "regions",
  token: number,
): Fill | undefined {
  const results: readonly (OcclusionResult | RegionsResult)[] = resultsOf(run.document.description.measures, kind);
  return results.findLast(({ request }) => request.token === token)?.request.fill;
}

function findMap(run: OpenRun, method: MapMethod, choice: MapChoice): MethodState {
  const missing = missingMap(run, method, { tokens: [choice.token], fill: choice.fill });
  if (missing) return missing;
  const row = rowOfMap(run, method, choice);
  return row instanceof Float32Array ? rowAtImageTokens(row, method, run) : row;
}

/** The map of a token by a method. */
export function mapOfMethod(run: OpenRun, method: MapMethod, choice: MapChoice): MethodState {
  const state = findMap(run, method, choice);
  if (state !== undefined) return state;
  const failure = run.failure();
  return failure && { missing: failure.message };
}

export interface MethodEntry {
  readonly method: MapMethod;
  readonly state: MethodState;
}

/** A method with the map that it gave. */
export interface MethodValues {
  readonly method: MapMethod;
  readonly values: Float32Array;
}

/** The maps of all methods that the run can have, in the order of the catalogue. */
export function mapsOfMethods(run: OpenRun, choice: MapChoice): MethodEntry[] {
  return mapsOfRun(run.document.description).map((method) => ({
    method,
    state: mapOfMethod(run, method, choice),
  }));
}

export function mapsThatAreThere(entries: readonly MethodEntry[]): MethodValues[] {
  return entries.flatMap(({ method, state }) => (isMap(state) ? [{ method, values: state }] : []));
}

/** What is missing, maps that one computation would bring together. */
export function missingMaps(
  entries: readonly MethodEntry[],
): { readonly methods: readonly MapMethod[]; readonly missing: MissingMap }[] {
  const groups = new Map<string, { methods: MapMethod[]; missing: MissingMap }>();
  for (const { method, state } of entries) {
    if (state === undefined || isMap(state)) continue;
    const key = JSON.stringify(state);
    const group = groups.get(key);
    if (group) group.methods.push(method);
    else groups.set(key, { methods: [method], missing: state });
  }
  return [...groups.values()];
}

/** Image tokens of all pictures that have picture under them. */
export function patchesOfPictures({ layout, document }: Pick<OpenRun, "layout" | "document">): number[] {
  const { images } = document.description;
  return layout.imageTokens.flatMap(({ image, cell }, token) =>
    cell !== undefined && coveredShare(images[image]!.grids[cell.grid]!, cell, images[image]!) > 0 ? [token] : [],
  );
}

/** A map as shares of its largest patch; what is not above 0 anywhere is 0 everywhere. */
export function shareOfLargest(values: Float32Array): { readonly shares: Float32Array; readonly largest: number } {
  const largest = values.reduce((most, value) => Math.max(most, value), 0);
  const shares = new Float32Array(values.length);
  if (largest > 0) for (let token = 0; token < shares.length; token++) shares[token] = values[token]! / largest;
  return { shares, largest };
}

/** Share of a map that lies inside some patches, 0 to 1, negative numbers left out; undefined for a map without positive ones. */
export function shareInside(values: Float32Array, patches: Iterable<number>): number | undefined {
  const total = values.reduce((sum, value) => sum + Math.max(0, value), 0);
  if (total <= 0) return undefined;
  let inside = 0;
  for (const patch of new Set(patches)) inside += Math.max(0, values[patch] ?? 0);
  return inside / total;
}
