/** @file The matrix of agreement as a drawing for exports, on white paper. */
import { hexColor, mixColors } from "../../../src/figure/color-map.ts";
import { dataColors, figureColors, textSize } from "../../../src/figure/figure-style.ts";
import { svgText } from "../../../src/figure/svg-text.ts";
import { element } from "../../../src/figure/xml.ts";
import type { Drawing } from "../../figures/figure.ts";
import { formatFixed, noNumber } from "../../../src/figure/numbers.ts";
import { cellOf, type Agreement } from "./agreement-matrix.ts";
import { mapRow } from "../../../src/run/maps.ts";

const nameWidth = 150;
const cell = 40;
const gap = 2;
const top = 24;
const font = { size: textSize.caption, weight: 400 } as const;
/** As the page tints its cells: light enough for ink on any of them. */
const { paper: none, certainMid: full } = dataColors;

export function agreementDrawing(agreement: Agreement): Drawing {
  const { methods } = agreement;
  const middle = (index: number): number => nameWidth + index * cell + cell / 2;
  const marks = methods.flatMap((method, row) => {
    const y = top + row * cell;
    const baseline = y + cell / 2 + 4;
    return [
      svgText.mark(`${row + 1}`, {
        x: middle(row),
        y: top - 8,
        anchor: "middle",
        ...font,
        fill: figureColors.inkThird,
      }),
      svgText.mark(`${row + 1}  ${mapRow(method).short}`, { x: 0, y: baseline, ...font }),
      ...methods.flatMap((_, column) => {
        const found = cellOf(agreement, row, column);
        if (found === undefined) return [];
        const fill = hexColor(mixColors(none, full, Math.max(0, found.value ?? 0)));
        const box = { x: nameWidth + column * cell, y, width: cell - gap, height: cell - gap, fill };
        const text = found.value === null ? noNumber : formatFixed(found.value, 2);
        return [
          element("rect", box),
          svgText.mark(text, { x: middle(column) - 1, y: baseline, anchor: "middle", ...font }),
        ];
      }),
    ];
  });
  return {
    kind: "svg",
    markup: marks.join(""),
    width: nameWidth + methods.length * cell,
    height: top + methods.length * cell,
  };
}
