/** @file What is drawn over the map or picture: what the model did not see, a set, hatching of hidden sinks, the outline of top patches, patch borders, words, the selection, the cursor. */
import {
  colorIndex,
  colorOf,
  coverOf,
  inkOn,
  mixColors,
  type ColorMapName,
  type Rgb,
  type ValueRange,
} from "../../../src/figure/color-map.ts";
import { hatchStyles } from "../../../src/figure/hatching.ts";
import { hatchBox, scaledBox, strokeTop, strokeUnion } from "./patch-strokes.ts";
import { middle, patchAt, type Patch, type PatchGeometry, type Segment } from "../../../src/figure/patch-geometry.ts";
import { drawSet, type SetDrawing } from "./set-marks.ts";
import type { Box } from "../../../src/image/types.ts";

/** Words on cells, with what their ink depends on. */
interface CellWords {
  /** One per image token. */
  readonly words: readonly string[];
  readonly values: Float32Array;
  readonly colorMap: ColorMapName;
  readonly range: ValueRange;
  readonly opacity: number;
  readonly fades: boolean;
}

export interface Marks {
  readonly geometry: PatchGeometry;
  /** Size of the drawing in CSS pixels. */
  readonly width: number;
  readonly height: number;
  /** Image tokens that are hatched, and those that are selected. */
  readonly hatched: ReadonlySet<number>;
  readonly selected: readonly number[];
  /** Outline of the top patches of the map, in pixels of the picture. */
  readonly outline: readonly Segment[];
  readonly grid: boolean;
  readonly words?: CellWords;
  /** A set, below everything else. */
  readonly set?: Pick<SetDrawing, "set" | "colors">;
  readonly cursor?: Patch;
}

/** Cells below this size have no room for words, in CSS pixels. */
const smallestWordCell = 26;
/** The light of a picture that is not known, for the choice between black and white words. */
const middleLight: Rgb = [128, 128, 128];

type Context = CanvasRenderingContext2D;

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
  // Most often there are thousands of small patches, and no word.
  const isLarge = ({ width, height }: Pick<Box, "width" | "height">): boolean =>
    Math.min(width, height) * scale >= smallestWordCell;
  const { grids } = geometry;
  if (!grids.some(({ rows, cols, box }) => isLarge({ width: box.width / cols, height: box.height / rows }))) return;
  const { words, values, colorMap, range, opacity, fades } = given;
  context.lineWidth = 2.5;
  context.lineJoin = "round";
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (const { token, box } of geometry.patches) {
    if (!isLarge(box)) continue;
    const { left, top, width, height } = scaledBox(box, scale);
    const word = words[token]?.trim() ?? "";
    context.font = `500 ${Math.min(14, Math.max(8, width * 0.29))}px Inter, system-ui, sans-serif`;
    const index = colorIndex(values[token]!, range);
    const share = opacity * (fades ? coverOf(index, colorMap) : 1);
    const ink = inkOn(mixColors(middleLight, colorOf(values[token]!, range, colorMap), share));
    const place = [left + width / 2, top + height / 2, width - 3] as const;
    // The picture below may be light or dark, so that words have a halo.
    context.strokeStyle = ink === "#000000" ? "rgb(255 255 255 / 0.75)" : "rgb(0 0 0 / 0.75)";
    context.strokeText(word, ...place);
    context.fillStyle = ink;
    context.fillText(word, ...place);
  }
}

function cursorBox(context: Context, box: Box): void {
  context.strokeStyle = "#ffffff";
  context.lineWidth = 3;
  context.strokeRect(box.left + 1.5, box.top + 1.5, box.width - 3, box.height - 3);
  context.strokeStyle = "#111111";
  context.lineWidth = 1;
  context.strokeRect(box.left + 1.5, box.top + 1.5, box.width - 3, box.height - 3);
}

/** Hatches the parts of a picture that the model does not see; `scale` is CSS pixels per pixel of the picture. */
export function hatchUnseen(context: Context, boxes: readonly Box[], scale: number): void {
  for (const box of boxes) hatchBox(context, scaledBox(box, scale), hatchStyles.unseen);
}

/** Draws the marks into a context whose unit is a CSS pixel; what was there is cleared. */
export function drawMarks(context: Context, marks: Marks): void {
  const { geometry, width, height, hatched, selected, outline, cursor } = marks;
  const scale = width / geometry.picture.width;
  context.clearRect(0, 0, width, height);
  if (marks.set) drawSet(context, { ...marks.set, geometry, width, height });
  for (const token of hatched) {
    const patch = geometry.byToken.get(token);
    // A sink of a coarse grid under finer patches hides none of them.
    if (patch && patchAt(geometry, middle(patch.box))?.token === token) hatchBox(context, scaledBox(patch.box, scale));
  }
  hatchUnseen(context, geometry.unseen, scale);
  if (outline.length > 0) strokeTop(context, outline, scale);
  if (marks.grid) patchBorders(context, marks, scale);
  writeWords(context, marks, scale);
  if (selected.length > 0) strokeUnion(context, selected, marks);
  if (cursor) cursorBox(context, scaledBox(cursor.box, scale));
}
