/** @file The legend of small maps: their colors, and what the upper end stands for. */
import { hexColor, type ColorMapName } from "../../src/figure/color-map.ts";
import { mapRamp, overlayRamp, type Ramp } from "../../src/figure/legend.ts";
import type { Legend } from "./figure.ts";

interface LegendEnd {
  /** What the upper end is, and the unit. */
  readonly high: string;
  readonly unit: string;
}

function barOf(ramp: Ramp, { high, unit }: LegendEnd): Legend {
  return { kind: "bar", colors: Array.from({ length: 16 }, (_, i) => hexColor(ramp(i / 15))), low: "0", high, unit };
}

/** A color map as a bar from 0. */
export function mapLegend(colorMap: ColorMapName, end: LegendEnd): Legend {
  return barOf(mapRamp(colorMap), end);
}

/** The color map of maps that lie on a picture, as a bar from 0. */
export function overlayLegend(
  { colorMap, ...look }: { readonly colorMap: ColorMapName; readonly opacity: number; readonly fades: boolean },
  end: LegendEnd,
): Legend {
  return barOf(overlayRamp(colorMap, look), end);
}

/** What the upper end of the colors stands for. */
export const scaleTop = {
  map: "largest patch of each map",
  layer: "largest patch of the layer",
  all: "largest patch of all",
} as const;
