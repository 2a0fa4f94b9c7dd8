/** @file The maps of all methods as a figure: its table and settings, and the scale of a small map. */
import { defaultRange, type ValueRange } from "../../../src/figure/color-map.ts";
import type { Figure } from "../../figures/figure.ts";
import { formatShare, noNumber } from "../../../src/figure/numbers.ts";
import type { PatchGeometry } from "../../../src/figure/patch-geometry.ts";
import type { OpenRun } from "../../run/open-run.svelte.ts";
import { shareInside, type MethodValues } from "./method-maps.ts";
import { mapRow, unitOf } from "../../../src/run/maps.ts";

/** From 0 to the largest patch that is drawn, as the map on the large picture has it. */
export function scaleOnPicture(
  values: Float32Array,
  geometry: Pick<PatchGeometry, "byToken"> | undefined,
  hidden: ReadonlySet<number> = new Set(),
): ValueRange {
  if (geometry === undefined && hidden.size === 0) return defaultRange(values, "viridis");
  // What is hidden stays 0, which is in the range.
  const drawn = new Float32Array(values.length);
  for (const token of geometry?.byToken.keys() ?? values.keys()) {
    if (hidden.size === 0 || !hidden.has(token)) drawn[token] = values[token]!;
  }
  return defaultRange(drawn, "viridis");
}

const counts = ["no", "one", "two", "three", "four", "five", "six", "seven"] as const;

/** "Causes 0.75", or "Causes -" for a map without positive values. */
function insideText({ method, values }: MethodValues, patches: readonly number[]): string {
  const share = shareInside(values, patches);
  return `${mapRow(method).short} ${share === undefined ? noNumber : formatShare(share)}`;
}

/** One token by as many methods as are there; numbers as each method gives them. */
export function methodMapsFigure({
  run,
  name,
  maps,
  patches,
}: {
  readonly run: Pick<OpenRun, "layout">;
  /** The token: “right”. */
  readonly name: string;
  readonly maps: readonly MethodValues[];
  /** Selected patches. */
  readonly patches: readonly number[];
}): Figure {
  const { imageTokens } = run.layout;
  return {
    name: "methods",
    title: `One token, ${counts[maps.length] ?? maps.length} ${maps.length === 1 ? "method" : "methods"}`,
    caption: `for ${name}, each from 0 to its largest patch`,
    topic: "method-maps",
    table: () => ({
      columns: [
        { label: "Image token", kind: "number" },
        { label: "Row", kind: "number" },
        { label: "Column", kind: "number" },
        ...maps.map(({ method }) => ({ label: mapRow(method).short, kind: "number", unit: unitOf(method) }) as const),
      ],
      rows: imageTokens.map(({ cell }, token) => [
        token,
        cell?.row ?? null,
        cell?.col ?? null,
        ...maps.map(({ values }) => values[token]!),
      ]),
    }),
    settings: () =>
      patches.length === 0
        ? {}
        : {
            selectedPatches: patches.length,
            insideSelectedPatches: maps.map((map) => insideText(map, patches)).join("; "),
          },
  };
}
