/** @file Tables as docs hold them. */

/** Lines of a Markdown table: the first column flush left, the others flush right. Numbers get separators. */
export function markdownTable(heads: readonly string[], rows: readonly (readonly (string | number)[])[]): string[] {
  const text = (cell: string | number): string => (typeof cell === "number" ? cell.toLocaleString("en-US") : cell);
  return [
    `| ${heads.join(" | ")} |`,
    `| --- |${" ---: |".repeat(heads.length - 1)}`,
    ...rows.map((row) => `| ${row.map(text).join(" | ")} |`),
  ];
}
