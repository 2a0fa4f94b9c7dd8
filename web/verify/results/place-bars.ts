/** @file The probabilities of a test of a place, as bars and as a table. */
import type { PlaceResult } from "../../../src/run/measures.ts";
import type { Table } from "../../figures/figure.ts";

export function placeBars({ original, withoutPlace, onlyPlace, withoutImage }: PlaceResult) {
  return [
    { label: "original", value: original },
    { label: "without the place", value: withoutPlace },
    { label: "the place alone", value: onlyPlace },
    { label: "without the picture", value: withoutImage },
  ] as const;
}

/** Without rows before it was tested. */
export function placeTable(result: PlaceResult | undefined): Table {
  return {
    columns: [
      { label: "Asked", kind: "text" },
      { label: "Probability of the token", kind: "number" },
    ],
    rows: result ? placeBars(result).map(({ label, value }) => [label, value]) : [],
  };
}
