/** @file Grids of shares as a drawing for exports, on white paper: a cell a share, purple below 0 and green above it. */
import { colorOf, hexColor, inkOn } from "../../../src/figure/color-map.ts";
import { figureColors, textSize } from "../../../src/figure/figure-style.ts";
import { shareText } from "../../../src/cause-figure/patching-text.ts";
import { stackDrawings, svgDocument, type Drawing as Piece } from "../../../src/figure/svg-document.ts";
import { svgText } from "../../../src/figure/svg-text.ts";
import { fitText } from "../../../src/figure/text-painter.ts";
import { element } from "../../../src/figure/xml.ts";
import type { Drawing } from "../../figures/figure.ts";
import type { ShareGrid } from "./patching-facts.ts";

/** Ends of the color map. */
const range = { min: -1, max: 1 } as const;
const font = { size: textSize.caption, weight: 400 } as const;
const labelWidth = 96;
const rowHeight = 24;
const wide = 104;
const narrow = 24;

/** Colors of a share: of its cell, and of text on it. */
export function shareColors(share: number): { readonly cell: string; readonly ink: string } {
  const color = colorOf(share, range, "diverging");
  return { cell: hexColor(color), ink: inkOn(color) };
}

function gridPiece({ name, rows, columns, shares }: ShareGrid, withNumbers: boolean): Piece {
  const cell = withNumbers ? wide : narrow;
  const top = 2 * rowHeight;
  const marks = [
    svgText.mark(name, { x: 0, y: 14, ...font, weight: 600 }),
    ...columns.map((column, col) =>
      svgText.mark(fitText(column, cell - 6, { painter: svgText, font }), {
        x: labelWidth + col * cell,
        y: top - 8,
        ...font,
        fill: figureColors.inkSecond,
      }),
    ),
    ...rows.flatMap((row, index) => {
      const y = top + index * rowHeight;
      const label = fitText(row, labelWidth - 8, { painter: svgText, font });
      const cells = shares[index]!.flatMap((share, col) => {
        if (share === null) return [];
        const { cell: fill, ink } = shareColors(share);
        const x = labelWidth + col * cell;
        const box = element("rect", { x, y, width: cell - 2, height: rowHeight - 2, fill });
        return withNumbers ? [box, svgText.mark(shareText(share), { x: x + 6, y: y + 15, ...font, fill: ink })] : [box];
      });
      return [svgText.mark(label, { x: 0, y: y + 15, ...font }), ...cells];
    }),
  ];
  return { svg: marks.join(""), width: labelWidth + columns.length * cell, height: top + rows.length * rowHeight };
}

/** White space that `svgDocument` puts around its drawing. */
const documentMargin = 20;

/** Grids one below the other; numbers stand in the cells if they are asked for. */
export function gridsDrawing(title: string, grids: readonly ShareGrid[], withNumbers: boolean): Drawing {
  const drawing = stackDrawings(
    grids.map((grid) => gridPiece(grid, withNumbers)),
    18,
  );
  return {
    kind: "svg",
    markup: svgDocument(drawing, { title, description: grids.map(({ name }) => name).join(", ") }),
    width: drawing.width + 2 * documentMargin,
    height: drawing.height + 2 * documentMargin,
  };
}
