/** @file The figure of the matrix of layers and heads. */
import { bodyWidth, figureDocument, type FigureFrame } from "./figure-header.ts";
import { figureColors, formatShare } from "./figure-style.ts";
import { drawColorBar, mapRamp } from "./legend.ts";
import { besideCells, drawMatrix, matrixCellSize, type LayerHead, type LayerHeadValues } from "./matrix.ts";
import type { ColorMapName, ValueRange } from "./color-map.ts";
import { stackDrawings } from "./svg-document.ts";
import type { TextPainter } from "./text-painter.ts";

export interface MatrixFigure extends FigureFrame {
  readonly matrix: LayerHeadValues;
  readonly colorMap: ColorMapName;
  /** Values at the ends of the color map; 0 to the largest if it is not given. */
  readonly range?: ValueRange;
  readonly selected: LayerHead | null;
  readonly unit: string;
  readonly note?: string;
}

/** Width and height of the cells together, in pixels. */
const cellsSize = { width: 480, height: 560 } as const;

/** Layers down, heads across, a cell tinted by its value, with the mean of each layer and a color bar. Returns an SVG document. */
export function matrixFigure(figure: MatrixFigure, painter: TextPainter): string {
  const { matrix, colorMap, selected, unit, note } = figure;
  const range = figure.range ?? { min: 0, max: Math.max(0, ...Array.from(matrix.values)) };
  const drawn = drawMatrix(
    {
      matrix,
      ramp: mapRamp(colorMap),
      range,
      selected,
      cellSize: matrixCellSize(matrix, {
        width: bodyWidth(figure, cellsSize.width + besideCells) - besideCells,
        height: cellsSize.height,
      }),
      layerMeans: { title: "mean of the heads", color: figureColors.image },
    },
    painter,
  );
  const bar = drawColorBar(
    {
      ramp: mapRamp(colorMap),
      range,
      unit,
      note,
      format: formatShare,
      width: Math.max(bodyWidth(figure, 420), drawn.width),
    },
    painter,
  );
  return figureDocument(figure, stackDrawings([drawn, bar], 14), {
    painter,
    description: `${matrix.layers} layers by ${matrix.heads} heads; ${unit}, from ${range.min} to ${range.max}`,
  });
}
