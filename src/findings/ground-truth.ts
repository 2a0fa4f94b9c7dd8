/** @file How well every map of a run, and every head, agrees with an object that the user has marked on the pictures. */
import { cellBox } from "../image/geometry.ts";
import { scoresWithOverlap, type ScoresWithOverlap } from "../methods/map-scores.ts";
import { attentionBlock } from "../run/attention-block.ts";
import { recordedLayers } from "../run/attention-rows.ts";
import type { MapMethod } from "../run/map-catalogue.ts";
import { coverage, type Mask } from "../run/masks.ts";
import { mapRow, mapsOfRun } from "../run/maps.ts";
import { imageTokenPositions, imageTokens, predictingPosition } from "../run/positions.ts";
import type { Run, RunDescription } from "../run/types.ts";
import type { GraphLearner } from "./causes/graph-learner.ts";
import { readMap } from "./read-map.ts";

/** The scores, in the order in which they are shown. */
export const truthScores = ["mass", "pointing", "iou", "precision"] as const;
export type TruthScore = (typeof truthScores)[number];

/** What each score is called, and what it says. */
export const truthScoreTexts: Readonly<
  Record<TruthScore, { readonly name: string; readonly short: string; readonly meaning: string }>
> = {
  mass: { name: "share inside", short: "Inside", meaning: "share of the map that lies on the object" },
  pointing: {
    name: "pointing game",
    short: "Pointing",
    meaning: "1 if at least a quarter of the largest patch is object; of equally large patches the share that are",
  },
  iou: {
    name: "IoU",
    short: "IoU",
    meaning: "overlap of the object with as many of the largest patches as it covers, intersection over union",
  },
  precision: {
    name: "average precision",
    short: "Precision",
    meaning: "precision averaged over the recall, patches taken from the largest down",
  },
};

/** Maps that know nothing of the question, and the object itself as a map of patches, which is the best that a map can be. */
const referenceMaps = ["same everywhere", "center", "the object itself"] as const;
type ReferenceMap = (typeof referenceMaps)[number];

interface Scored {
  readonly scores: ScoresWithOverlap;
}

export interface GroundTruthScores {
  readonly references: readonly ({ readonly reference: ReferenceMap } & Scored)[];
  /** The maps that the run holds for the token, best first. */
  readonly methods: readonly ({ readonly map: MapMethod } & Scored)[];
  /** Attention of every recorded head, best first. */
  readonly heads: readonly ({ readonly layer: number; readonly head: number } & Scored)[];
}

/** A bell around the middle of each picture whose standard deviation is a quarter of its width and height, [image tokens]. */
export function centerMap(description: Pick<RunDescription, "tokens" | "memory" | "images">): Float32Array {
  return Float32Array.from(imageTokens(description), ({ image, cell }) => {
    if (cell === undefined) return 0;
    const { grids, width, height } = description.images[image]!;
    const box = cellBox(grids[cell.grid]!, cell);
    const x = (box.left + box.width / 2) / width - 0.5;
    const y = (box.top + box.height / 2) / height - 0.5;
    return Math.exp(-(x * x + y * y) / (2 * 0.25 * 0.25));
  });
}

/** The share of each image token that lies on the object, [image tokens]. Throws an Error of `coverage`, or if the model sees nothing of it. */
function coveredByObject(
  description: Pick<RunDescription, "tokens" | "memory" | "images">,
  masks: readonly (Mask | undefined)[],
): Float64Array {
  const covered = coverage(description, masks);
  if (covered.some((share) => share > 0)) return covered;
  throw new Error(
    "No image token lies on the marked object: mark something, and check that the model's crop or padding does not leave it out.",
  );
}

/** Scores of maps that do not depend on the run's numbers, to compare with. */
export function referenceScores(
  description: Pick<RunDescription, "tokens" | "memory" | "images">,
  covered: Float64Array,
): GroundTruthScores["references"] {
  const maps: Readonly<Record<ReferenceMap, ArrayLike<number>>> = {
    "same everywhere": new Float32Array(covered.length).fill(1),
    center: centerMap(description),
    "the object itself": covered,
  };
  return referenceMaps.map((reference) => ({ reference, scores: scoresWithOverlap(maps[reference], covered) }));
}

/** The best first by a score; of equals in the order that they had. */
export function sortedByScore<Each extends Scored>(each: readonly Each[], by: TruthScore): Each[] {
  return each.toSorted((a, b) => b.scores[by] - a.scores[by]);
}

export interface ScoringRequest {
  /** The object on each picture; undefined where it is not marked, which counts as outside. */
  readonly masks: readonly (Mask | undefined)[];
  /** Index in the answer. */
  readonly token: number;
  /** What is sorted by. @default "mass" */
  readonly by?: TruthScore | undefined;
  /** Learns the graphs of causes. @default the caller's own thread */
  readonly pool?: GraphLearner | undefined;
}

/**
 * Scores the maps of an answer token, and the attention of every recorded head from the position that predicts it, against an object. Throws an
 * Error if a mask does not fit its picture, or the model sees nothing of the object.
 */
export async function scoreAgainstObject(
  run: Run,
  { masks, token, by = "mass", pool }: ScoringRequest,
): Promise<GroundTruthScores> {
  const { description } = run;
  if (description.images.length === 0) throw new Error("The run has no picture; ask with one to score its maps.");
  const covered = coveredByObject(description, masks);
  const positions = imageTokenPositions(description);
  const methods: GroundTruthScores["methods"][number][] = [];
  for (const map of mapsOfRun(description)) {
    const row = await readMap(run, { map, token, pool });
    if (row === undefined) continue;
    const values = mapRow(map).axis === "sequence" ? Float32Array.from(positions, (position) => row[position]!) : row;
    methods.push({ map, scores: scoresWithOverlap(values, covered) });
  }
  const heads: GroundTruthScores["heads"][number][] = [];
  for (const layer of recordedLayers(run)) {
    const query = [predictingPosition(description, token)];
    const { dims, data } = await attentionBlock(run, { layers: [layer], heads: "all", positions: query });
    const keys = dims.at(-1)!;
    for (let head = 0; head < dims[1]!; head++) {
      const values = Float32Array.from(positions, (position) => data[head * keys + position]!);
      heads.push({ layer, head, scores: scoresWithOverlap(values, covered) });
    }
  }
  return {
    references: referenceScores(description, covered),
    methods: sortedByScore(methods, by),
    heads: sortedByScore(heads, by),
  };
}
