/** @file The evidence that a user names: by a method's finding, by place, or by words. */
import type { CausalSettings } from "../run/causes.ts";
import type { Evidence, EvidenceSource } from "../run/measures.ts";
import type { MapMethod } from "../run/map-catalogue.ts";
import { cellBox } from "../image/geometry.ts";
import { imageTokenPositions, imageTokens, predictingPosition, questionPositions } from "../run/positions.ts";
import type { Run, RunDescription } from "../run/types.ts";
import { tokenClasses } from "../run/token-classes.ts";
import { wordsAt } from "../methods/token-words.ts";
import { quote } from "../json/quote.ts";
import type { GraphLearner } from "../findings/causes/graph-learner.ts";
import { importanceOfHeads } from "../findings/causes/head-importance.ts";
import { runGraphs } from "../findings/causes/run-graphs.ts";
import { topPositions } from "../findings/top-evidence.ts";
import { recordedMap } from "./run-maps.ts";

export interface ChosenEvidence {
  readonly evidence: Evidence;
  readonly source: EvidenceSource;
}

/** Tokens that are masked because a user named them. */
export function selectedEvidence(positions: readonly number[]): ChosenEvidence {
  return {
    evidence: { kind: "tokens", positions: [...new Set(positions)].sort((a, b) => a - b) },
    source: { kind: "selection" },
  };
}

/** The head of a layer with the largest importance for the picture, or for text if there is no picture. */
export async function importantHead(run: Run, place: { token: number; layer: number }): Promise<number> {
  const { image, text } = await importanceOfHeads(run, place);
  const values = image.some((value) => value > 0) ? image : text;
  return values.indexOf(Math.max(...values));
}

/** Causes of a token within a radius, by the graph of a head. */
export async function causesEvidence(
  run: Run,
  {
    token,
    layer = run.description.model.languageLayers - 1,
    head,
    radius,
    settings,
    pool,
  }: {
    readonly token: number;
    readonly layer?: number | undefined;
    /** The most important one for the picture if it is left out. */
    readonly head?: number | undefined;
    readonly radius: number;
    readonly settings: CausalSettings;
    readonly pool: GraphLearner;
  },
): Promise<ChosenEvidence> {
  const chosen = head ?? (await importantHead(run, { token, layer }));
  const [graph] = await runGraphs(run, [{ ...settings, token, layer, head: chosen }], { pool });
  const positions = graph!.radiusSets.slice(0, radius).flat();
  return { ...selectedEvidence(positions), source: { kind: "causes", layer, head: chosen, radius, ...settings } };
}

/** The tokens with the largest values of a map above 0. Throws an Error if no value is. */
export async function topEvidence(
  run: Run,
  { token, map, count, pool }: { token: number; map: MapMethod; count: number; pool: GraphLearner },
): Promise<ChosenEvidence> {
  const values = await recordedMap(run, { token, method: map, pool });
  const positions = topPositions(run.description, { map, token, values, count });
  if (positions.length > 0) return { ...selectedEvidence(positions), source: { kind: "top", map } };
  throw new Error(`No token that can be masked has a value above 0 in ${quote(map)}; choose other evidence.`);
}

/** Throws an Error if the question has no picture. */
function requirePicture({ images }: RunDescription): void {
  if (images.length === 0) throw new Error("The question has no picture to mask; name words or heads.");
}

/** Every patch of every picture with picture under it. Throws an Error without a picture. */
export function wholeImage(description: RunDescription, token: number): ChosenEvidence {
  requirePicture(description);
  return selectedEvidence(tokenClasses(description, predictingPosition(description, token)).image);
}

/** Patches by their number among the image tokens of all pictures. Throws an Error if one does not exist. */
export function patchPositions(description: RunDescription, patches: readonly number[]): number[] {
  requirePicture(description);
  const positions = imageTokenPositions(description);
  return patches.map((patch) => {
    const position = positions[patch];
    if (position !== undefined) return position;
    throw new Error(`The run has patches 0 to ${positions.length - 1}, got ${patch}; change the list.`);
  });
}

/** Patches of the first picture whose center lies in a box of its pixels. Throws an Error if none does. */
export function regionPositions(
  description: RunDescription,
  box: { readonly left: number; readonly top: number; readonly width: number; readonly height: number },
): number[] {
  requirePicture(description);
  const picture = description.images[0]!;
  const found = imageTokens(description, 0).filter(({ cell }) => {
    if (cell === undefined) return false;
    const { left, top, width, height } = cellBox(picture.grids[cell.grid]!, cell);
    const [x, y] = [left + width / 2, top + height / 2];
    return x >= box.left && x < box.left + box.width && y >= box.top && y < box.top + box.height;
  });
  if (found.length > 0) return found.map(({ position }) => position);
  throw new Error(
    `No patch has its center in the region ${box.left},${box.top},${box.width},${box.height} of a picture of ${picture.width} x ${picture.height} pixels; choose a larger one.`,
  );
}

/** Words of the question by their text, whatever their case and punctuation. Throws an Error that lists them if one is not there. */
export function wordPositions(description: RunDescription, wanted: readonly string[]): number[] {
  const words = wordsAt(description.tokens, questionPositions(description));
  const bare = (text: string): string => text.toLowerCase().replace(/^[\p{P}\s]+|[\p{P}\s]+$/gu, "");
  return wanted.flatMap((text) => {
    const found = words.filter((word) => bare(word.text) === bare(text));
    if (found.length > 0) return found.flatMap(({ positions }) => [...positions]);
    const listed = words.slice(0, 40).map((word) => quote(word.text));
    throw new Error(`The question has no word ${quote(text)}; its words are ${listed.join(", ")}.`);
  });
}
