/**
 * @file How well a map over patches agrees with a mask. In every score a patch counts as much as the share w of its pixels that lies in the
 * mask, and a map counts by its positive part; one without any is scored as a map that is the same everywhere.
 */

/** Each 0 to 1, the higher the better. */
export interface Scores {
  readonly pointing: number;
  readonly mass: number;
  readonly precision: number;
}

/** The scores and the overlap with the mask. */
export interface ScoresWithOverlap extends Scores {
  readonly iou: number;
}

/** A patch is a hit if at least this share of its pixels lies in the mask. */
export const hitShare = 0.25;

function requireSameLength(map: ArrayLike<number>, covered: ArrayLike<number>): void {
  if (map.length === covered.length && map.length > 0) return;
  throw new Error(`scores: a map of ${map.length} patches cannot be compared with a mask over ${covered.length}.`);
}

/** The map without what is negative. */
export function positivePart(map: ArrayLike<number>): Float64Array {
  return Float64Array.from(map, (value) => Math.max(0, value));
}

/** 1 if the largest patch is a hit, else 0; of equally large patches the share that are hits. */
export function pointing(map: ArrayLike<number>, covered: ArrayLike<number>): number {
  requireSameLength(map, covered);
  const values = positivePart(map);
  const largest = values.reduce((most, value) => Math.max(most, value));
  let patches = 0;
  let hits = 0;
  for (const [patch, value] of values.entries()) {
    if (value !== largest) continue;
    patches++;
    if (covered[patch]! >= hitShare) hits++;
  }
  return hits / patches;
}

/** The share of the map inside the mask: sum of m w over sum of m. */
export function massInside(map: ArrayLike<number>, covered: ArrayLike<number>): number {
  requireSameLength(map, covered);
  const values = positivePart(map);
  let total = 0;
  let inside = 0;
  for (const [patch, value] of values.entries()) {
    total += value;
    inside += value * covered[patch]!;
  }
  return total > 0 ? inside / total : massInside(values.fill(1), covered);
}

/**
 * Average precision: patches are taken from the largest value down, and the precision P = (sum of w of those taken) / (their number) is
 * averaged with the growth of the recall R = (sum of w of those taken) / (sum of w) as weight; equally large patches are taken together.
 * It is the average precision of the pixels if each has the value of its patch and all patches are equally large. NaN for an empty mask.
 */
export function averagePrecision(map: ArrayLike<number>, covered: ArrayLike<number>): number {
  requireSameLength(map, covered);
  const values = positivePart(map);
  const order = Array.from(values.keys()).sort((a, b) => values[b]! - values[a]!);
  const total = Array.from(covered).reduce((sum, share) => sum + share, 0);
  let taken = 0;
  let inside = 0;
  let precision = 0;
  while (taken < order.length) {
    const value = values[order[taken]!]!;
    const before = inside;
    while (taken < order.length && values[order[taken]!] === value) inside += covered[order[taken++]!]!;
    precision += ((inside - before) / total) * (inside / taken);
  }
  return precision;
}

/** All scores of a map [patches] against the covered share of each patch. */
export function scoresOf(map: ArrayLike<number>, covered: ArrayLike<number>): Scores {
  return {
    pointing: pointing(map, covered),
    mass: massInside(map, covered),
    precision: averagePrecision(map, covered),
  };
}

/**
 * Intersection over union of the mask and the patches with the largest values, of which as many are taken as the mask covers (sum of w): what
 * is inside of both over what is inside of one. Of equally large patches that are more than are still to be taken, each counts as the same
 * part. NaN for an empty mask.
 */
export function overlapWithMask(map: ArrayLike<number>, covered: ArrayLike<number>): number {
  requireSameLength(map, covered);
  const values = positivePart(map);
  const total = Array.from(covered).reduce((sum, share) => sum + share, 0);
  // Sorted as numbers from the smallest up; the last one that is taken is the threshold.
  const threshold = Float64Array.from(values).sort()[values.length - Math.ceil(total)] ?? 0;
  let above = 0;
  let aboveInside = 0;
  let equal = 0;
  let equalInside = 0;
  for (const [patch, value] of values.entries()) {
    if (value > threshold) {
      above++;
      aboveInside += covered[patch]!;
    } else if (value === threshold) {
      equal++;
      equalInside += covered[patch]!;
    }
  }
  const inside = aboveInside + (equalInside * (total - above)) / equal;
  return inside / (2 * total - inside);
}

/** All scores and the overlap of a map [patches] with the covered share of each patch. */
export function scoresWithOverlap(map: ArrayLike<number>, covered: ArrayLike<number>): ScoresWithOverlap {
  return { ...scoresOf(map, covered), iou: overlapWithMask(map, covered) };
}
