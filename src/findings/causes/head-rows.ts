/** @file Rows of one head's attention for the tokens of a graph, as they are sent to a worker thread, and how they are read there. */
import type { RowOf } from "../../causal-discovery/correlation.ts";

/** Rows of a head's attention, [positions, keys]. */
export interface HeadRows {
  readonly positions: readonly number[];
  readonly rows: Float32Array;
}

/** The row of a position, which must be among those of the rows. */
export function rowReader({ positions, rows }: HeadRows): RowOf {
  const keys = rows.length / Math.max(1, positions.length);
  const placeOf = new Map(positions.map((position, place) => [position, place]));
  return (position) => {
    const place = placeOf.get(position)!;
    return rows.subarray(place * keys, (place + 1) * keys);
  };
}
