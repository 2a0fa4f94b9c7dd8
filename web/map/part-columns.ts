/** @file Columns of tables of patches, of a picture with several grids. */
import type { Table } from "../figures/figure.ts";

/** Columns that say which grid a patch belongs to, and what that grid shows, of a picture with several. */
export const partColumns = [
  { label: "grid", kind: "number" },
  { label: "part", kind: "text" },
] as const satisfies Table["columns"];
