/** @file The picture with its map as a figure: table, drawing, legend and settings. */
import { hexColor } from "../../src/figure/color-map.ts";
import { topNote } from "../../src/figure/map-notes.ts";
import { overlayRamp } from "../../src/figure/legend.ts";
import type { Drawing, Figure } from "../figures/figure.ts";
import type { Selection } from "../selection/selection.ts";
import { tabs } from "../tabs/tabs.ts";
import { endText, mapTable } from "../map/map-facts.ts";
import type { DrawnMap } from "./picture-view.svelte.ts";

const legendColors = 32;

export interface PictureFigureInput {
  readonly drawn: DrawnMap;
  readonly selection: Selection;
  readonly note: string;
  readonly drawing: () => Drawing;
}

/** The figure of the Explain view. */
export function pictureFigure({ drawn, selection, note, drawing }: PictureFigureInput): Figure {
  const { map, range, colorMap, smooth, fades, hideSinks } = drawn;
  const { opacity, greyPicture, topShare } = selection;
  const ramp = overlayRamp(colorMap, { opacity, fades });
  return {
    name: "picture",
    title: map.subject,
    caption: [map.detail, note, topNote(map.smooth ? topShare : 0)].filter((part) => part !== "").join(" · "),
    table: () => mapTable(drawn),
    drawing,
    legend: () => ({
      kind: "bar",
      colors: Array.from({ length: legendColors }, (_, i) => hexColor(ramp(i / (legendColors - 1)))),
      low: endText(range.min, map),
      high: endText(range.max, map),
      unit: map.unit,
    }),
    settings: () => ({ colorMap, opacity, fades, topShare, smooth, greyPicture, hideSinks, range }),
    topic: tabs[selection.tab].topic(selection),
  };
}
