/** @file Goes through the items of values, as Python's `iter()` does. */
import { TemplateError } from "./errors.ts";
import type { Run } from "./run.ts";
import {
  Dict,
  DictView,
  Fields,
  isList,
  Iteration,
  Markup,
  Range,
  Tuple,
  typeName,
  Undefined,
  type Value,
} from "./values.ts";
import { characters, textLength } from "./text.ts";

/** The items of a value, a step for each. An iteration goes on where it was left. Throws an Error if a value has no items. */
export function iterate(run: Run, value: Value): IterableIterator<Value> {
  const items = itemsOf(run, value);
  return {
    next() {
      run.spend(1);
      return items.next();
    },
    [Symbol.iterator]() {
      return this;
    },
  };
}

/** Items that are there at once, or undefined if they are made one by one, or if the value has none. */
function readyItems(run: Run, value: Value): readonly Value[] | undefined {
  if (typeof value === "string") return characters(run, value);
  if (value instanceof Markup) return characters(run, value.text).map((each) => new Markup(each));
  if (value === null || typeof value !== "object") return undefined;
  if (isList(value)) return value;
  if (value instanceof Tuple) return value.items;
  if (value instanceof Dict || value instanceof DictView) {
    const dict = value instanceof Dict ? value : value.dict;
    run.spend(dict.size / 4);
    return value instanceof Dict ? value.keys() : value.items();
  }
  return value instanceof Undefined ? [] : undefined;
}

function itemsOf(run: Run, value: Value): Iterator<Value> {
  const ready = readyItems(run, value);
  if (ready !== undefined) return ready[Symbol.iterator]();
  if (value instanceof Range) return rangeItems(value);
  if (value instanceof Iteration) return value.iterator;
  throw new TemplateError(`a value of type ${typeName(value)} has no items`);
}

function* rangeItems(range: Range): Generator<Value> {
  for (let i = 0; i < range.length; i++) yield range.at(i);
}

/** `list(value)`. */
export function listOf(run: Run, value: Value): Value[] {
  return [...iterate(run, value)];
}

/** `reversed(value)`, or undefined if Python cannot. */
export function reversedItems(run: Run, value: Value): Iterator<Value> | undefined {
  if (value instanceof Iteration || value instanceof Fields) return undefined;
  if (value === null || (typeof value !== "object" && typeof value !== "string")) return undefined;
  const items = readyItems(run, value) ?? (value instanceof Range ? listOf(run, value) : undefined);
  run.spend((items?.length ?? 0) / 8);
  return items && [...items].reverse()[Symbol.iterator]();
}

/** `len(value)`, or undefined if it has none. */
export function lengthOf(run: Run, value: Value): number | undefined {
  if (typeof value === "string") return textLength(run, value);
  if (value === null || typeof value !== "object") return undefined;
  if (value instanceof Markup) return textLength(run, value.text);
  if (isList(value)) return value.length;
  if (value instanceof Tuple) return value.items.length;
  if (value instanceof Dict) return value.size;
  if (value instanceof DictView) return value.dict.size;
  if (value instanceof Range) return value.length;
  if (value instanceof Fields) return value.length?.();
  return value instanceof Undefined ? 0 : undefined;
}
