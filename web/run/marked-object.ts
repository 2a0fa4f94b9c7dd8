/** @file The object that the user marked on the pictures of a run: boxes, and what is painted or was opened from a file. */
import { massInside, scoresWithOverlap } from "../../src/methods/map-scores.ts";
import type { TruthScore } from "../../src/findings/ground-truth.ts";
import { boxMask, coverage, unitedMask, type Mask } from "../../src/run/masks.ts";
import type { RunDescription } from "../../src/run/types.ts";
import type { FloatTensor } from "../../src/tensor/tensor.ts";
import type { MarkedBox } from "../selection/selection.ts";
import { valuesAt } from "./attention-row.ts";
import type { OpenRun } from "./open-run.svelte.ts";

/** What is marked: boxes and painted masks of one run. */
export interface Marks {
  readonly boxes: readonly MarkedBox[];
  readonly painted: ReadonlyMap<number, Mask> | undefined;
}

/** The mask of each picture; undefined where nothing is marked. */
export function masksOfMarks(
  images: RunDescription["images"],
  { boxes, painted }: Marks,
): readonly (Mask | undefined)[] {
  return images.map((size, image) => {
    const own = painted?.get(image);
    const [first, ...others] = [
      ...boxes.filter(({ picture }) => picture === image).map(({ box }) => boxMask(box, size)),
      ...(own === undefined ? [] : [own]),
    ];
    return first && unitedMask([first, ...others]);
  });
}

/** Whether anything is marked. */
export function isMarked({ boxes, painted }: Marks): boolean {
  return boxes.length > 0 || (painted?.size ?? 0) > 0;
}

/** The share of each image token that is marked, [image tokens]; undefined if nothing that the model sees is. */
export function coveredByMarks({ document }: Pick<OpenRun, "document">, marks: Marks): Float64Array | undefined {
  if (!isMarked(marks)) return undefined;
  const { description } = document;
  const covered = coverage(description, masksOfMarks(description.images, marks));
  return covered.some((share) => share > 0) ? covered : undefined;
}

/** The score of each head's attention [layers, heads, N] at the image tokens, [layers, heads]. */
export function headScores(
  attention: FloatTensor,
  {
    positions,
    covered,
    by,
  }: { readonly positions: Int32Array; readonly covered: Float64Array; readonly by: TruthScore },
): Float32Array {
  const [layers, heads, keys] = attention.dims as [number, number, number];
  return Float32Array.from({ length: layers * heads }, (_, row) => {
    const map = valuesAt(attention.data.subarray(row * keys, (row + 1) * keys), positions);
    // What sorts by default needs no order of the patches.
    return by === "mass" ? massInside(map, covered) : scoresWithOverlap(map, covered)[by];
  });
}
