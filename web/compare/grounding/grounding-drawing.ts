/** @file The grounding score of every word as a drawing for exports, on white paper: bars with the parts as ticks, and beside them how far each agrees with the picture. */
import { figureColors, textSize } from "../../../src/figure/figure-style.ts";
import { svgText } from "../../../src/figure/svg-text.ts";
import { fitText } from "../../../src/figure/text-painter.ts";
import { element } from "../../../src/figure/xml.ts";
import type { Drawing } from "../../figures/figure.ts";
import { formatShare } from "../../../src/figure/numbers.ts";
import { groundingParts, rowNote, type GroundingRow } from "./grounding-rows.ts";

const rowHeight = 24;
const barHeight = 12;
const left = 132;
const track = 220;
/** Of how far the word agrees with the picture, a meter of its own. */
const agreementTrack = 90;
const gap = 12;
const scoreWidth = 44;
const noteWidth = 200;
const tick = { width: 2, reach: 3 } as const;
const font = { size: textSize.body, weight: 400 } as const;

/** The x of a share on the track, in pixels. */
function at(share: number): number {
  return left + Math.min(1, Math.max(0, share)) * track;
}

/** The second meter; nothing for a word of which it is not known. */
function agreementMarks(
  { agrees }: GroundingRow,
  bar: { readonly x: number; readonly y: number; readonly height: number },
): string[] {
  if (agrees === undefined) return [];
  return [
    element("rect", { ...bar, width: agreementTrack, fill: figureColors.inset }),
    element("rect", { ...bar, width: agrees.score * agreementTrack, fill: figureColors.inkSecond }),
  ];
}

/** Words that were measured, one a row. */
export function groundingDrawing(rows: readonly GroundingRow[]): Drawing {
  const measured = rows.filter(({ score }) => score !== undefined);
  const marks = measured.flatMap((row, index) => {
    const y = index * rowHeight;
    const bar = { x: left, y: y + (rowHeight - barHeight) / 2, height: barHeight };
    const baseline = y + rowHeight / 2 + 4.5;
    const word = fitText(row.text, left - scoreWidth - 8, { painter: svgText, font });
    return [
      svgText.mark(word, { x: 0, y: baseline, ...font }),
      svgText.mark(formatShare(row.score!), { x: left - 8, y: baseline, anchor: "end", ...font, weight: 600 }),
      element("rect", { ...bar, width: track, fill: figureColors.inset }),
      element("rect", { ...bar, width: at(row.score!) - left, fill: figureColors.imageMid }),
      ...groundingParts.flatMap(({ part }) => {
        const value = row.parts?.[part];
        if (typeof value !== "number") return [];
        return element("rect", {
          x: at(value) - tick.width / 2,
          y: bar.y - tick.reach,
          width: tick.width,
          height: barHeight + 2 * tick.reach,
          fill: figureColors.ink,
        });
      }),
      ...agreementMarks(row, { ...bar, x: left + track + gap }),
      svgText.mark(fitText(rowNote(row), noteWidth, { painter: svgText, font }), {
        x: left + track + 2 * gap + agreementTrack,
        y: baseline,
        ...font,
        fill: figureColors.inkSecond,
      }),
    ];
  });
  return {
    kind: "svg",
    markup: marks.join(""),
    width: left + track + 2 * gap + agreementTrack + noteWidth,
    height: measured.length * rowHeight,
  };
}
