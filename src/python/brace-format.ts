/** @file `"{} and {name!r:>8}".format(...)`, as Python formats it. */
import { TemplateError, notSupported } from "./errors.ts";
import { spendText, type Run } from "./run.ts";
import { Dict, type Arguments, type Value } from "./values.ts";
import { bindPositional } from "./arguments.ts";
import { formatValue } from "./format-spec.ts";
import { textIn, type Method } from "./method.ts";
import { reprOf, textOf } from "./repr.ts";

interface Counter {
  /** The next value by its place, or "named" if the format numbers its places itself. */
  next: number | "named";
}

/** How a field reads `value.name` and `value[key]`. */
interface FieldReader {
  readonly attribute: (run: Run, value: Value, name: string) => Value;
  readonly item: (run: Run, value: Value, key: Value) => Value;
}

/** The methods of `str` that format: `format.format(*positional, **named)` and `format.format_map(mapping)`. */
export function formattingMethods(reader: FieldReader): Readonly<Record<"format" | "format_map", Method<string>>> {
  const formatted = (run: Run, format: string, given: Arguments): string =>
    replaceFields(run, { format, given, counter: { next: 0 }, depth: 2, reader });
  return {
    format: formatted,
    format_map(run, format, given) {
      const [values] = bindPositional("format_map", ["mapping"], given);
      if (!(values instanceof Dict)) throw new TemplateError("format_map takes a dict");
      const named = new Map(values.entries().map(([key, value]) => [textIn("format_map", key), value]));
      return formatted(run, format, { positional: [], named });
    },
  };
}

interface Fields {
  readonly format: string;
  readonly given: Arguments;
  readonly counter: Counter;
  readonly depth: number;
  readonly reader: FieldReader;
}

function replaceFields(run: Run, { format, ...rest }: Fields): string {
  if (rest.depth === 0) throw new TemplateError("a format is nested too deeply");
  spendText(run, format.length * 4);
  let result = "";
  let at = 0;
  while (at < format.length) {
    const next = format.slice(at).search(/[{}]/);
    if (next === -1) return result + format.slice(at);
    result += format.slice(at, at + next);
    at += next;
    if (format[at + 1] === format[at]) {
      result += format.charAt(at);
      at += 2;
      continue;
    }
    if (format[at] === "}") throw new TemplateError("a format has a closing brace without its opening one");
    const end = endOfField(format, at + 1);
    result += replaceField(run, format.slice(at + 1, end), rest);
    spendText(run, format.length / 16 + result.length / 64);
    at = end + 1;
  }
  return result;
}

function endOfField(format: string, start: number): number {
  let open = 1;
  for (let at = start; at < format.length; at++) {
    if (format[at] === "{") open++;
    else if (format[at] === "}" && --open === 0) return at;
  }
  throw new TemplateError("a format has an opening brace without its closing one");
}

function replaceField(run: Run, field: string, rest: Omit<Fields, "format">): string {
  const match = /^([^!:{}]*)(?:!(.))?(?::([^]*))?$/u.exec(field);
  if (match === null) throw new TemplateError("a format cannot be read");
  const [, name, conversion, spec] = match as unknown as [string, string, string | undefined, string | undefined];
  const value = fieldValue(run, name, rest);
  const inner = spec === undefined ? "" : replaceFields(run, { ...rest, format: spec, depth: rest.depth - 1 });
  if (conversion === undefined) return formatValue(run, value, inner);
  if (conversion !== "r" && conversion !== "s") throw notSupported(`the conversion !${conversion}`);
  return formatValue(run, conversion === "r" ? reprOf(run, value) : textOf(run, value), inner);
}

function fieldValue(run: Run, field: string, { given, counter, reader }: Omit<Fields, "format">): Value {
  const match = /^([^.[]*)((?:\.[^.[]+|\[[^\]]+\])*)$/.exec(field);
  if (match === null) throw new TemplateError("a format names a field that cannot be read");
  const [, first, rest] = match as unknown as [string, string, string];
  let value = firstValue(first, given, counter);
  for (const [part] of rest.matchAll(/\.[^.[]+|\[[^\]]+\]/g)) {
    if (part.startsWith(".")) value = reader.attribute(run, value, part.slice(1));
    else {
      const key = part.slice(1, -1);
      value = reader.item(run, value, /^\d+$/.test(key) ? BigInt(key) : key);
    }
  }
  return value;
}

function firstValue(name: string, { positional, named }: Arguments, counter: Counter): Value {
  if (name === "") {
    if (counter.next === "named") throw new TemplateError("a format mixes numbered and unnumbered places");
    return given(positional[counter.next++], name);
  }
  if (!/^\d+$/.test(name)) return given(named.get(name), name);
  if (counter.next !== "named" && counter.next > 0)
    throw new TemplateError("a format mixes numbered and unnumbered places");
  counter.next = "named";
  return given(positional[Number(name)], name);
}

function given(value: Value | undefined, name: string): Value {
  if (value === undefined)
    throw new TemplateError(`a format names ${JSON.stringify(name.slice(0, 40))}, which is not given`);
  return value;
}
