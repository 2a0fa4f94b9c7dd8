/** @file Checks that a width divides evenly into attention heads. */
import { fieldPath, type SectionPlace } from "./fields.ts";

/** A number in a configuration and the name of its field there. */
export interface NamedNumber {
  readonly field: string;
  readonly value: number;
}

/** Throws an Error if `whole` is not a multiple of `part`. */
export function requireMultiple(whole: NamedNumber, part: NamedNumber, place: SectionPlace): void {
  if (whole.value % part.value !== 0) {
    throw new Error(
      `${place.file}: ${fieldPath(place, whole.field)} is ${whole.value}, but it must be a multiple of ${part.field}, ${part.value}.`,
    );
  }
}
