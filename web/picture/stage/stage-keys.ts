/** @file Keys within the picture: where the cursor goes, and what is selected then. */
import {
  changedPatches,
  neighborOf,
  patchAt,
  rectangleOf,
  seenWith,
  type Patch,
  type PatchGeometry,
} from "../../../src/figure/patch-geometry.ts";
import { lookUp } from "../../../src/tensor/look-up.ts";

export interface PatchCursor {
  readonly patch: Patch;
  /** Where an extension began, and what was selected before it. */
  readonly anchor: Patch;
  readonly base: readonly number[];
}

export interface KeyRequest {
  readonly key: string;
  readonly shiftKey: boolean;
}

export interface KeyResult {
  readonly cursor: PatchCursor;
  /** The selected image tokens, where they change. */
  readonly patches?: readonly number[];
}

const steps: Readonly<Record<string, { rows: number; cols: number }>> = {
  ArrowLeft: { rows: 0, cols: -1 },
  ArrowRight: { rows: 0, cols: 1 },
  ArrowUp: { rows: -1, cols: 0 },
  ArrowDown: { rows: 1, cols: 0 },
};

/** Where the cursor begins: at the first selected patch, else in the middle of the picture. */
export function firstCursor(geometry: PatchGeometry, selected: readonly number[]): PatchCursor | undefined {
  const { patches, picture } = geometry;
  const middle = { x: picture.width / 2, y: picture.height / 2 };
  const patch = patches.find(({ token }) => selected.includes(token)) ?? patchAt(geometry, middle) ?? patches[0];
  return patch && { patch, anchor: patch, base: selected };
}

/** What a key does; undefined for a key that means nothing here. Arrows move, with Shift they extend the selection; Space selects. */
export function afterKey(
  { key, shiftKey }: KeyRequest,
  state: { readonly geometry: PatchGeometry; readonly cursor: PatchCursor; readonly selected: readonly number[] },
): KeyResult | undefined {
  const { geometry, cursor, selected } = state;
  if (key === " ") {
    const { token } = cursor.patch;
    const change = selected.includes(token) ? "remove" : "add";
    const patches = changedPatches(selected, seenWith(geometry, [token]), change);
    return { cursor: { patch: cursor.patch, anchor: cursor.patch, base: patches }, patches };
  }
  const step = lookUp(steps, key);
  if (step === undefined) return undefined;
  const patch = neighborOf(geometry, cursor.patch, step) ?? cursor.patch;
  if (!shiftKey) return { cursor: { patch, anchor: patch, base: selected } };
  const extent = seenWith(geometry, rectangleOf(geometry, cursor.anchor, patch));
  const patches = changedPatches(cursor.base, extent, "add");
  return { cursor: { ...cursor, patch }, patches };
}
