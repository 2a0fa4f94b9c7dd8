/** @file Whether the expected place of a picture is what an answer depends on, or another one. */
import { largeFall, smallFall } from "../perturbation/verdict.ts";

/** Probabilities of the answer token. */
export interface PlaceProbabilities {
  readonly original: number;
  /** With the expected place taken away, with everything but it, and with the whole picture. */
  readonly withoutPlace: number;
  readonly onlyPlace: number;
  readonly withoutImage: number;
}

export type PlaceJudgement = "expected-place" | "wrong-place" | "not-the-image" | "undecided";

/**
 * Judges by falls of the probability, f(x) = original - x:
 * - not-the-image: neither the place, nor all but the place, nor the whole picture lowers it by more than 0.05;
 * - expected-place: taking the place away lowers it by more than 0.25, and by more than taking away everything else does;
 * - wrong-place: taking the place away lowers it by at most 0.05, but taking away everything else by more than 0.25;
 * - undecided: anything else.
 *
 * What is taken away can only show what the answer hangs on. An answer that the model also gives without the picture has nothing to lose: it
 * counts as not-the-image, though the model may have read it from the picture.
 */
export function judgePlace({ original, withoutPlace, onlyPlace, withoutImage }: PlaceProbabilities): PlaceJudgement {
  const [place, rest, whole] = [original - withoutPlace, original - onlyPlace, original - withoutImage];
  if (Math.max(place, rest, whole) <= smallFall) return "not-the-image";
  if (place > largeFall && place > rest) return "expected-place";
  if (place <= smallFall && rest > largeFall) return "wrong-place";
  return "undecided";
}
