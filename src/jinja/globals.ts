/** @file The functions that every template can call: those of Jinja2, and those that transformers adds. */
import { notSupported, TemplateError } from "../python/errors.ts";
import { bind } from "../python/arguments.ts";
import { numberOf } from "../python/compare.ts";
import { iterate } from "../python/iterate.ts";
import { textOf } from "../python/repr.ts";
import { formatDate } from "../python/strftime.ts";
import type { Run } from "../python/run.ts";
import {
  Callable,
  Dict,
  Fields,
  isList,
  Namespace,
  Range,
  requireDefined,
  Tuple,
  typeName,
  type Arguments,
  type Value,
} from "../python/values.ts";

function range(run: Run, { positional, named }: Arguments): Value {
  if (named.size > 0 || positional.length === 0 || positional.length > 3)
    throw new TemplateError("range takes one to three whole numbers");
  const numbers = positional.map((value) => {
    requireDefined(value);
    const number = numberOf(value);
    if (typeof number !== "bigint")
      throw new TemplateError(`range takes whole numbers, not a value of type ${typeName(value)}`);
    return number;
  });
  run.spend(1);
  const [first, stop, step] = numbers;
  return stop === undefined ? new Range(0n, first!, 1n) : new Range(first!, stop, step ?? 1n);
}

/** `dict(...)`: the entries of a mapping or of pairs, then the named ones. */
function dictOf(run: Run, { positional, named }: Arguments): Dict {
  const dict = new Dict();
  const [source] = positional;
  if (positional.length > 1) throw new TemplateError("dict takes one value by place");
  if (source instanceof Dict) for (const [key, value] of source.entries()) dict.set(run, key, value);
  else if (source instanceof Namespace) throw new TemplateError("dict takes a mapping or pairs");
  else if (source !== undefined) {
    for (const entry of iterate(run, source)) {
      const parts =
        entry instanceof Tuple
          ? entry.items
          : isList(entry)
            ? entry
            : typeof entry === "string"
              ? Array.from(entry)
              : [];
      if (parts.length !== 2) throw new TemplateError("dict takes pairs of keys and values");
      dict.set(run, parts[0]!, parts[1]!);
    }
  }
  for (const [key, value] of named) dict.set(run, key, value);
  run.spend(dict.size);
  return dict;
}

function namespace(run: Run, given: Arguments): Namespace {
  const result = new Namespace();
  for (const [key, value] of dictOf(run, given).entries()) setAttribute(run, result, [key, value]);
  return result;
}

/** Sets an attribute of a namespace. Throws for names that begin with an underscore, as transformers does. */
export function setAttribute(run: Run, target: Namespace, [name, value]: readonly [Value, Value]): void {
  if (typeof name === "string" && name.startsWith("_")) {
    throw new TemplateError(
      `a namespace takes no name that begins with an underscore, such as ${JSON.stringify(name.slice(0, 40))}`,
    );
  }
  target.attributes.set(run, name, value);
}

function cycler(_: Run, { positional, named }: Arguments): Fields {
  if (positional.length === 0 || named.size > 0) throw new TemplateError("cycler takes at least one item");
  let place = 0;
  const next = new Callable("next", () => {
    const item = positional[place]!;
    place = (place + 1) % positional.length;
    return item;
  });
  const reset = new Callable("reset", () => {
    place = 0;
    return null;
  });
  const attribute = (name: string): Value | undefined => {
    switch (name) {
      case "current":
        return positional[place];
      case "next":
        return next;
      case "reset":
        return reset;
      case "items":
        return new Tuple(positional);
      case "pos":
        return BigInt(place);
    }
    return undefined;
  };
  return new Fields("Cycler", { attribute });
}

function joiner(run: Run, given: Arguments): Fields {
  const [separator] = bind("joiner", [["sep", ", "]], given);
  let used = false;
  return new Fields("Joiner", {
    attribute: (name) => (name === "sep" ? separator : name === "used" ? used : undefined),
    call() {
      run.spend(1);
      if (used) return separator!;
      used = true;
      return "";
    },
  });
}

const functions: Readonly<Record<string, Callable["call"]>> = {
  range,
  dict: dictOf,
  namespace,
  cycler,
  joiner,
  lipsum() {
    throw notSupported("lipsum");
  },
  raise_exception(run, given) {
    throw new TemplateError(textOf(run, bind("raise_exception", ["message"], given)[0]!));
  },
  strftime_now(run, given) {
    const [format] = bind("strftime_now", ["format"], given);
    if (typeof format !== "string") throw new TemplateError("strftime_now takes a text");
    // Python 3.12 writes an offset for %:z, 3.11 does not.
    if (/\0|%:z|%[-_0^#+]*\d{4}/.test(format)) throw notSupported("this format of strftime_now");
    run.spend(format.length * 8);
    return formatDate(run.now, format);
  },
};

/** Each function by its name. */
export const globals: ReadonlyMap<string, Value> = new Map(
  Object.entries(functions).map(([name, call]) => [name, new Callable(name, call)]),
);
