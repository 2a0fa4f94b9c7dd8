/** @file How large the nodes of a causal graph are drawn: patches as squares, words as pills around their text. */
import { svgText } from "../../../figure/svg-text.ts";
import { fitText } from "../../../figure/text-painter.ts";
import type { GraphToken } from "../graph-tokens.ts";

/** Side of a patch, size of the text of words, and room between neighbors, in pixels. */
export interface NodeScale {
  readonly patch: number;
  readonly font: number;
  readonly gap: number;
}

export interface NodeSize {
  readonly width: number;
  readonly height: number;
  /** The label as far as it fits. */
  readonly text: string;
}

/** Scales from the largest to the smallest. */
export const nodeScales: readonly NodeScale[] = [
  { patch: 28, font: 12, gap: 20 },
  { patch: 25, font: 12, gap: 17 },
  { patch: 22, font: 11.5, gap: 15 },
  { patch: 19, font: 11, gap: 13 },
  { patch: 16, font: 10.5, gap: 11 },
  { patch: 14, font: 10.5, gap: 9 },
  { patch: 12, font: 10.5, gap: 7 },
];

const longestLabel = 84;
const pillPadding = 9;
const least = 22;

/** The size of a node at a scale. */
export function nodeSize({ kind, label }: Pick<GraphToken, "kind" | "label">, { patch, font }: NodeScale): NodeSize {
  if (kind === "patch") return { width: patch, height: patch, text: "" };
  const writing = { size: font, weight: kind === "target" ? 600 : 400 } as const;
  const text = fitText(label, longestLabel, { painter: svgText, font: writing });
  return {
    width: Math.max(least, svgText.width(text, writing) + 2 * pillPadding),
    height: font + (kind === "target" ? 11 : 8.5),
    text,
  };
}
