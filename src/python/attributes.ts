/** @file `value.name` and `value[key]`, with the methods of Python's types that a sandboxed template may call. */
import { notSupported, TemplateError } from "./errors.ts";
import type { Run } from "./run.ts";
import {
  Callable,
  Dict,
  DictView,
  Fields,
  isList,
  Markup,
  Namespace,
  orElse,
  Range,
  requireDefined,
  Tuple,
  typeName,
  Undefined,
  type Arguments,
  type Value,
} from "./values.ts";
import { numberOf } from "./compare.ts";
import { lengthOf } from "./iterate.ts";
import type { Method } from "./method.ts";
import { numberAttribute } from "./number-methods.ts";
import { placeOfIndex } from "./operators.ts";
import { reprOf } from "./repr.ts";
import { dictMethods, listMethods } from "./sequence-methods.ts";
import { formattingMethods } from "./brace-format.ts";
import { textMethods as plainTextMethods } from "./text-methods.ts";
import { characters } from "./text.ts";

/** Methods that Python has and that are left out here; asking for one is refused rather than answered with "not there". */
const leftOut: Readonly<Record<string, readonly string[]>> = {
  str: ["encode", "istitle", "maketrans", "translate"],
  dict: ["fromkeys"],
  range: ["count", "index", "start", "step", "stop"],
  dict_keys: ["isdisjoint", "mapping"],
  dict_values: ["mapping"],
  dict_items: ["isdisjoint", "mapping"],
  generator: ["close", "gi_code", "gi_frame", "gi_running", "gi_suspended", "gi_yieldfrom", "send", "throw"],
  function: [],
};

/** Methods that change a value, which no template may. */
const changing: Readonly<Record<string, readonly string[]>> = {
  list: ["append", "clear", "pop", "reverse", "insert", "sort", "extend", "remove"],
  dict: ["clear", "pop", "popitem", "setdefault", "update"],
};

const textMethods = { ...plainTextMethods, ...formattingMethods({ attribute, item }) };

function ownMethod<Self>(
  methods: Readonly<Record<string, Method<Self>>>,
  name: string,
  self: Self,
): Callable | undefined {
  const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
  return method && new Callable(name, (run, given) => method(run, self, given));
}

/** The attribute of a value, or undefined if its type has none of this name. */
function ownAttribute(run: Run, value: Value, name: string): Value | undefined {
  requireDefined(value);
  const type = typeName(value);
  if (name.startsWith("__")) throw notSupported("a name that begins with two underscores");
  if (changing[type]?.includes(name)) {
    return new Undefined(`the method ${name} would change a ${type}, which templates cannot`);
  }
  if (leftOut[type]?.includes(name)) throw notSupported(`${name} of a ${type}`);
  if (typeof value === "string") return ownMethod(textMethods, name, value);
  if (value instanceof Markup) {
    if (Object.hasOwn(textMethods, name) || name === "striptags" || name === "unescape" || name === "escape") {
      throw notSupported(`${name} of a text that is marked as HTML`);
    }
    return undefined;
  }
  const number = numberOf(value);
  if (number !== undefined) return numberAttribute(number, name);
  if (isList(value)) return ownMethod(listMethods, name, value);
  if (value instanceof Tuple) {
    const index = value.names?.indexOf(name) ?? -1;
    if (index >= 0) return value.items[index];
    return name === "count" || name === "index" ? ownMethod(listMethods, name, value.items) : undefined;
  }
  if (value instanceof Dict) return ownMethod(dictMethods, name, value);
  if (value instanceof Namespace) return value.attributes.get(run, name);
  if (value instanceof Callable) return value.fields.get(name);
  return value instanceof Fields ? value.attribute(name) : undefined;
}

/** The item of a value, or undefined if it has none of this key. */
function ownItem(run: Run, value: Value, key: Value): Value | undefined {
  requireDefined(value);
  if (value instanceof Dict) return isList(key) || key instanceof Dict ? undefined : value.get(run, key);
  const index = numberOf(key);
  if (typeof index !== "bigint") return undefined;
  if (value instanceof DictView || value instanceof Fields) return undefined;
  const length = lengthOf(run, value);
  const place = length === undefined ? undefined : placeOfIndex(index, length);
  if (place === undefined) return undefined;
  if (typeof value === "string") return characterAt(run, value, place, length!);
  if (value instanceof Markup) return new Markup(characterAt(run, value.text, place, length!));
  if (isList(value)) return value[place];
  if (value instanceof Tuple) return value.items[place];
  return value instanceof Range ? value.at(place) : undefined;
}

function characterAt(run: Run, text: string, ...[place, length]: [number, number]): string {
  return length === text.length ? text[place]! : characters(run, text)[place]!;
}

/** `value.name`: the attribute, else the item, else an undefined value. */
export function attribute(run: Run, value: Value, name: string): Value {
  run.spend(1);
  const own = ownAttribute(run, value, name);
  return orElse(own === undefined ? ownItem(run, value, name) : own, () => missing(run, value, name));
}

/** `value[key]`: the item, else the attribute, else an undefined value. */
export function item(run: Run, value: Value, key: Value): Value {
  run.spend(1);
  const found = ownItem(run, value, key);
  if (found !== undefined) return found;
  return orElse(typeof key === "string" ? ownAttribute(run, value, key) : undefined, () => missing(run, value, key));
}

/** `value|attr(name)`: the attribute alone. */
export function attributeAlone(run: Run, value: Value, name: string): Value {
  return orElse(ownAttribute(run, value, name), () => missing(run, value, name));
}

function missing(run: Run, value: Value, key: Value): Undefined {
  const shown = typeof key === "string" || typeof key === "bigint" ? reprOf(run, key).slice(0, 60) : "of this key";
  const of = value === null ? "None" : `a ${typeName(value)}`;
  return new Undefined(`${of} has no ${typeof key === "string" ? "attribute" : "item"} ${shown}`);
}

/** Calls a value. Throws an Error if it cannot be called. */
export function callValue(run: Run, value: Value, given: Arguments): Value {
  requireDefined(value);
  run.spend(4);
  if (value instanceof Callable) return run.inCall(() => value.call(run, given));
  const call = value instanceof Fields ? value.call : undefined;
  if (call !== undefined) return run.inCall(() => call(run, given));
  throw new TemplateError(`a value of type ${typeName(value)} cannot be called`);
}
