/** @file Two runs side by side as a figure: what is where, the scales, and the numbers by patch. */
import type { ValueRange } from "../../../src/figure/color-map.ts";
import { overlayLegend } from "../../figures/map-legend.ts";
import type { Drawing, Figure } from "../../figures/figure.ts";
import { formatMapValue, formatSigned } from "../../../src/figure/numbers.ts";
import type { OpenRun } from "../../run/open-run.svelte.ts";
import type { Selection } from "../../selection/selection.ts";
import { mapRow, unitOf } from "../../../src/run/maps.ts";
import type { Comparison } from "./comparison.ts";

export interface TwoRunsInput {
  readonly a: Pick<OpenRun, "id" | "layout">;
  readonly b: Pick<OpenRun, "id">;
  readonly selection: Pick<Selection, "compareBy" | "colorMap" | "opacity" | "fades">;
  /** Undefined while the maps are on their way. */
  readonly shown?: {
    readonly comparison: Pick<Comparison, "a" | "bOnA" | "difference" | "tokens" | "tokensOfB" | "sameGrids">;
    /** Scale of the maps of A and B, and of their difference. */
    readonly range: ValueRange;
    readonly differenceRange: ValueRange;
  };
  readonly drawing: () => Drawing;
}

/** Which positions of the two answers are compared. */
function positions(comparison: Pick<Comparison, "tokens" | "tokensOfB"> | undefined): string {
  const isElsewhere = comparison !== undefined && comparison.tokens.join() !== comparison.tokensOfB.join();
  return isElsewhere ? "the decisive word of each answer" : "the same position of the answer";
}

/** Decimals of a difference of maps. */
const differenceDecimals = 3;

/** The figure with the maps of A, B and B less A from left to right. */
export function twoRunsFigure({ a, b, selection, shown, drawing }: TwoRunsInput): Figure {
  const places = `left A, run ${a.id}; middle B, run ${b.id}; ${positions(shown?.comparison)} on the same scale`;
  const difference = shown
    ? `; right B − A, from ${formatSigned(shown.differenceRange.min, differenceDecimals)} (purple, more in A) to ` +
      `${formatSigned(shown.differenceRange.max, differenceDecimals)} (green, more in B)`
    : "";
  const resampled = shown && !shown.comparison.sameGrids ? "; B is resampled to the patches of A" : "";
  const unit = unitOf(selection.compareBy);
  return {
    name: "two-runs",
    title: "Run A and run B",
    caption: `${mapRow(selection.compareBy).long}: ${places}${difference}${resampled}`,
    topic: "two-runs",
    table: () => ({
      columns: [
        { label: "Patch of A", kind: "number" },
        { label: "Row", kind: "number" },
        { label: "Column", kind: "number" },
        { label: "A", kind: "number", unit },
        { label: "B", kind: "number", unit },
        { label: "B − A", kind: "number", unit },
      ],
      rows: Array.from(shown?.comparison.difference ?? [], (value, patch) => {
        const { cell } = a.layout.imageTokens[patch]!;
        const { comparison } = shown!;
        return [patch, cell?.row ?? null, cell?.col ?? null, comparison.a[patch]!, comparison.bOnA[patch]!, value];
      }),
    }),
    drawing,
    legend: () =>
      shown && overlayLegend(selection, { high: formatMapValue(shown.range.max), unit: `A and B: ${unit}` }),
    settings: () => ({
      a: a.id,
      b: b.id,
      method: selection.compareBy,
      tokens: shown?.comparison.tokens,
      tokensOfB: shown?.comparison.tokensOfB,
    }),
  };
}
