/** @file Language models whose layers attend within a window: they are read as long as no question is longer than the window. */
import type { LanguageConfig } from "../types.ts";
import { shownFile } from "../warnings.ts";
import { fieldPath } from "./fields.ts";
import type { ReadPlace } from "./sources.ts";

/**
 * The model with as many positions as its window, null for none: up to that length each token attends to everything before, with a
 * window or without. Warns if that makes the model shorter.
 */
export function withinWindow<C extends Pick<LanguageConfig, "maxPositions">>(
  config: C,
  window: number | null,
  { place, field }: { readonly place: ReadPlace; readonly field: string },
): C {
  if (window === null || window >= config.maxPositions) return config;
  place.warn(
    `${shownFile(place.file)}: ${fieldPath(place, field)} is ${window}; attention within a window is not supported, so a question and its answer may have ${window} tokens.`,
  );
  return { ...config, maxPositions: window };
}
