/** @file A figure's numbers as text: CSV and tab-separated for spreadsheets, JSON with settings. */
import { formatCsv, guardFormula, numberField } from "../../../src/figure/csv.ts";
import { settingsText, type ExportContext } from "./export-context.ts";
import { columnHeads } from "../../../src/figure/figure-table.ts";
import type { Figure, Legend, Table } from "../figure.ts";

/** The table for the clipboard: one line a row, fields between tabs, so that a paste into a spreadsheet fills cells. */
export function formatTsv(table: Table): string {
  const field = (value: string | number | null): string => {
    if (value === null) return "";
    return typeof value === "number" ? numberField(value) : guardFormula(value).replace(/[\t\r\n]+/g, " ");
  };
  return [columnHeads(table), ...table.rows].map((row) => row.map(field).join("\t")).join("\n");
}

/** Heads of which each is there once, so that programs can tell columns apart: a second "Token" is "Token 2". */
function uniqueHeads(heads: readonly string[]): string[] {
  const taken = new Set<string>();
  return heads.map((head) => {
    let unique = head;
    for (let count = 2; taken.has(unique); count++) unique = `${head} ${count}`;
    taken.add(unique);
    return unique;
  });
}

/** The figure's table as CSV. The last columns say the same in each row: what the numbers are of, so that tables can be put together. */
export function figureCsv(figure: Figure, context: ExportContext): string {
  const table = figure.table();
  const { run, model, precision, program, selection, exported } = context;
  const origin = [figure.title, figure.caption, settingsText(figure), selection.text, run, `${model}, ${precision}`];
  const same = [...origin, program, exported.slice(0, 10)];
  return formatCsv({
    columns: uniqueHeads([
      ...columnHeads(table),
      ...["Figure", "Caption", "Settings", "Answer token", "Run", "Model", "Program", "Exported"],
    ]),
    rows: table.rows.map((row) => [...row, ...same]),
  });
}

function figureDocument(figure: Figure) {
  const { columns, rows } = figure.table();
  const legend: Legend | undefined = figure.legend?.();
  return {
    name: figure.name,
    title: figure.title,
    caption: figure.caption,
    topic: figure.topic,
    settings: figure.settings?.() ?? {},
    ...(legend
      ? { legend: { unit: legend.unit, ...(legend.kind === "bar" ? { low: legend.low, high: legend.high } : {}) } }
      : {}),
    columns,
    rows,
  };
}

/** Figures as one JSON document: what they are of, then each with settings, columns and rows. */
export function figuresJson(figures: readonly Figure[], context: ExportContext): string {
  return `${JSON.stringify({ ...context, figures: figures.map(figureDocument) }, null, 2)}\n`;
}
