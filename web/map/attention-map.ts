/** @file The map that the Attention tab puts on the picture: raw attention of a head or a mean of heads, or attention rollout. */
import { formatMapValue, formatShare } from "../../src/figure/numbers.ts";
import { mapOfTokens, missingMap, type MissingMap } from "../run/recorded-map.ts";
import type { MapState } from "./picture-map.ts";
import { chosenTokens } from "../run/chosen-tokens.ts";
import { nameOfTokens } from "../../src/figure/token-names.ts";
import { unitPerPatch } from "../../src/run/maps.ts";
import type { RunLayout } from "../run/layout.ts";
import type { OpenRun } from "../run/open-run.svelte.ts";
import type { Selection } from "../selection/selection.ts";
import { headRow, meanOfRows } from "../run/attention-row.ts";
import { attentionSource, nameOfHead, type AttentionSource } from "../run/attention-source.ts";

const recordAll = { methods: ["attention"], record: "full" } as const;

/** Why there is no attention to show from these positions; undefined where nothing is missing. */
export function missingAttention(
  run: OpenRun,
  { layer, head }: Pick<Selection, "layer" | "head">,
): MissingMap | undefined {
  if (run.layout.imagePositions.length === 0) return { missing: "The question has no picture." };
  if (run.attentionLayers.length === 0) return { missing: "Attention was not recorded.", request: recordAll };
  const { languageLayers, languageHeads } = run.document.description.model;
  if (head !== null && head >= languageHeads) {
    return { missing: `The model has heads 0 to ${languageHeads - 1}, not ${head}; choose another one.` };
  }
  if (layer === null || run.attentionLayers.includes(layer)) return undefined;
  return layer < languageLayers
    ? { missing: `The attention of layer ${layer} was not recorded.`, request: recordAll }
    : { missing: `The model has layers 0 to ${languageLayers - 1}, not ${layer}; choose another one.` };
}

/** Sum of the values on one picture; `values` has one entry per image token of all pictures. */
export function sumOnPicture(values: Float32Array, { pictures }: RunLayout, picture: number): number {
  const { first, end } = pictures[picture] ?? { first: 0, end: values.length };
  let sum = 0;
  for (let token = first; token < end; token++) sum += values[token]!;
  return sum;
}

const drawnAs = { signed: false, smooth: true, format: formatMapValue } as const;

/**
 * The row at the image tokens. Rows of every layer and head are used where they are in memory; else one layer and head of every answer token
 * is asked for, which is less, and makes the next tokens immediate.
 */
function rawValues(run: OpenRun, shown: Selection, source: AttentionSource): Float32Array | undefined {
  const { imagePositions } = run.layout;
  if (shown.from === "question" || run.holdsAttention(source.positions)) {
    const attention = run.meanAttention(source.positions);
    return attention && headRow({ attention, layers: run.attentionLayers }, shown, imagePositions);
  }
  const rows = run.answerAttention(shown.layer, shown.head);
  const first = run.layout.predicting[0] ?? 0;
  const places = source.positions.map((position) => position - first);
  return rows && meanOfRows(rows, places, imagePositions);
}

function rawMap(run: OpenRun, shown: Selection): MapState {
  const missing = missingAttention(run, shown);
  if (missing) return missing;
  const source = attentionSource(run, shown);
  const values = source.positions.length === 0 ? undefined : rawValues(run, shown, source);
  if (values === undefined) {
    const failure = run.failure();
    return failure && { missing: failure.message, request: recordAll };
  }
  return {
    ...drawnAs,
    subject: "Attention",
    detail: `${nameOfHead(shown)}, ${source.name}`,
    values,
    unit: unitPerPatch("attention"),
    note: `on the picture: ${formatShare(sumOnPicture(values, run.layout, shown.picture))} of 1`,
  };
}

function rolloutMap(run: OpenRun, shown: Selection): MapState {
  const missing = missingMap(run, "rollout", { tokens: [] });
  if (missing) return missing;
  const tokens = chosenTokens(run, shown);
  const values = tokens.length === 0 ? undefined : mapOfTokens(run, "rollout", tokens);
  if (values === undefined || "missing" in values) return values;
  const { description } = run.document;
  const positions = tokens.map((token) => description.answer.start + token);
  return {
    ...drawnAs,
    subject: "Attention rollout",
    detail: `through all layers, for ${nameOfTokens(description, positions)}`,
    values,
    unit: unitPerPatch("rollout"),
    note: `on the picture: ${formatShare(sumOnPicture(values, run.layout, shown.picture))} of 1`,
  };
}

/** What the Attention tab draws on the picture for what is shown; the second run plays no part. */
export const attentionMap: (run: OpenRun, shown: Selection, otherRun?: OpenRun | null) => MapState = (run, shown) =>
  shown.flow === "rollout" ? rolloutMap(run, shown) : rawMap(run, shown);
