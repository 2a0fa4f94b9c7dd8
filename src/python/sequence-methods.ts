/** @file The methods of Python's lists, tuples and dicts that change nothing. */
import { TemplateError } from "./errors.ts";
import type { Run } from "./run.ts";
import { Dict, DictView, orElse, requireDefined, type Value } from "./values.ts";
import { bindPositional } from "./arguments.ts";
import type { Method } from "./method.ts";
import { equals, numberOf } from "./compare.ts";

function bound(value: Value, length: number): number {
  const number = numberOf(value);
  requireDefined(value);
  if (typeof number !== "bigint") throw new TemplateError("index takes whole numbers as its bounds");
  const place = number < 0n ? number + BigInt(length) : number;
  return place < 0n ? 0 : place > BigInt(length) ? length : Number(place);
}

function indexOf(run: Run, items: readonly Value[], [wanted, start, stop]: readonly Value[]): bigint {
  const end = bound(stop!, items.length);
  for (let i = bound(start!, items.length); i < end; i++) if (equals(run, items[i]!, wanted!)) return BigInt(i);
  throw new TemplateError("index does not find the value");
}

export const listMethods: Readonly<Record<string, Method<readonly Value[]>>> = {
  count(run, items, given) {
    const [wanted] = bindPositional("count", ["value"], given);
    return BigInt(items.filter((item) => equals(run, item, wanted!)).length);
  },
  index: (run, items, given) =>
    indexOf(run, items, bindPositional("index", ["value", ["start", 0n], ["stop", BigInt(items.length)]], given)),
  copy(run, items, given) {
    bindPositional("copy", [], given);
    run.spend(items.length);
    return [...items];
  },
};

function view(kind: DictView["kind"]): Method<Dict> {
  return (_, dict, given) => {
    bindPositional(kind, [], given);
    return new DictView(kind, dict);
  };
}

export const dictMethods: Readonly<Record<string, Method<Dict>>> = {
  keys: view("keys"),
  values: view("values"),
  items: view("items"),
  get(run, dict, given) {
    const [key, standard] = bindPositional("get", ["key", ["default", null]], given);
    return orElse(dict.get(run, key!), () => standard!);
  },
  copy(run, dict, given) {
    bindPositional("copy", [], given);
    run.spend(dict.size);
    const copy = new Dict();
    for (const [key, value] of dict.entries()) copy.set(run, key, value);
    return copy;
  },
};
