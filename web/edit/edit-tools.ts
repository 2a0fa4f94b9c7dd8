/** @file The tools of the editor, and their steps in words. */
import type { EditStep } from "../../src/run/types.ts";
import type { IconName } from "../parts/icons.ts";
import { regionText } from "./region.ts";

export type Tool = EditStep["tool"];

export const tools: readonly { readonly tool: Tool; readonly label: string; readonly icon: IconName }[] = [
  { tool: "crop", label: "Crop", icon: "crop" },
  { tool: "pen", label: "Pen", icon: "pen" },
  { tool: "eraser", label: "Eraser: brings the original back", icon: "eraser" },
  { tool: "blur", label: "Blur a region", icon: "blur" },
  { tool: "fill", label: "Fill a region", icon: "fill" },
];

export const sizeRange = { min: 1, max: 80, step: 1 } as const;

export const isRegionTool = (tool: Tool): boolean => tool === "crop" || tool === "blur" || tool === "fill";
/** Size is the diameter of strokes, and the standard deviation of blurs. */
export const hasSize = (tool: Tool): boolean => tool === "pen" || tool === "eraser" || tool === "blur";
export const hasColor = (tool: Tool): boolean => tool === "pen" || tool === "fill";

/** How the tool is used, in one sentence. */
export function toolHint(tool: Tool): string {
  return isRegionTool(tool)
    ? "Drag a region. With keys: arrows move it, Shift and arrows size it, Enter applies it."
    : "Draw with the pointer.";
}

/** A step in words: "Blur 40 × 30 px at 10, 20, sigma 18 px". */
export function stepText({ tool, box, size, color, range, points = [] }: EditStep): string {
  if (range) return `Stretch levels, from ${range.low} to ${range.high}`;
  const name = tool.charAt(0).toUpperCase() + tool.slice(1);
  const parts = [
    box ? regionText(box) : `stroke of ${points.length / 2} ${points.length === 2 ? "point" : "points"}`,
    ...(size === undefined ? [] : [tool === "blur" ? `sigma ${size} px` : `${size} px wide`]),
    ...(color === undefined ? [] : [color]),
  ];
  return `${name} ${parts.join(", ")}`;
}

/** Points of a stroke are kept to a tenth of a pixel, and only where the pointer has moved that far. */
export function withPoint(points: readonly number[], x: number, y: number): readonly number[] {
  const [nextX, nextY] = [Math.round(x * 10) / 10, Math.round(y * 10) / 10];
  const isSame = points.at(-2) === nextX && points.at(-1) === nextY;
  return isSame ? points : [...points, nextX, nextY];
}
