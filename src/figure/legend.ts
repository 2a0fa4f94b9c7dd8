/** @file Color bars: what the colors of a map stand for. */
import { colorOf, coverOf, hexColor, mixColors, type ColorMapName, type Rgb, type ValueRange } from "./color-map.ts";
import { dataColors, figureColors, formatMapValue, textSize } from "./figure-style.ts";
import { drawParagraph } from "./paragraph.ts";
import { placeDrawing, type Drawing } from "./svg-document.ts";
import type { TextPainter } from "./text-painter.ts";
import { element } from "./xml.ts";

/** How a value from 0 to 1 of a bar is colored. */
export type Ramp = (position: number) => Rgb;

/** The ramp of a color map. */
export function mapRamp(colorMap: ColorMapName): Ramp {
  return (position) => colorOf(position, { min: 0, max: 1 }, colorMap);
}

/** The ramp of a map that lies on a picture, as it looks on paper. */
export function overlayRamp(
  colorMap: ColorMapName,
  { opacity, fades }: { readonly opacity: number; readonly fades: boolean },
): Ramp {
  const ramp = mapRamp(colorMap);
  return (position) => {
    const cover = fades ? coverOf(position * 255, colorMap) : 1;
    return mixColors(dataColors.paper, ramp(position), opacity * cover);
  };
}

/** A ramp between two colors. */
export function colorRamp(from: Rgb, to: Rgb): Ramp {
  return (position) => mixColors(from, to, position);
}

export interface ColorBar {
  readonly ramp: Ramp;
  readonly range: ValueRange;
  /** What the values are, with the unit: "attention weight per patch". */
  readonly unit: string;
  /** What else must be known to read the map: "6 % on padding". */
  readonly note?: string;
  /** Writes the values under the ticks; `formatMapValue` if it is not given. */
  readonly format?: (value: number) => string;
  /** Width in pixels. */
  readonly width: number;
}

const barHeight = 10;
const steps = 64;

/** A color bar with ticks at its ends and middle, the unit below, and the note at the right. */
export function drawColorBar(bar: ColorBar, painter: TextPainter): Drawing {
  const { ramp, range, unit, note, width, format = formatMapValue } = bar;
  const pieces: string[] = [];
  for (let i = 0; i < steps; i++) {
    // Each piece reaches under the next, so that no paper shows between them.
    const left = (i * width) / steps;
    pieces.push(
      element("rect", {
        x: left,
        width: Math.min(width - left, width / steps + 0.6),
        height: barHeight,
        fill: hexColor(ramp(i / (steps - 1))),
      }),
    );
  }
  pieces.push(
    element("rect", {
      x: 0.5,
      y: 0.5,
      width: width - 1,
      height: barHeight - 1,
      fill: "none",
      stroke: figureColors.ink,
      "stroke-opacity": 0.18,
    }),
  );
  const tickLine = barHeight + 13;
  const middle = (range.min + range.max) / 2;
  const caption = { size: textSize.caption, weight: 400 } as const;
  const ends = [range.min, range.max].map((value) => painter.width(format(value), caption));
  // On a narrow bar the middle would touch the ends.
  const hasMiddle = painter.width(format(middle), caption) / 2 + Math.max(...ends) + 8 <= width / 2;
  const ticks = [
    { value: range.min, x: 0, anchor: "start" },
    ...(hasMiddle ? [{ value: middle, x: width / 2, anchor: "middle" } as const] : []),
    { value: range.max, x: width, anchor: "end" },
  ] as const;
  for (const { value, x, anchor } of ticks) {
    const lineX = Math.min(width - 0.5, Math.max(0.5, x));
    pieces.push(
      element("line", { x1: lineX, x2: lineX, y1: barHeight, y2: barHeight + 3, stroke: figureColors.rule }),
      painter.mark(format(value), { x, y: tickLine, size: textSize.caption, anchor, fill: figureColors.inkSecond }),
    );
  }
  const below = { font: caption, fill: figureColors.inkThird, lineHeight: 15, width } as const;
  const noteWidth = note === undefined ? 0 : painter.width(note, caption);
  // If both do not fit on one line, the note takes the next.
  const besides = noteWidth + painter.width(unit, caption) + 16 <= width;
  const meaning = drawParagraph(unit, below, painter);
  const top = tickLine + 6;
  pieces.push(placeDrawing(meaning, 0, top));
  if (note === undefined || besides) {
    const place = { x: width, y: top + 11, ...caption, anchor: "end", fill: figureColors.inkThird } as const;
    if (note !== undefined) pieces.push(painter.mark(note, place));
    return { svg: pieces.join(""), width, height: top + meaning.height };
  }
  const noted = drawParagraph(note, below, painter);
  pieces.push(placeDrawing(noted, 0, top + meaning.height));
  return { svg: pieces.join(""), width, height: top + meaning.height + noted.height };
}
