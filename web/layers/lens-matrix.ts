/** @file Lays the matrix of the lens out, rows by answer tokens, and draws it: the best word of each cell, tinted by its probability. */
import { hexColor, inkOn, mixColors, type Rgb } from "../../src/figure/color-map.ts";

/** A cell of the matrix. */
interface LensCell {
  readonly text: string;
  readonly probability: number;
}

/** [rows][answer tokens]; row 0 is the input of the first layer. */
type LensCells = readonly (readonly LensCell[])[];

export interface LensLayout {
  readonly rows: number;
  readonly columns: number;
  readonly width: number;
  readonly height: number;
  /** Size of a cell with its gap, in CSS pixels. */
  readonly cellWidth: number;
  readonly cellHeight: number;
  /** Room for the names of rows at the left and of columns at the top. */
  readonly left: number;
  readonly top: number;
  readonly gap: number;
  /** Whether cells have room for their probability. */
  readonly showsNumbers: boolean;
  readonly fontSize: number;
}

const left = 40;
const top = 22;
/** Up to as many rows, cells are tall and say their number. */
const fewRows = 13;
const tallCell = 34;
const lowCell = 17;
/** Narrower ones would cut off most words; the matrix scrolls then. */
const narrowestCell = 48;
const widestCell = 110;
const numberWidth = 70;

/** The layout for a width in CSS pixels; wider than that where the columns would be too narrow to read, which then scrolls. */
export function lensLayout({ rows, columns, available }: Record<"rows" | "columns" | "available", number>): LensLayout {
  const isTall = rows <= fewRows;
  const cellHeight = isTall ? tallCell : lowCell;
  const fitting = Math.floor((available - left) / Math.max(1, columns));
  const cellWidth = Math.max(narrowestCell, Math.min(widestCell, fitting));
  return {
    rows,
    columns,
    left,
    top,
    cellWidth,
    cellHeight,
    width: left + columns * cellWidth,
    height: top + rows * cellHeight,
    gap: 1,
    showsNumbers: isTall && cellWidth >= numberWidth,
    fontSize: isTall ? 11.5 : 10,
  };
}

/** Where a row stands from the top: the last layer is first. */
function rowFromTop({ rows }: Pick<LensLayout, "rows">, row: number): number {
  return rows - 1 - row;
}

/** Upper left corner and size of a cell, in CSS pixels. */
export function cellBox(layout: LensLayout, { row, column }: { readonly row: number; readonly column: number }) {
  return {
    x: layout.left + column * layout.cellWidth,
    y: layout.top + rowFromTop(layout, row) * layout.cellHeight,
    width: layout.cellWidth - layout.gap,
    height: layout.cellHeight - layout.gap,
  };
}

/** The cell under a point; undefined beside the cells. */
export function cellAt(layout: LensLayout, x: number, y: number): { row: number; column: number } | undefined {
  const column = Math.floor((x - layout.left) / layout.cellWidth);
  const row = layout.rows - 1 - Math.floor((y - layout.top) / layout.cellHeight);
  return column >= 0 && column < layout.columns && row >= 0 && row < layout.rows ? { row, column } : undefined;
}

/** Colors of the theme that the matrix is drawn with. */
export interface LensColors {
  readonly surface: Rgb;
  readonly certain: Rgb;
  readonly muted: string;
  readonly font: string;
}

/** Tint of a probability. */
export function cellTint(probability: number, { surface, certain }: Pick<LensColors, "surface" | "certain">): Rgb {
  // The lowest tint still differs from the page, so that a cell is seen as one.
  return mixColors(surface, certain, 0.08 + 0.92 * Math.min(1, Math.max(0, probability)));
}

export interface LensDrawing {
  readonly cells: LensCells;
  /** Texts over the columns, and names of the rows. */
  readonly columns: readonly string[];
  readonly rowNames: readonly string[];
  readonly colors: LensColors;
  readonly format: (probability: number) => string;
}

/** Draws into a context whose unit is a CSS pixel. */
export function drawLensMatrix(
  context: CanvasRenderingContext2D,
  layout: LensLayout,
  { cells, columns, rowNames, colors, format }: LensDrawing,
): void {
  context.clearRect(0, 0, layout.width, layout.height);
  context.textBaseline = "middle";
  context.font = `${layout.fontSize}px ${colors.font}`;
  context.fillStyle = colors.muted;
  const labelEvery = layout.cellHeight < 12 ? 2 : 1;
  context.textAlign = "right";
  for (let row = 0; row < layout.rows; row += labelEvery) {
    const { y, height } = cellBox(layout, { row, column: 0 });
    context.fillText(rowNames[row] ?? "", layout.left - 7, y + height / 2);
  }
  context.textAlign = "left";
  const write = (text: string, { x, y, width, height }: ReturnType<typeof cellBox>): void => {
    context.save();
    context.beginPath();
    context.rect(x, y, width, height);
    context.clip();
    context.fillText(text, x + 4, y + height / 2);
    context.restore();
  };
  for (let column = 0; column < layout.columns; column++) {
    const { x, width } = cellBox(layout, { row: 0, column });
    write(columns[column] ?? "", { x, y: 0, width, height: layout.top - 4 });
  }
  for (let row = 0; row < layout.rows; row++) {
    for (let column = 0; column < layout.columns; column++) {
      const cell = cells[row]?.[column];
      if (!cell) continue;
      const box = cellBox(layout, { row, column });
      const tint = cellTint(cell.probability, colors);
      context.fillStyle = hexColor(tint);
      context.fillRect(box.x, box.y, box.width, box.height);
      context.fillStyle = inkOn(tint);
      const numberRoom = layout.showsNumbers ? 36 : 0;
      write(cell.text, { ...box, width: box.width - numberRoom });
      if (!layout.showsNumbers) continue;
      context.textAlign = "right";
      context.fillText(format(cell.probability), box.x + box.width - 4, box.y + box.height / 2);
      context.textAlign = "left";
    }
  }
}
