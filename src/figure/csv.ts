/** @file Tables as CSV (RFC 4180): a header line, fields quoted if they must be, lines ended by CR LF. */

export type Field = string | number | null | undefined;

/** Rows under named columns. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: Iterable<readonly Field[]>;
}

/** Digits that tell every 32-bit number from its neighbors. */
const floatDigits = 9;

/** A number as 32-bit tensors hold it, in its shortest writing; "" for what is no number. */
export function numberField(value: number): string {
  if (!Number.isFinite(value)) return "";
  return String(Number.isInteger(value) ? value : Number(value.toPrecision(floatDigits)));
}

/**
 * Text as spreadsheets may read it: what they would take for a formula gets an apostrophe before it, for tokens and file names come
 * from others. Signs that stand alone are tokens of their own, and harmless.
 */
export function guardFormula(text: string): string {
  return /^\s*[=+\-@][^\s]/.test(text) || /^\s*[=@]/.test(text) ? `'${text}` : text;
}

function fieldText(field: Field): string {
  if (field === null || field === undefined) return "";
  if (typeof field === "number") return numberField(field);
  const text = guardFormula(field);
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The table as text. What is missing is an empty field. */
export function formatCsv({ columns, rows }: Table): string {
  const lines = [columns.map(fieldText).join(",")];
  for (const row of rows) lines.push(row.map(fieldText).join(","));
  return `${lines.join("\r\n")}\r\n`;
}
