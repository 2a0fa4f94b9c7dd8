/** @file A figure as numbers, which page and exports read alike. */

/** Column heads with units, and rows. */
export interface FigureTable {
  readonly columns: readonly { readonly label: string; readonly kind: "text" | "number"; readonly unit?: string }[];
  readonly rows: readonly (readonly (string | number | null)[])[];
}

/** Heads with their units: "Surprise (bits)". */
export function columnHeads({ columns }: Pick<FigureTable, "columns">): string[] {
  return columns.map(({ label, unit }) => (unit === undefined || unit === "" ? label : `${label} (${unit})`));
}
