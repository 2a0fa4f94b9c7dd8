/** @file What tokens are colored by when patches are selected, and afterwards. */
import type { TokenColoring } from "../selection/selection.ts";

export interface ColoringMemory {
  /** The coloring to change to when patches come to be selected or none is any more; undefined where it stays. */
  after(hasPatches: boolean, coloring: TokenColoring): TokenColoring | undefined;
}

/**
 * The first patch turns the coloring to "patches", and the last one that is cleared turns it back to what it was. A page that opens with
 * patches keeps the coloring of its address.
 */
export function coloringMemory(): ColoringMemory {
  let before: TokenColoring = "source";
  let isFirst = true;
  return {
    after(hasPatches, coloring) {
      const opens = isFirst;
      isFirst = false;
      if (coloring !== "patches") before = coloring;
      if (hasPatches) return opens || coloring === "patches" ? undefined : "patches";
      return coloring === "patches" ? before : undefined;
    },
  };
}
