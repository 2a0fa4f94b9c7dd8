/** @file The figure of the logit lens: which token each layer would say at each position of the answer. */
import { hexColor, inkOn } from "./color-map.ts";
import { bodyWidth, figureDocument, type FigureFrame } from "./figure-header.ts";
import { dataColors, figureColors, formatProbability, formatShare, textSize } from "./figure-style.ts";
import { colorRamp, drawColorBar } from "./legend.ts";
import { stackDrawings, type Drawing } from "./svg-document.ts";
import { fitText, type TextPainter } from "./text-painter.ts";
import { shownToken } from "./token-strip.ts";
import { element } from "./xml.ts";

/** The likeliest token at one layer and position. */
interface LensCell {
  readonly text: string;
  readonly probability: number;
}

interface LensTable {
  /** Answer tokens, the columns. */
  readonly tokens: readonly string[];
  /** Rows from the input of the first layer (index 0) to the output of the last one; one cell per answer token. */
  readonly rows: readonly (readonly LensCell[])[];
}

/** How the row of a lens table is named: "input" for index 0, then the number of the layer whose output it reads. */
function lensRowName(index: number): string {
  return index === 0 ? "input" : String(index - 1);
}

/** How a probability tints a cell of the table. */
const lensRamp = colorRamp(dataColors.inset, dataColors.certain);

const gutter = 44;
const cellHeight = 28;
const cellGap = 2;

/** Width of the cells of a table together, in pixels, if the layout gives none. */
const cellsWidth = 900;
const cellLimits = { min: 84, max: 132 } as const;

/** The table in blocks of as many columns as fit into `width` pixels, one below the other. */
function drawLensBlocks({ tokens, rows }: LensTable, width: number, painter: TextPainter): Drawing {
  const { min, max } = cellLimits;
  const columns = Math.max(1, Math.floor((width - gutter) / min));
  const cellWidth = Math.max(min, Math.min(max, (width - gutter) / Math.max(1, tokens.length)));
  const blocks = Array.from({ length: Math.max(1, Math.ceil(tokens.length / columns)) }, (_, block) => {
    const range = [block * columns, (block + 1) * columns] as const;
    const own = { tokens: tokens.slice(...range), rows: rows.map((row) => row.slice(...range)) };
    return drawLensTable(own, cellWidth, painter);
  });
  return stackDrawings(blocks, 16);
}

/** Rows are layers, the last at the top; columns are answer tokens; a cell holds the top token and its probability. */
function drawLensTable({ tokens, rows }: LensTable, cellWidth: number, painter: TextPainter): Drawing {
  const font = { size: textSize.body - 0.5, weight: 400 } as const;
  const small = { size: textSize.tick, weight: 400 } as const;
  const inner = cellWidth - cellGap;
  const numberWidth = painter.width(">0.999", small);
  const pieces = tokens.map((token, column) =>
    painter.mark(fitText(shownToken(token), inner - 8, { painter, font: { ...font, weight: 600 } }), {
      x: gutter + column * cellWidth + 6,
      y: 14,
      size: font.size,
      weight: 600,
      fill: figureColors.inkSecond,
    }),
  );
  for (const [place, index] of rows.map((_, i) => rows.length - 1 - i).entries()) {
    const y = 22 + place * cellHeight;
    const name = lensRowName(index);
    pieces.push(painter.mark(name, { x: gutter - 8, y: y + 17, ...small, anchor: "end", fill: figureColors.inkThird }));
    for (const [column, { text, probability }] of rows[index]!.entries()) {
      const x = gutter + column * cellWidth;
      const background = lensRamp(Math.min(1, Math.max(0, probability)));
      const fill = inkOn(background);
      const shown = fitText(shownToken(text), inner - numberWidth - 16, { painter, font });
      pieces.push(
        element("rect", { x, y, width: inner, height: cellHeight - cellGap, fill: hexColor(background) }),
        painter.mark(shown, { x: x + 6, y: y + 17, ...font, fill }),
        painter.mark(formatProbability(probability), { x: x + inner - 6, y: y + 17, ...small, anchor: "end", fill }),
      );
    }
  }
  pieces.push(painter.mark("layer", { x: 0, y: 14, ...small, fill: figureColors.inkThird }));
  return { svg: pieces.join(""), width: gutter + tokens.length * cellWidth, height: 22 + rows.length * cellHeight };
}

export interface LensFigure extends FigureFrame {
  readonly table: LensTable;
}

/** The table of the logit lens with its scale. Returns an SVG document. */
export function lensFigure(figure: LensFigure, painter: TextPainter): string {
  const bar = drawColorBar(
    {
      ramp: lensRamp,
      range: { min: 0, max: 1 },
      unit: "probability of the top token",
      format: formatShare,
      width: Math.min(280, bodyWidth(figure, 280)),
    },
    painter,
  );
  const width = bodyWidth(figure, gutter + cellsWidth);
  const body = stackDrawings([drawLensBlocks(figure.table, width, painter), bar], 14);
  return figureDocument(figure, body, { painter, description: "Columns are answer tokens, rows are layers." });
}
