/** @file All filters by their names. */
import { choiceFilters } from "./choice-filters.ts";
import type { Filter, Filters } from "./filter.ts";
import { numberFilters } from "./number-filters.ts";
import { sequenceFilters } from "./sequence-filters.ts";
import { textFilters } from "./text-filters.ts";

const filters: Filters = {
  ...textFilters,
  ...numberFilters,
  ...sequenceFilters,
  ...choiceFilters(() => filters),
};

/** The filter of this name, or undefined where there is none. */
export function findFilter(name: string): Filter | undefined {
  return Object.hasOwn(filters, name) ? filters[name] : undefined;
}
