/** @file The picture with a set on it as a figure: table, drawing and keys. */
import { figureColors } from "../../src/figure/figure-style.ts";
import type { Topic } from "../figures/explanations.ts";
import type { Drawing, Figure } from "../figures/figure.ts";
import { themeValue } from "../parts/theme-colors.svelte.ts";
import type { PatchGeometry } from "../../src/figure/patch-geometry.ts";
import { setTable, type PictureSet, type SetStyle } from "../map/picture-set.ts";

export interface SetFigureInput {
  readonly set: PictureSet;
  readonly geometry: PatchGeometry;
  readonly topic: Topic;
  readonly drawing: () => Drawing;
}

/** The custom property of a style's color; hatching has none of its own. */
const styleColors: Readonly<Record<SetStyle, `--${string}`>> = {
  radius1: "--radius-1",
  radius2: "--radius-2",
  radius3: "--radius-3",
  masked: "--random",
};

/** The figure of the Explain view where it shows a set. */
export function setFigure({ set, geometry, topic, drawing }: SetFigureInput): Figure {
  return {
    name: "picture",
    title: set.subject,
    caption: set.note === undefined ? set.detail : `${set.detail}. ${set.note}`,
    table: () => setTable(set, geometry),
    drawing,
    legend: () => ({
      kind: "keys",
      keys: [
        ...set.groups.map(({ style, label }) => ({ color: themeValue(styleColors[style]), label })),
        ...(set.words ?? []).map(({ text }) => ({ color: figureColors.text, label: text })),
      ],
      unit: "",
    }),
    settings: () => Object.fromEntries(set.groups.map(({ label, patches }) => [`${label}, patches`, patches.length])),
    topic,
  };
}
