/** @file The legend of small maps: their colors, and what the upper end stands for. */
import { colorTable, hexColor, type ColorMapName } from "../../src/figure/color-map.ts";
import type { Legend } from "./figure.ts";

/** A color map as a bar from 0. */
export function mapLegend(
  colorMap: ColorMapName,
  { high, unit }: { readonly high: string; readonly unit: string },
): Legend {
  const table = colorTable(colorMap);
  const colors = Array.from({ length: 16 }, (_, i) => {
    const at = Math.round((i / 15) * 255) * 3;
    return hexColor([table[at]!, table[at + 1]!, table[at + 2]!]);
  });
  return { kind: "bar", colors, low: "0", high, unit };
}

/** What the upper end of the colors stands for. */
export const scaleTop = {
  map: "largest patch of each map",
  layer: "largest patch of the layer",
  all: "largest patch of all",
} as const;
