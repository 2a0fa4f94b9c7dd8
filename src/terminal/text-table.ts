/** @file Tables on a terminal: columns side by side, as wide as their longest field. */

/** Wide characters (Asian scripts, emoji) take two columns of a terminal. */
const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u;

function widthOf(text: string): number {
  return Array.from(text).reduce((width, character) => width + (wide.test(character) ? 2 : 1), 0);
}

/** Lines of a table, two spaces between columns and before the first; the last column is not padded. */
export function textTable(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => widthOf(row[column] ?? ""))));
  return rows.map((row) => {
    const padded = row.map((field, column) => field + " ".repeat(Math.max(0, widths[column]! - widthOf(field))));
    return `  ${padded.join("  ")}`.trimEnd();
  });
}
