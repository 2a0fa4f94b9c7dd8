/** @file Whether the expected place of a picture is what an answer depends on, or another one. */

/** Drops of the probability from which masking matters a little, and from which the answer depends on what was masked. */
const smallDrop = 0.05;
const largeDrop = 0.25;

/** Probabilities of the answer token. */
export interface PlaceProbabilities {
  readonly original: number;
  /** With the expected place masked, with everything but it, and with the whole picture. */
  readonly withoutPlace: number;
  readonly onlyPlace: number;
  readonly withoutImage: number;
}

export type PlaceJudgment = "expected-place" | "wrong-place" | "not-the-image" | "undecided";

/**
 * Judges by drops of the probability, d(x) = original - x:
 * - not-the-image: neither the place, nor all but the place, nor the whole picture lowers it by more than 0.05;
 * - expected-place: masking the place lowers it by more than 0.25, and by more than masking everything else does;
 * - wrong-place: masking the place lowers it by at most 0.05, but masking everything else by more than 0.25;
 * - undecided: anything else.
 *
 * Masking shows only what the answer depends on. An answer that the model also gives without the picture has nothing to lose: it
 * counts as not-the-image, though the model may have read it from the picture.
 */
export function judgePlace({ original, withoutPlace, onlyPlace, withoutImage }: PlaceProbabilities): PlaceJudgment {
  const [place, rest, whole] = [original - withoutPlace, original - onlyPlace, original - withoutImage];
  if (Math.max(place, rest, whole) <= smallDrop) return "not-the-image";
  if (place > largeDrop && place > rest) return "expected-place";
  if (place <= smallDrop && rest > largeDrop) return "wrong-place";
  return "undecided";
}
