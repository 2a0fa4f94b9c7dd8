/** @file The tokens with the largest values of a map: what the page and the command line take away from a question to test the map. */
import type { MapMethod } from "../run/map-catalogue.ts";
import { mapRow } from "../run/maps.ts";
import { imageTokenPositions, keyCount, predictingPosition } from "../run/positions.ts";
import { evidencePositions, tokenClasses } from "../run/token-classes.ts";
import type { RunDescription } from "../run/types.ts";

/** The `count` positions with the largest values, largest first; of equal ones the earlier. */
export function largestOf(positions: readonly number[], values: ArrayLike<number>, count: number): number[] {
  return [...positions].sort((a, b) => values[b]! - values[a]! || a - b).slice(0, count);
}

interface RankedMap {
  readonly map: MapMethod;
  /** Index in the answer. */
  readonly token: number;
}

/** Positions that the map ranks and that are evidence: image tokens with picture under them, and words if the map has numbers for text. */
export function rankedPositions(description: RunDescription, { map, token }: RankedMap): number[] {
  const target = predictingPosition(description, token);
  return mapRow(map).axis === "sequence"
    ? evidencePositions(description, target)
    : [...tokenClasses(description, target).image];
}

/** A map over its own axis laid out by place on the key axis, [keys]: 0 at every position that it gives no number. */
export function overSequence(description: RunDescription, map: MapMethod, values: ArrayLike<number>): Float32Array {
  const whole = new Float32Array(keyCount(description));
  if (mapRow(map).axis === "sequence") whole.set(values);
  else for (const [index, position] of imageTokenPositions(description).entries()) whole[position] = values[index]!;
  return whole;
}

/**
 * The `count` tokens with the largest values above 0 of all that the map ranks, by position, ascending; fewer if no more are above 0.
 * `values` are over the map's own axis, [sequence] or [image tokens].
 */
export function topPositions(
  description: RunDescription,
  { values, count, ...ranked }: RankedMap & { readonly values: ArrayLike<number>; readonly count: number },
): number[] {
  const whole = overSequence(description, ranked.map, values);
  const above = rankedPositions(description, ranked).filter((position) => whole[position]! > 0);
  return largestOf(above, whole, count).sort((a, b) => a - b);
}
