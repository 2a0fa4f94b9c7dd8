/** @file Filters that order, group and cut sequences. */
import { TemplateError } from "../../python/errors.ts";
import { attributeAlone } from "../../python/attributes.ts";
import { equals, isTrue, order } from "../../python/compare.ts";
import { iterate, listOf, reversedItems } from "../../python/iterate.ts";
import { characters } from "../../python/text.ts";
import type { Run } from "../../python/run.ts";
import { Dict, hashOf, Iteration, Markup, Tuple, typeName, Undefined, type Value } from "../../python/values.ts";
import {
  attributeGetter,
  attributesGetter,
  filter,
  pair,
  wholeNumber,
  withoutCase,
  type Filters,
  type Getter,
} from "./filter.ts";

/** Items in the order of their keys; equal ones stay in their order, even if the order is reversed. */
function sortBy(
  run: Run,
  items: readonly Value[],
  { key, reverse }: { readonly key: Getter; readonly reverse: boolean },
): Value[] {
  const sign = reverse ? -1 : 1;
  return items
    .map((item) => ({ item, key: key(item) }))
    .sort((a, b) => sign * order(run, a.key, b.key))
    .map(({ item }) => item);
}

function dictSort(run: Run, value: Value, [caseSensitive, by, reverse]: readonly Value[]): Value {
  if (!(value instanceof Dict))
    throw new TemplateError(`dictsort takes a dict, not a value of type ${typeName(value)}`);
  if (by !== "key" && by !== "value") throw new TemplateError("dictsort knows the orders key and value");
  const place = by === "key" ? 0 : 1;
  const key = (entry: Value): Value => {
    const part = (entry as Tuple).items[place]!;
    return isTrue(caseSensitive!) ? part : withoutCase(run, part);
  };
  const entries = value.entries().map(([name, each]) => pair(name, each));
  return sortBy(run, entries, { key, reverse: isTrue(reverse!) });
}

function groupBy(run: Run, value: Value, [attribute, standard, caseSensitive]: readonly Value[]): Value {
  const key = attributeGetter(run, attribute!, { ignoreCase: !isTrue(caseSensitive!), standard: standard! });
  const shown = attributeGetter(run, attribute!, { standard: standard! });
  const groups: Value[][] = [];
  let last: Value | undefined;
  for (const each of sortBy(run, listOf(run, value), { key, reverse: false })) {
    const own = key(each);
    if (last !== undefined && equals(run, last, own)) groups.at(-1)!.push(each);
    else groups.push([each]);
    last = own;
  }
  return groups.map((group) => new Tuple([shown(group[0]!), group], ["grouper", "list"]));
}

function* unique(run: Run, value: Value, key: Getter): Generator<Value> {
  const seen = new Set<string>();
  for (const each of iterate(run, value)) {
    const hash = hashOf(run, key(each));
    if (seen.has(hash)) continue;
    seen.add(hash);
    yield each;
  }
}

function* batches(run: Run, value: Value, [size, fill]: readonly [number, Value]): Generator<Value> {
  let batch: Value[] = [];
  for (const each of iterate(run, value)) {
    if (batch.length === size) {
      yield batch;
      batch = [];
    }
    batch.push(each);
  }
  if (batch.length === 0) return;
  const missing = fill === null ? 0 : Math.max(0, size - batch.length);
  run.spend(missing);
  yield [...batch, ...Array.from({ length: missing }, () => fill)];
}

function* slices(run: Run, value: Value, [count, fill]: readonly [number, Value]): Generator<Value> {
  const items = listOf(run, value);
  if (count === 0) throw new TemplateError("a sequence cannot be cut into 0 slices");
  const size = Math.floor(items.length / count);
  const withMore = items.length - size * count;
  let start = 0;
  for (let i = 0; i < count; i++) {
    run.spend(1);
    const end = start + size + (i < withMore ? 1 : 0);
    const part = items.slice(start, end);
    yield fill !== null && i >= withMore ? [...part, fill] : part;
    start = end;
  }
}

function* entries(run: Run, value: Value): Generator<Value> {
  if (value instanceof Undefined) return;
  if (!(value instanceof Dict)) throw new TemplateError("items takes a mapping");
  for (const [key, each] of value.entries()) {
    run.spend(1);
    yield pair(key, each);
  }
}

function reversed(run: Run, value: Value): Value {
  if (typeof value === "string") return characters(run, value).reverse().join("");
  if (value instanceof Markup) return new Markup(characters(run, value.text).reverse().join(""));
  const items = reversedItems(run, value);
  return items === undefined ? listOf(run, value).reverse() : new Iteration(items);
}

function last(run: Run, value: Value): Value {
  const items = reversedItems(run, value);
  if (items === undefined) throw new TemplateError(`a value of type ${typeName(value)} has no last item`);
  const next = items.next();
  return next.done === true ? new Undefined("a sequence without items has no last one") : next.value;
}

export const sequenceFilters: Filters = {
  list: filter("list", [], listOf),
  first: filter("first", [], (run, value) => {
    const next = iterate(run, value).next();
    return next.done === true ? new Undefined("a sequence without items has no first one") : next.value;
  }),
  last: filter("last", [], last),
  reverse: filter("reverse", [], reversed),
  sort: filter(
    "sort",
    [
      ["reverse", false],
      ["case_sensitive", false],
      ["attribute", null],
    ],
    (run, value, given) => {
      const key = attributesGetter(run, given[2]!, { ignoreCase: !isTrue(given[1]!) });
      return sortBy(run, listOf(run, value), { key, reverse: isTrue(given[0]!) });
    },
  ),
  dictsort: filter(
    "dictsort",
    [
      ["case_sensitive", false],
      ["by", "key"],
      ["reverse", false],
    ],
    dictSort,
  ),
  groupby: filter("groupby", ["attribute", ["default", null], ["case_sensitive", false]], groupBy),
  unique: filter(
    "unique",
    [
      ["case_sensitive", false],
      ["attribute", null],
    ],
    (run, value, given) => {
      const key = attributeGetter(run, given[1]!, { ignoreCase: !isTrue(given[0]!) });
      return new Iteration(unique(run, value, key));
    },
  ),
  batch: filter(
    "batch",
    ["linecount", ["fill_with", null]],
    (run, value, [size, fill]) => new Iteration(batches(run, value, [wholeNumber("batch", size!), fill!])),
  ),
  slice: filter(
    "slice",
    ["slices", ["fill_with", null]],
    (run, value, [count, fill]) => new Iteration(slices(run, value, [wholeNumber("slice", count!), fill!])),
  ),
  items: filter("items", [], (run, value) => new Iteration(entries(run, value))),
  attr: filter("attr", ["name"], (run, value, [name]) => {
    if (typeof name !== "string") throw new TemplateError("attr takes the name of an attribute");
    return attributeAlone(run, value, name);
  }),
  default: filter(
    "default",
    [
      ["default_value", ""],
      ["boolean", false],
    ],
    standard,
  ),
  d: filter(
    "d",
    [
      ["default_value", ""],
      ["boolean", false],
    ],
    standard,
  ),
};

function standard(_: Run, value: Value, [other, boolean]: readonly Value[]): Value {
  return value instanceof Undefined || (isTrue(boolean!) && !isTrue(value)) ? other! : value;
}
