/** @file Colors of a causal graph in exports: those of the page's light theme, on white paper. */
import { figureColors } from "../../figure/figure-style.ts";
import type { GraphToken } from "./graph-tokens.ts";

/** Frames of patches by radius, and of those outside the tree. */
export function frameColor(radius: number): string {
  const { radius1, radius2, radius3, control } = figureColors;
  return [radius1, radius1, radius2, radius3][radius] ?? control;
}

/** Ground, border and ink of a word. */
export function pillColors({ kind }: Pick<GraphToken, "kind">): { fill: string; stroke: string; ink: string } {
  const { ink, paper, hover, control, text, textSoft } = figureColors;
  if (kind === "target") return { fill: ink, stroke: ink, ink: paper };
  if (kind === "question") return { fill: textSoft, stroke: text, ink };
  return { fill: hover, stroke: control, ink };
}
