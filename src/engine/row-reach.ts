/** @file Which rows of a sequence depend on which others: what a change leaves as it is need not be computed again. */
import type { SequencePlan } from "../models/plan.ts";

/** Rows of a sequence, through all layers of a model. */
export interface RowReach {
  /** The first row, but itself, that reads a position in some layer; one behind the sequence if none does. */
  readonly firstReader: (position: number) => number;
  /** The first row that changes if rows from `first` on do. */
  readonly firstChanged: (first: number) => number;
  /** How many rows the first `count` rows depend on, themselves included. */
  readonly needed: (count: number) => number;
}

/** Each row reads itself and what comes before it, or less. */
const backwardOnly: RowReach = {
  firstReader: (position) => position + 1,
  firstChanged: (first) => first,
  needed: (count) => count,
};

/** The reach of the rows of a sequence of `length` positions in a model of `layers` layers. */
export function rowReach(plan: SequencePlan, { length, layers }: { length: number; layers: number }): RowReach {
  if (!plan.seesAhead) return backwardOnly;
  const kinds = new Set(Array.from({ length: layers }, (_, layer) => plan.kindOf(layer)));
  const readers = new Int32Array(length).fill(length);
  /** By row: one behind the last position that it reads. */
  const ends = Int32Array.from({ length }, (_, row) => row + 1);
  for (const kind of kinds) {
    if (plan.readsMemory(kind)) continue;
    for (let row = 0; row < length; row++) {
      const { data } = plan.mask(kind, length, [row]);
      for (const [position, hidden] of data.entries()) {
        if (hidden !== 0) continue;
        ends[row] = Math.max(ends[row]!, position + 1);
        if (position !== row) readers[position] = Math.min(readers[position]!, row);
      }
    }
  }
  return {
    firstReader: (position) => readers[position]!,
    firstChanged(first) {
      let changed = first;
      for (let row = first - 1; row >= 0; row--) if (ends[row]! > changed) changed = row;
      return changed;
    },
    needed(count) {
      let needed = count;
      for (let row = 0; row < needed; row++) needed = Math.max(needed, ends[row]!);
      return needed;
    },
  };
}
