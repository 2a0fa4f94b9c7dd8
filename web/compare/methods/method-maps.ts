/** @file The maps of one answer token by every method: as the run holds them, or what is missing and what would compute it. */
import { coveredShare } from "../../../src/image/geometry.ts";
import type { CausalQuery, CausalSettings } from "../../../src/run/causes.ts";
import { mapMethods, occlusionTensor, resultsOf } from "../../../src/run/measures.ts";
import type { Fill, MapMethod } from "../../../src/run/measures.ts";
import type { MissingMap } from "../../map/picture-map.ts";
import type { OpenRun } from "../../run/open-run.svelte.ts";
import type { CompareMethod } from "../../selection/selection.ts";
import { methodMap } from "../two-runs/comparison.ts";

/** Of which token, and with which settings of what is computed on demand. */
export interface MethodChoice {
  /** Index in the answer. */
  readonly token: number;
  readonly causes: CausalSettings;
  /** What stands in the place of a masked patch, where masking is offered. */
  readonly fill: Fill;
}

/** One number per image token; undefined while it is on its way. */
export type MethodState = Float32Array | MissingMap | undefined;

const recordedAs: { readonly [M in Exclude<MapMethod, "causes" | "occlusion">]: CompareMethod } = {
  attention: "attention",
  rollout: "rollout",
  "relevancy.language": "language",
  "relevancy.vision": "vision",
  "relevancy.combined": "combined",
};

export function isMap(state: MethodState): state is Float32Array {
  return state instanceof Float32Array;
}

/** What stood in the place of the masked patches in the newest map of a token; undefined where there is none. */
export function fillOfOcclusion(run: Pick<OpenRun, "document">, token: number): Fill | undefined {
  const results = resultsOf(run.document.description.measures, "occlusion");
  return results.findLast(({ request }) => request.token === token)?.request.fill;
}

const isNotRecorded = (error: Error): boolean => "code" in error && error.code === "not-recorded";

/** The share of the last layer's heads whose explanation set, of up to three steps, holds each patch. */
function causesMap(run: OpenRun, { token, causes }: MethodChoice): MethodState {
  const { languageLayers, languageHeads } = run.document.description.model;
  const layer = languageLayers - 1;
  const notRecorded: MissingMap = {
    missing: "Causes need the attention of the last layer, which was not recorded.",
    request: { methods: ["attention"] },
  };
  if (!run.attentionLayers.includes(layer)) return notRecorded;
  const queries = Array.from({ length: languageHeads }, (_, head): CausalQuery => ({ ...causes, token, layer, head }));
  // All are asked for at once.
  const graphs = queries.map((query) => run.findings.causes(query));
  for (const query of queries) {
    const failure = run.findings.failureOfCauses(query);
    if (failure) return isNotRecorded(failure) ? notRecorded : { missing: failure.message };
  }
  const counts = new Map<number, number>();
  for (const graph of graphs) {
    if (graph === undefined) return undefined;
    for (const position of graph.explanation) counts.set(position, (counts.get(position) ?? 0) + 1);
  }
  return Float32Array.from(run.layout.imagePositions, (position) => (counts.get(position) ?? 0) / languageHeads);
}

function occlusionMap(run: OpenRun, { token, fill }: MethodChoice): MethodState {
  const name = occlusionTensor(token);
  if (!run.has(name)) {
    const request = { methods: [], measure: { kind: "occlusion", token, fill, seed: 0 } } as const;
    return { missing: "Masking each patch of this token was not measured.", request };
  }
  return run.tensor(name)?.data as Float32Array | undefined;
}

function findMap(run: OpenRun, method: MapMethod, choice: MethodChoice): MethodState {
  if (run.layout.imagePositions.length === 0) return { missing: "The question has no picture." };
  if (method === "causes") return causesMap(run, choice);
  if (method === "occlusion") return occlusionMap(run, choice);
  return methodMap(run, recordedAs[method], [choice.token]);
}

/** The map of a token by a method. */
export function mapOfMethod(run: OpenRun, method: MapMethod, choice: MethodChoice): MethodState {
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

/** The maps of all methods, in their order. */
export function mapsOfMethods(run: OpenRun, choice: MethodChoice): MethodEntry[] {
  return mapMethods.map((method) => ({ method, state: mapOfMethod(run, method, choice) }));
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
  return { shares: values.map((value) => (largest > 0 ? value / largest : 0)), largest };
}

/** Share of a map that lies inside some patches, 0 to 1, negative numbers left out; undefined for a map without positive ones. */
export function shareInside(values: Float32Array, patches: Iterable<number>): number | undefined {
  const total = values.reduce((sum, value) => sum + Math.max(0, value), 0);
  if (total <= 0) return undefined;
  let inside = 0;
  for (const patch of new Set(patches)) inside += Math.max(0, values[patch] ?? 0);
  return inside / total;
}
