/** @file Tables as CSV, which the figures' room writes. */
export type { Field, Table } from "../../figure/csv.ts";
