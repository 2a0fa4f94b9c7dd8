/** @file Colored names under a drawing: what its colors stand for. */
import { figureColors, textSize } from "./figure-style.ts";
import type { Drawing } from "./svg-document.ts";
import type { TextPainter } from "./text-painter.ts";
import { element } from "./xml.ts";

export interface Keys {
  readonly keys: readonly { readonly color: string; readonly label: string }[];
  /** What the numbers are, below the names; empty for none. */
  readonly unit: string;
}

const font = { size: textSize.caption, weight: 400 } as const;
const keySize = 10;
const keyGap = 16;
const keyLine = 18;

/** The names in lines of at most `width` pixels, each with a square of its color. */
export function drawKeys({ keys, unit }: Keys, width: number, painter: TextPainter): Drawing {
  let x = 0;
  let line = 0;
  const pieces: string[] = [];
  for (const { color, label } of keys) {
    const keyWidth = keySize + 6 + painter.width(label, font);
    if (x > 0 && x + keyWidth > width) {
      x = 0;
      line++;
    }
    const y = line * keyLine;
    pieces.push(
      element("rect", { x, y, width: keySize, height: keySize, rx: 2, fill: color }),
      painter.mark(label, { x: x + keySize + 6, y: y + 9.5, ...font, fill: figureColors.inkSecond }),
    );
    x += keyWidth + keyGap;
  }
  const height = keys.length === 0 ? 0 : (line + 1) * keyLine;
  if (unit !== "") pieces.push(painter.mark(unit, { x: 0, y: height + 10, ...font, fill: figureColors.inkThird }));
  return { svg: pieces.join(""), width, height: height + (unit === "" ? 0 : 14) };
}
