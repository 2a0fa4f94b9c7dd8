/** @file The picture with its map as a figure: table, drawing, legend and settings. */
import { hexColor } from "../../src/figure/color-map.ts";
import { mapRamp } from "../../src/figure/legend.ts";
import type { Topic } from "../figures/explanations.ts";
import type { Drawing, Figure } from "../figures/figure.ts";
import type { Selection, TabName } from "../selection/selection.ts";
import { endText, mapTable } from "../map/map-facts.ts";
import type { DrawnMap } from "./picture-view.svelte.ts";

/** What the picture is about in each tab. */
export const pictureTopics: Readonly<Record<TabName, Topic>> = {
  attention: "attention-map",
  relevancy: "relevancy-map",
  causes: "causes-map",
  verify: "masked-map",
  layers: "lens-map",
  compare: "two-runs",
};
const legendColors = 32;

function topicOf({ tab, flow, compareView }: Pick<Selection, "tab" | "flow" | "compareView">): Topic {
  if (tab === "attention" && flow === "rollout") return "rollout";
  return tab === "compare" && compareView !== "runs" ? "method-maps" : pictureTopics[tab];
}

export interface PictureFigureInput {
  readonly drawn: DrawnMap;
  readonly selection: Selection;
  readonly note: string;
  readonly drawing: () => Drawing;
}

/** The figure of the Explain view. */
export function pictureFigure({ drawn, selection, note, drawing }: PictureFigureInput): Figure {
  const { map, range, colorMap, smooth, hideSinks } = drawn;
  const { opacity, greyPicture } = selection;
  const ramp = mapRamp(colorMap, opacity);
  return {
    name: "picture",
    title: map.subject,
    caption: note === "" ? map.detail : `${map.detail} · ${note}`,
    table: () => mapTable(drawn),
    drawing,
    legend: () => ({
      kind: "bar",
      colors: Array.from({ length: legendColors }, (_, i) => hexColor(ramp(i / (legendColors - 1)))),
      low: endText(range.min, map),
      high: endText(range.max, map),
      unit: map.unit,
    }),
    settings: () => ({ colorMap, opacity, smooth, greyPicture, hideSinks, range }),
    topic: topicOf(selection),
  };
}
