/** @file Filters that apply another filter or a test to each item: map, select and reject. */
import { TemplateError } from "../../python/errors.ts";
import { isTrue } from "../../python/compare.ts";
import { iterate } from "../../python/iterate.ts";
import type { Run } from "../../python/run.ts";
import { Iteration, type Arguments, type Value } from "../../python/values.ts";
import { attributeGetter, withoutFirst, type Filter, type Filters, type Getter } from "./filter.ts";
import type { Test } from "../conditions.ts";

/** How filters and tests are found by their names. */
interface Named {
  readonly findFilter: (name: string) => Filter | undefined;
  /** Throws a TemplateError if there is no such test. */
  readonly findTest: (name: Value) => Test;
}

/** What `map` does to each item. */
function mapping(run: Run, { positional, named }: Arguments, findFilter: Named["findFilter"]): Getter {
  if (positional.length === 0 && named.has("attribute")) {
    const extra = [...named.keys()].find((key) => key !== "attribute" && key !== "default");
    if (extra !== undefined) throw new TemplateError(`map has no parameter ${JSON.stringify(extra.slice(0, 40))}`);
    return attributeGetter(run, named.get("attribute")!, { standard: named.get("default") ?? null });
  }
  const [name] = positional;
  if (name === undefined) throw new TemplateError("map takes the name of a filter");
  return (item) => {
    const found = typeof name === "string" ? findFilter(name) : undefined;
    if (found === undefined)
      throw new TemplateError(
        `there is no filter ${typeof name === "string" ? JSON.stringify(name.slice(0, 40)) : "of this name"}`,
      );
    return found(run, item, withoutFirst({ positional, named }));
  };
}

interface Choice extends Pick<Named, "findTest"> {
  /** Answer of the test for the items that are kept. */
  readonly wanted: boolean;
  readonly byAttribute: boolean;
}

/** What `select` and its relatives ask of each item. */
function condition(run: Run, given: Arguments, { byAttribute, findTest }: Choice): (item: Value) => boolean {
  const [attribute] = given.positional;
  if (byAttribute && attribute === undefined) throw new TemplateError("selectattr takes the name of an attribute");
  const get = byAttribute ? attributeGetter(run, attribute!) : (item: Value): Value => item;
  const rest = byAttribute ? withoutFirst(given) : given;
  const [name] = rest.positional;
  if (name === undefined) return (item) => isTrue(get(item));
  return (item) => isTrue(findTest(name)(run, get(item), withoutFirst(rest)));
}

/** Nothing is done, and nothing checked, before the first item is asked for. */
function lazily(items: (run: Run, value: Value, given: Arguments) => Generator<Value>): Filter {
  return (run, value, given) => new Iteration(isLater(run, value, given));
  function* isLater(run: Run, value: Value, given: Arguments): Generator<Value> {
    if (isTrue(value)) yield* items(run, value, given);
  }
}

function choosing(choice: Choice): Filter {
  return lazily(function* (run, value, given) {
    const test = condition(run, given, choice);
    for (const each of iterate(run, value)) if (test(each) === choice.wanted) yield each;
  });
}

/** The filters of this file, which may name any filter and any test. */
export function choiceFilters({ findFilter, findTest }: Named): Filters {
  return {
    map: lazily(function* (run, value, given) {
      const change = mapping(run, given, findFilter);
      for (const each of iterate(run, value)) yield change(each);
    }),
    select: choosing({ wanted: true, byAttribute: false, findTest }),
    reject: choosing({ wanted: false, byAttribute: false, findTest }),
    selectattr: choosing({ wanted: true, byAttribute: true, findTest }),
    rejectattr: choosing({ wanted: false, byAttribute: true, findTest }),
  };
}
