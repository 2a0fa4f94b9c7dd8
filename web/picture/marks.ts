/** @file What is drawn over the map: hatching of hidden sinks, patch borders, words, the selection, the cursor. */
import { colorOf, inkOn, mixColors } from "../../src/figure/color-map.ts";
import type { ColorMapName, Rgb, ValueRange } from "../../src/figure/color-map.ts";
import { outlineOf } from "./patch-geometry.ts";
import type { Patch, PatchGeometry } from "./patch-geometry.ts";
import type { Box } from "../../src/image/types.ts";

/** Words on cells, with what their ink depends on. */
export interface CellWords {
  /** One per image token. */
  readonly words: readonly string[];
  readonly values: Float32Array;
  readonly colorMap: ColorMapName;
  readonly range: ValueRange;
  readonly opacity: number;
}

export interface Marks {
  readonly geometry: PatchGeometry;
  /** Size of the drawing in CSS pixels. */
  readonly width: number;
  readonly height: number;
  /** Image tokens that are hatched, and those that are selected. */
  readonly hatched: ReadonlySet<number>;
  readonly selected: readonly number[];
  readonly grid: boolean;
  readonly words?: CellWords;
  readonly cursor?: Patch;
}

/** Cells below this size have no room for words, in CSS pixels. */
export const smallestWordCell = 26;
const hatchStep = 5;
const outer = 5;
const inner = 2;
/** The mean light of a grey picture under a map, for the choice between black and white words. */
const greyUnderMap: Rgb = [100, 100, 100];

type Context = CanvasRenderingContext2D;

function scaled({ left, top, width, height }: Box, scale: number): Box {
  return { left: left * scale, top: top * scale, width: width * scale, height: height * scale };
}

function hatch(context: Context, { left, top, width, height }: Box): void {
  context.save();
  context.beginPath();
  context.rect(left, top, width, height);
  context.clip();
  context.fillStyle = "rgb(70 70 70 / 0.55)";
  context.fillRect(left, top, width, height);
  context.beginPath();
  for (let k = -height; k < width; k += hatchStep) {
    context.moveTo(left + k, top + height);
    context.lineTo(left + k + height, top);
  }
  context.strokeStyle = "rgb(255 255 255 / 0.8)";
  context.lineWidth = 1;
  context.stroke();
  context.restore();
}

function patchBorders(context: Context, { geometry, width, height }: Marks, scale: number): void {
  const overviewOnly = geometry.grids.length === 1;
  const finest = Math.min(...geometry.grids.map(({ box, cols }) => box.width / cols));
  context.beginPath();
  for (const { rows, cols, box } of geometry.grids) {
    if (!overviewOnly && box.width / cols > finest * 1.01) continue;
    const left = Math.max(0, box.left * scale);
    const right = Math.min(width, (box.left + box.width) * scale);
    const top = Math.max(0, box.top * scale);
    const bottom = Math.min(height, (box.top + box.height) * scale);
    for (let col = 0; col <= cols; col++) {
      const x = Math.round((box.left + (box.width * col) / cols) * scale) + 0.5;
      if (x < left || x > right) continue;
      context.moveTo(x, top);
      context.lineTo(x, bottom);
    }
    for (let row = 0; row <= rows; row++) {
      const y = Math.round((box.top + (box.height * row) / rows) * scale) + 0.5;
      if (y < top || y > bottom) continue;
      context.moveTo(left, y);
      context.lineTo(right, y);
    }
  }
  context.strokeStyle = "rgb(255 255 255 / 0.34)";
  context.lineWidth = 1;
  context.stroke();
}

function writeWords(context: Context, { geometry, words: given }: Marks, scale: number): void {
  if (given === undefined) return;
  const { words, values, colorMap, range, opacity } = given;
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (const { token, box } of geometry.patches) {
    const { left, top, width, height } = scaled(box, scale);
    if (Math.min(width, height) < smallestWordCell) continue;
    const word = words[token]?.trim() ?? "";
    context.font = `500 ${Math.min(14, Math.max(8, width * 0.29))}px Inter, system-ui, sans-serif`;
    context.fillStyle = inkOn(mixColors(greyUnderMap, colorOf(values[token]!, range, colorMap), opacity));
    context.fillText(word, left + width / 2, top + height / 2, width - 3);
  }
}

function outline(context: Context, { geometry, selected, width, height }: Marks, scale: number): void {
  // At the border of the picture the line stays within the canvas.
  const edge = outer / 2;
  const inside = (value: number, length: number): number => Math.min(length - edge, Math.max(edge, value * scale));
  context.beginPath();
  for (const { x1, y1, x2, y2 } of outlineOf(geometry, selected)) {
    context.moveTo(inside(x1, width), inside(y1, height));
    context.lineTo(inside(x2, width), inside(y2, height));
  }
  context.lineCap = "square";
  context.strokeStyle = "#ffffff";
  context.lineWidth = outer;
  context.stroke();
  context.strokeStyle = "#111111";
  context.lineWidth = inner;
  context.stroke();
}

function cursorBox(context: Context, box: Box): void {
  context.strokeStyle = "#ffffff";
  context.lineWidth = 3;
  context.strokeRect(box.left + 1.5, box.top + 1.5, box.width - 3, box.height - 3);
  context.strokeStyle = "#111111";
  context.lineWidth = 1;
  context.strokeRect(box.left + 1.5, box.top + 1.5, box.width - 3, box.height - 3);
}

/** Draws the marks into a context whose unit is a CSS pixel; what was there is cleared. */
export function drawMarks(context: Context, marks: Marks): void {
  const { geometry, width, height, hatched, selected, cursor } = marks;
  const scale = width / geometry.picture.width;
  context.clearRect(0, 0, width, height);
  for (const token of hatched) {
    const patch = geometry.byToken.get(token);
    if (patch) hatch(context, scaled(patch.box, scale));
  }
  if (marks.grid) patchBorders(context, marks, scale);
  writeWords(context, marks, scale);
  if (selected.length > 0) outline(context, marks, scale);
  if (cursor) cursorBox(context, scaled(cursor.box, scale));
}
