/** @file Keeps an edited picture up to date with its steps, drawing only what is new. */
import type { EditStep } from "../../src/run/types.ts";
import { cropOf, cropped, drawStep } from "./apply-edits.ts";
import type { PixelBox, Pixels } from "./pixels.ts";

export interface EditedPicture {
  /** What is left of the original after the crops, in its pixels. */
  readonly crop: PixelBox;
  /** The pixels of `crop`. */
  readonly pixels: Pixels;
}

/** Draws lists of steps over one original. Steps that were drawn before, from the first on, are not drawn again. */
export function stepDrawing(original: Pixels): (steps: readonly EditStep[]) => EditedPicture {
  let pixels: Pixels = { ...original, data: original.data.slice() };
  let drawn: readonly EditStep[] = [];
  return (steps) => {
    const goesOn = steps.length >= drawn.length && drawn.every((step, at) => steps[at] === step);
    if (!goesOn) {
      pixels = { ...original, data: original.data.slice() };
      drawn = [];
    }
    for (const step of steps.slice(drawn.length)) drawStep(pixels, original, step);
    drawn = steps;
    const crop = cropOf(steps, original);
    return { crop, pixels: cropped(pixels, crop) };
  };
}
