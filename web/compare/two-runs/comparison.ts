/** @file Two runs at the same answer token: both maps, on the same patches where they have them, and their difference. */
import type { Selection } from "../../selection/selection.ts";
import { mapOfTokens, type MissingMap } from "../../run/recorded-map.ts";
import type { OpenRun } from "../../run/open-run.svelte.ts";
import type { RecordedMap } from "../../../src/run/map-catalogue.ts";
import { mapRow } from "../../../src/run/maps.ts";
import { matchedTokens } from "./matched-tokens.ts";
import { resampleMap, sameGrids } from "./resample.ts";

export interface Comparison {
  readonly method: RecordedMap;
  /** Answer tokens of A and those of B that they are compared with, by index. */
  readonly tokens: readonly number[];
  readonly tokensOfB: readonly number[];
  /** Maps of the first picture of each run, on its own image tokens. */
  readonly a: Float32Array;
  readonly b: Float32Array;
  /** The image tokens of A with a place on the picture, as indices of its map. */
  readonly placed: readonly number[];
  /** The map of B on the patches of A. If the grids are others, a token without a place has the value of A, so that it does not differ. */
  readonly bOnA: Float32Array;
  /** B less A on the patches of A. */
  readonly difference: Float32Array;
  /** Whether the grids were the same, so that nothing was resampled. */
  readonly sameGrids: boolean;
}

export type ComparisonState = Comparison | MissingMap | undefined;

export function isComparison(state: ComparisonState): state is Comparison {
  return state !== undefined && !("missing" in state);
}

function firstPicture(run: OpenRun, values: Float32Array): Float32Array {
  const { first, end } = run.layout.pictures[0]!;
  return values.subarray(first, end);
}

/** The image tokens of the first picture that have a place on it, in the order of its grids. */
function placedTokens({ layout }: OpenRun): number[] {
  const { first, end } = layout.pictures[0]!;
  return layout.imageTokens.slice(first, end).flatMap(({ cell }, token) => (cell === undefined ? [] : [token]));
}

/** Compares the open run A with another run B at the chosen answer tokens. Undefined while something is on its way. */
export function compareRuns(
  a: OpenRun,
  b: OpenRun,
  { compareBy: method, ...selection }: Pick<Selection, "compareBy" | "tokens">,
): ComparisonState {
  const pictures = [a, b].map((run) => run.document.description.images[0]);
  if (pictures.some((picture) => picture === undefined)) return { missing: "Both runs need a picture." };
  const { a: tokens, b: tokensOfB, unmatched } = matchedTokens(a, b, selection);
  if (tokens.length + unmatched === 0) return undefined;
  if (tokens.length === 0) {
    return { missing: `The answer of B has only ${b.layout.answerLength} tokens; select an earlier one.` };
  }
  const [mapA, mapB] = [mapOfTokens(a, method, tokens), mapOfTokens(b, method, tokensOfB)];
  if (mapA === undefined || mapB === undefined) return undefined;
  if ("missing" in mapA) return { ...mapA, missing: `Run A: ${mapA.missing}` };
  if ("missing" in mapB) return { missing: `Run B: ${mapB.missing} Open it to compute it.` };
  const [valuesA, valuesB] = [firstPicture(a, mapA), firstPicture(b, mapB)];
  const [pictureA, pictureB] = [pictures[0]!, pictures[1]!];
  const isSame = sameGrids(pictureA, pictureB);
  const placed = placedTokens(a);
  const bOnA = isSame && valuesA.length === valuesB.length ? valuesB : valuesA.slice();
  if (bOnA !== valuesB) {
    const onB = Float32Array.from(placedTokens(b), (token) => valuesB[token]!);
    // Resampled shares keep their sum; relevancy, which has no unit, keeps its height.
    const scale = mapRow(method).isShare;
    const moved = isSame ? onB : resampleMap(onB, { from: pictureB, to: pictureA, scale });
    for (const [cell, token] of placed.entries()) bOnA[token] = moved[cell]!;
  }
  return {
    method,
    tokens,
    tokensOfB,
    a: valuesA,
    b: valuesB,
    placed,
    bOnA,
    difference: valuesA.map((value, patch) => bOnA[patch]! - value),
    sameGrids: isSame,
  };
}
