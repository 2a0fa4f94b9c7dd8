/** @file Filters and tests by their names. They are tied together here: a filter may name a test, and a test may ask for a filter. */
import { TemplateError } from "../python/errors.ts";
import type { Value } from "../python/values.ts";
import { plainTest, valueTests, type Test } from "./conditions.ts";
import { choiceFilters } from "./filters/choice-filters.ts";
import type { Filter, Filters } from "./filters/filter.ts";
import { numberFilters } from "./filters/number-filters.ts";
import { sequenceFilters } from "./filters/sequence-filters.ts";
import { textFilters } from "./filters/text-filters.ts";

const filters: Filters = {
  ...textFilters,
  ...numberFilters,
  ...sequenceFilters,
  ...choiceFilters({ findFilter, findTest }),
};

const tests: Readonly<Record<string, Test>> = {
  ...valueTests,
  filter: plainTest((value) => typeof value === "string" && findFilter(value) !== undefined),
  test: plainTest((value) => typeof value === "string" && hasTest(value)),
};

/** The filter of this name, or undefined if there is none. */
export function findFilter(name: string): Filter | undefined {
  return Object.hasOwn(filters, name) ? filters[name] : undefined;
}

export function hasTest(name: string): boolean {
  return Object.hasOwn(tests, name);
}

/** The test of this name. Throws a TemplateError if there is none. */
export function findTest(name: Value): Test {
  const found = typeof name === "string" && hasTest(name) ? tests[name] : undefined;
  if (found === undefined)
    throw new TemplateError(
      `there is no test ${typeof name === "string" ? JSON.stringify(name.slice(0, 40)) : "of this name"}`,
    );
  return found;
}
