/** @file Tables as CSV (RFC 4180): a header line, fields quoted where they must be, lines ended by CR LF. */

export type Field = string | number | null | undefined;

/** Rows under named columns. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: Iterable<readonly Field[]>;
}

/** Digits that tell every 32-bit number from its neighbors. */
const floatDigits = 9;

function fieldText(field: Field): string {
  if (field === null || field === undefined) return "";
  if (typeof field === "number")
    return String(Number.isInteger(field) ? field : Number(field.toPrecision(floatDigits)));
  return /[",\r\n]|^\s|\s$/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}

/** The table as text. What is missing is an empty field. */
export function formatCsv({ columns, rows }: Table): string {
  const lines = [columns.map(fieldText).join(",")];
  for (const row of rows) lines.push(row.map(fieldText).join(","));
  return `${lines.join("\r\n")}\r\n`;
}
