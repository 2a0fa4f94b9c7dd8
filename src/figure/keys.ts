/** @file Colored names under a drawing: what its colors stand for. */
import { figureColors, textSize } from "./figure-style.ts";
import { drawParagraph } from "./paragraph.ts";
import { placeDrawing, type Drawing } from "./svg-document.ts";
import type { TextPainter } from "./text-painter.ts";
import { element } from "./xml.ts";

export interface Keys {
  readonly keys: readonly { readonly color: string; readonly label: string }[];
  /** What the numbers are, below the names; empty for none. */
  readonly unit: string;
}

const font = { size: textSize.caption, weight: 400 } as const;
const paragraph = { font, lineHeight: 16 } as const;
const keySize = 10;
const keyGap = 16;

/** The names in lines of at most `width` pixels, each with a square of its color. */
export function drawKeys({ keys, unit }: Keys, width: number, painter: TextPainter): Drawing {
  const left = keySize + 6;
  let [x, y, lineHeight] = [0, 0, 0];
  const pieces: string[] = [];
  for (const { color, label } of keys) {
    const keyWidth = left + painter.width(label, font);
    if (x > 0 && x + keyWidth > width) [x, y] = [0, y + lineHeight];
    const lines = drawParagraph(label, { ...paragraph, fill: figureColors.inkSecond, width: width - left }, painter);
    pieces.push(
      element("rect", { x, y, width: keySize, height: keySize, rx: 2, fill: color }),
      placeDrawing(lines, x + left, y - 2.5),
    );
    lineHeight = lines.height + 2;
    x += keyWidth + keyGap;
  }
  const height = y + lineHeight;
  if (unit === "") return { svg: pieces.join(""), width, height };
  const meaning = drawParagraph(unit, { ...paragraph, fill: figureColors.inkThird, width }, painter);
  return { svg: pieces.join("") + placeDrawing(meaning, 0, height - 2), width, height: height + meaning.height };
}
