/** @file Maps that stand beside each other, each with its name below, as one drawing for exports: names as text. */
import { figureColors, textSize } from "../../src/figure/figure-style.ts";
import { embeddedImage, placeDrawing } from "../../src/figure/svg-document.ts";
import { svgText } from "../../src/figure/svg-text.ts";
import { fitText } from "../../src/figure/text-painter.ts";
import type { Drawing } from "./figure.ts";

export interface NamedCanvas {
  /** Undefined where it is not drawn yet; it is left out then. */
  readonly canvas: HTMLCanvasElement | undefined;
  readonly name: string;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Rows wrap where they would be wider, in CSS pixels. */
const rowWidth = 960;
const gap = 12;
const nameHeight = 20;
const font = { size: textSize.caption, weight: 400 } as const;

/** Upper left corners of boxes in rows from the left, with room for a name below each, and the size of all together. */
export function placeInRows(
  sizes: readonly Size[],
  widest = rowWidth,
): Size & { readonly corners: readonly (readonly [x: number, y: number])[] } {
  let [x, y, height, width] = [0, 0, 0, 0];
  const corners = sizes.map((size): readonly [number, number] => {
    if (x > 0 && x + size.width > widest) {
      y += height + gap;
      [x, height] = [0, 0];
    }
    const left = x;
    x += size.width + gap;
    height = Math.max(height, size.height + nameHeight);
    width = Math.max(width, left + size.width);
    return [left, y];
  });
  return { corners, width, height: y + height };
}

/** The canvases as large as the page shows them, each with its name. */
export function mapRowDrawing(maps: readonly NamedCanvas[]): Drawing {
  const drawn = maps.flatMap(({ canvas, name }) =>
    canvas === undefined ? [] : [{ canvas, name, width: canvas.clientWidth, height: canvas.clientHeight }],
  );
  const { corners, width, height } = placeInRows(drawn);
  const pieces = drawn.map(({ canvas, name, ...size }, i) => {
    const text = fitText(name, size.width, { painter: svgText, font });
    const place = { x: 0, y: size.height + 14, ...font, fill: figureColors.inkSecond };
    const svg = embeddedImage(canvas.toDataURL("image/png"), size) + svgText.mark(text, place);
    return placeDrawing({ svg, ...size }, ...corners[i]!);
  });
  return { kind: "svg", markup: pieces.join(""), width, height };
}
