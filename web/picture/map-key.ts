/** @file Which parts of a selection change the map, and not only how it is drawn or what is selected on it. */
import type { Selection } from "../selection/selection.ts";

const otherParts: ReadonlySet<keyof Selection> = new Set([
  "place",
  "mode",
  "patches",
  "coloring",
  "cells",
  "scale",
  "listFrom",
  "colorMap",
  "opacity",
  "smooth",
  "greyPicture",
  "hideSinks",
  "grid",
]);

/** The same text for selections with the same map. A new field of the selection counts until it is listed here. */
export function mapKeyOf(selection: Selection): string {
  // Selected patches are marked on maps; only where they are masked, they are the map.
  const masksPatches = selection.tab === "verify" && selection.mask === "selection";
  return JSON.stringify(selection, (field, value: unknown) =>
    otherParts.has(field as keyof Selection) && !(masksPatches && field === "patches") ? undefined : value,
  );
}
