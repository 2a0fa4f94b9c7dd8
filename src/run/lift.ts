/** @file Lifts the JSON of runs of earlier formats to today's, so that everything else knows one format. */
import { liftMeasures } from "./earlier-verify.ts";
import { runFormat } from "./types.ts";

/** Format 1 had no cross-attention: every image token is in the sequence. */
function fromFormat1(description: object): object {
  return { ...description, format: 2, memory: [] };
}

/** By format: what makes the next one of it. */
const lifts: Readonly<Record<number, (description: object) => object>> = { 1: fromFormat1 };

/** Formats that can be read. */
export const readFormats: readonly number[] = [...Object.keys(lifts).map(Number), runFormat];

/** The measurements as they are called today. */
function withMeasures(description: object): object {
  const { measures } = description as { readonly measures?: unknown };
  return Array.isArray(measures) ? { ...description, measures: liftMeasures(measures) } : description;
}

/** The description in today's format. Leaves alone what is none, or of a format that is not known. */
export function liftDescription(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("format" in value)) return value;
  const lift = typeof value.format === "number" ? lifts[value.format] : undefined;
  return lift === undefined ? withMeasures(value) : liftDescription(lift(value));
}
