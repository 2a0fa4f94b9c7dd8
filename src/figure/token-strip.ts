/** @file Tokens in reading order, tinted by a value, with a bar whose length is the same value. */
import { hexColor, inkOn, mixColors, type Rgb } from "./color-map.ts";
import { dataColors, figureColors, textSize } from "./figure-style.ts";
import type { Drawing } from "./svg-document.ts";
import { fitText, type TextPainter } from "./text-painter.ts";
import { element, plainText } from "./xml.ts";

/** The hue of a value: blue for the image, orange for text, slate for certainty. */
export const tokenColors = {
  image: { bar: dataColors.image, fill: dataColors.imageMid },
  text: { bar: dataColors.text, fill: dataColors.textMid },
  certain: { bar: dataColors.certain, fill: dataColors.certainMid },
} as const;

interface StripToken {
  /** Text of the token; a leading space means that a word begins here. */
  readonly text: string;
  /** 0-1 of the bar; null if there is no value. */
  readonly share: number | null;
  /** 0-1 of the tint; that of the bar if it is left out. */
  readonly strength?: number;
  /** Color of this token; that of the strip if it is left out. */
  readonly color?: TokenStrip["color"];
}

export interface TokenStrip {
  readonly tokens: readonly StripToken[];
  /** Index of the token with the outline of a selection; null for none. */
  readonly selected: number | null;
  /** Color of a full bar, and of the fill behind the text at share 1. */
  readonly color: { readonly bar: Rgb; readonly fill: Rgb };
  /** Width at which lines break, in pixels. */
  readonly width: number;
}

const boxHeight = 28;
const lineHeight = 38;
const padding = 7;
const wordGap = 5;
const barHeight = 3;

/** The text of a token as it is shown: without the space of a word start; white space alone is made visible. */
export function shownToken(text: string): string {
  const shown = plainText(text.replace(/\n/g, "\\n").replace(/\t/g, "\\t")).trim();
  return shown === "" ? "·" : shown;
}

/** True if a token begins a word: after white space, or as the first one. */
export function beginsWord(text: string, index: number): boolean {
  return index === 0 || /^\s/.test(text);
}

/** Tokens as tinted boxes. Pieces of one word touch, words stand apart; the color of the text follows from its background. */
export function drawTokenStrip({ tokens, selected, color, width }: TokenStrip, painter: TextPainter): Drawing {
  const font = { size: textSize.token, weight: 400 } as const;
  const pieces: string[] = [];
  const outlines: string[] = [];
  let x = 0;
  let y = 2;
  for (const [index, token] of tokens.entries()) {
    const text = fitText(shownToken(token.text), width - 2 * padding, { painter, font });
    const boxWidth = painter.width(text, font) + 2 * padding;
    const startsWord = beginsWord(token.text, index);
    if (index > 0 && startsWord) x += wordGap;
    if (x > 0 && x + boxWidth > width) {
      x = 0;
      y += lineHeight;
    }
    const share = token.share === null ? 0 : Math.min(1, Math.max(0, token.share));
    const own = token.color ?? color;
    const background = mixColors(dataColors.inset, own.fill, token.strength ?? share);
    const box = { x, y, width: boxWidth, height: boxHeight };
    pieces.push(
      element("rect", { ...box, fill: hexColor(background) }),
      element("rect", {
        x,
        y: y + boxHeight - barHeight,
        width: boxWidth * share,
        height: barHeight,
        fill: hexColor(own.bar),
      }),
      painter.mark(text, { x: x + padding, y: y + 19, ...font, fill: inkOn(background) }),
    );
    if (!startsWord && x > 0) {
      pieces.push(
        element("line", {
          x1: x,
          x2: x,
          y1: y + 3,
          y2: y + boxHeight - 3,
          stroke: figureColors.inkThird,
          "stroke-dasharray": "2 2",
          "stroke-opacity": 0.6,
        }),
      );
    }
    if (index === selected) {
      outlines.push(
        element("rect", {
          x: x - 1,
          y: y - 1,
          width: boxWidth + 2,
          height: boxHeight + 2,
          rx: 4,
          fill: "none",
          stroke: figureColors.ink,
          "stroke-width": 2,
        }),
      );
    }
    x += boxWidth;
  }
  return { svg: pieces.join("") + outlines.join(""), width, height: tokens.length === 0 ? 0 : y + boxHeight + 2 };
}
