/** @file Agreement of methods, two by two: whether their maps rank the same patches high. */
import { averageRanks, correlationOfRanks, overlapOfTops, topPatches } from "../../../src/methods/agreement.ts";
import type { MapMethod } from "../../../src/run/map-catalogue.ts";
import { valuesAt } from "../../run/attention-row.ts";
import type { MethodValues } from "./method-maps.ts";

/** Share of the patches that count as the top of a map. */
const topShare = 0.1;

export interface Agreement {
  readonly methods: readonly MapMethod[];
  /** [methods][methods], symmetric, 1 on the diagonal; null where a map is flat. Spearman's rank correlation, -1 to 1. */
  readonly correlation: readonly (readonly (number | null)[])[];
  /** The same of the overlap of the top 10 %, intersection over union, 0 to 1. */
  readonly overlap: readonly (readonly (number | null)[])[];
}

/** Compares every two maps on some patches. */
export function agreementOf(maps: readonly MethodValues[], patches: readonly number[]): Agreement {
  const numbers = maps.map(({ values }) => valuesAt(values, patches));
  const isFlat = numbers.map((values) => values.every((value) => value === values[0]));
  /** Each map is ranked once, and not once with every other one. */
  const compare = <Ranked>(
    rank: (values: Float32Array) => Ranked,
    measure: (one: Ranked, other: Ranked) => number | undefined,
  ) => {
    const ranked = numbers.map(rank);
    const rows: (number | null)[][] = numbers.map(() => numbers.map(() => null));
    for (const [i, one] of ranked.entries()) {
      for (let j = 0; j <= i; j++) {
        // A flat map has no top, and patches in the order of their numbers are none.
        const value = isFlat[i] || isFlat[j] ? null : i === j ? 1 : (measure(one, ranked[j]!) ?? null);
        rows[i]![j] = value;
        rows[j]![i] = value;
      }
    }
    return rows;
  };
  return {
    methods: maps.map(({ method }) => method),
    correlation: compare(averageRanks, correlationOfRanks),
    overlap: compare((values) => topPatches(values, topShare), overlapOfTops),
  };
}

/** A cell of the matrix: below the diagonal the rank correlation, above it the overlap, on it nothing. */
export function cellOf(
  { correlation, overlap }: Agreement,
  row: number,
  column: number,
): { readonly measure: "correlation" | "overlap"; readonly value: number | null } | undefined {
  if (row === column) return undefined;
  return row > column
    ? { measure: "correlation", value: correlation[row]![column]! }
    : { measure: "overlap", value: overlap[row]![column]! };
}
