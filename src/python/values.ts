/** @file The values of a template, each as Python has it. Whole numbers are bigint, so that 1 and 1.0 stay different. */
import { TemplateError } from "./errors.ts";

/** A value: text, int, float, bool, None, list, or one of the classes below. */
export type Value = string | bigint | number | boolean | null | readonly Value[] | ObjectValue;

type ObjectValue = Tuple | Dict | DictView | Range | Markup | Undefined | Iteration | Callable | Namespace | Fields;

/** The state of one rendering. */
export interface Run {
  /** Names that the caller gave, and functions that every template has. */
  readonly variables: ReadonlyMap<string, Value>;
  /** Names that the template has set outside of loops, blocks and macros. */
  readonly exported: Map<string, Value>;
  readonly now: Date;
  /** Takes `steps` from what is left. Throws when nothing is left. */
  spend(steps: number): void;
  /** Does the work of one call, inside of the calls that run. Throws when they are too many. */
  inCall<T>(work: () => T): T;
}

/** A tuple; `names` gives its items names (the groups of `groupby`). */
export class Tuple {
  readonly items: readonly Value[];
  readonly names: readonly string[] | undefined;
  constructor(items: readonly Value[], names?: readonly string[]) {
    this.items = items;
    this.names = names;
  }
}

/** A dict. Keys that Python takes for equal (1, 1.0 and True) are one. Entries keep their order. */
export class Dict {
  readonly #entries = new Map<string, readonly [Value, Value]>();

  get size(): number {
    return this.#entries.size;
  }
  get(run: Run, key: Value): Value | undefined {
    return this.#entries.get(hashOf(run, key))?.[1];
  }
  has(run: Run, key: Value): boolean {
    return this.#entries.has(hashOf(run, key));
  }
  /** Sets an entry; the first spelling of a key stays. */
  set(run: Run, key: Value, value: Value): void {
    const hash = hashOf(run, key);
    this.#entries.set(hash, [this.#entries.get(hash)?.[0] ?? key, value]);
  }
  keys(): Value[] {
    return [...this.#entries.values()].map(([key]) => key);
  }
  entries(): (readonly [Value, Value])[] {
    return [...this.#entries.values()];
  }
}

/** What `keys()`, `values()` and `items()` of a dict give. */
export class DictView {
  readonly kind: "keys" | "values" | "items";
  readonly dict: Dict;
  constructor(kind: DictView["kind"], dict: Dict) {
    this.kind = kind;
    this.dict = dict;
  }
  items(): Value[] {
    if (this.kind === "keys") return this.dict.keys();
    return this.dict.entries().map((entry) => (this.kind === "values" ? entry[1] : new Tuple(entry)));
  }
}

/** A range of integers, at most 100,000. */
export class Range {
  readonly start: bigint;
  readonly stop: bigint;
  readonly step: bigint;
  readonly length: number;
  constructor(start: bigint, stop: bigint, step: bigint) {
    if (step === 0n) throw new TemplateError("the step of a range is 0");
    this.start = start;
    this.stop = stop;
    this.step = step;
    const distance = step > 0n ? stop - start : start - stop;
    const size = step > 0n ? step : -step;
    const length = distance <= 0n ? 0n : (distance + size - 1n) / size;
    if (length > 100_000n) throw new TemplateError("a range has more than 100000 items");
    this.length = Number(length);
  }
  at(index: number): bigint {
    return this.start + BigInt(index) * this.step;
  }
}

/** Text that the filters `e` and `safe` have marked as HTML. What joins it is escaped. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** A name, attribute or item that is not there. It prints nothing and fails in every use but a few. */
export class Undefined {
  readonly reason: string;
  constructor(reason: string) {
    this.reason = reason;
  }
}

/** Items that are made when they are asked for, once (what `map` and `select` give). */
export class Iteration {
  readonly iterator: Iterator<Value>;
  constructor(iterator: Iterator<Value>) {
    this.iterator = iterator;
  }
}

/** Arguments of a call. */
export interface Arguments {
  readonly positional: readonly Value[];
  readonly named: ReadonlyMap<string, Value>;
}

/** A function, method or macro. */
export class Callable {
  readonly name: string;
  readonly call: (run: Run, given: Arguments) => Value;
  readonly fields: ReadonlyMap<string, Value>;
  constructor(name: string, call: Callable["call"], fields: ReadonlyMap<string, Value> = new Map()) {
    this.name = name;
    this.call = call;
    this.fields = fields;
  }
}

/** What `namespace()` gives: the one value that a template can change. */
export class Namespace {
  readonly attributes = new Dict();
}

/** An object with attributes that are computed, and perhaps a call: `loop`, a cycler, a joiner. */
export class Fields {
  /** As Python names its type. */
  readonly type: string;
  readonly attribute: (name: string) => Value | undefined;
  readonly call: Callable["call"] | undefined;
  readonly length: (() => number) | undefined;
  constructor(type: string, parts: Pick<Fields, "attribute"> & Partial<Pick<Fields, "call" | "length">>) {
    this.type = type;
    this.attribute = parts.attribute;
    this.call = parts.call;
    this.length = parts.length;
  }
}

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/** `value`, or what `otherwise` gives if there is none. None is a value, so that `??` would be wrong. */
export function orElse(value: Value | undefined, otherwise: () => Value): Value {
  return value === undefined ? otherwise() : value;
}

/** As Python names the type of a value. */
export function typeName(value: Value): string {
  if (value === null) return "NoneType";
  switch (typeof value) {
    case "string":
      return "str";
    case "bigint":
      return "int";
    case "number":
      return "float";
    case "boolean":
      return "bool";
  }
  if (isList(value)) return "list";
  if (value instanceof Tuple) return "tuple";
  if (value instanceof Dict) return "dict";
  if (value instanceof DictView) return `dict_${value.kind}`;
  if (value instanceof Range) return "range";
  if (value instanceof Iteration) return "generator";
  if (value instanceof Callable) return "function";
  if (value instanceof Fields) return value.type;
  return value.constructor.name;
}

/** Throws what the use of an undefined value throws. */
export function requireDefined(value: Value): void {
  if (value instanceof Undefined) throw new TemplateError(value.reason);
}

/** A text that is the same for keys that Python takes for equal. Throws for values that cannot be keys. */
export function hashOf(run: Run, value: Value): string {
  run.spend(1 + (typeof value === "string" ? value.length / 64 : 0));
  if (typeof value === "string") return `s${value}`;
  if (value instanceof Markup) return `s${value.text}`;
  if (typeof value === "bigint") return `n${value}`;
  if (typeof value === "boolean") return value ? "n1" : "n0";
  if (value === null) return "none";
  if (typeof value === "number" && !Number.isNaN(value)) {
    return Number.isInteger(value) ? `n${BigInt(value)}` : `f${value}`;
  }
  if (value instanceof Undefined) return "undefined";
  if (value instanceof Tuple) {
    const parts = value.items.map((each) => hashOf(run, each));
    const hash = `t${parts.map((part) => `${part.length}:${part}`).join("")}`;
    run.spend(4 + hash.length / 16);
    return hash;
  }
  throw new TemplateError(`a value of type ${typeName(value)} cannot be a key`);
}
