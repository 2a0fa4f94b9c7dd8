/** @file The methods of Python's `str`. */
import { notSupported, TemplateError } from "./errors.ts";
import type { Run } from "./run.ts";
import { spendText } from "./run.ts";
import { Dict, Tuple, typeName } from "./values.ts";
import type { Arguments, Value } from "./values.ts";
import { bind, bindPositional } from "./arguments.ts";
import type { Parameter } from "./arguments.ts";
import type { Method } from "./attributes.ts";
import { formatBraces } from "./brace-format.ts";
import { isTrue, numberOf, plainTextOf } from "./compare.ts";
import { iterate } from "./iterate.ts";
import { capitalize, kinds, lower, swapCase, titleCase } from "./letter-case.ts";
import {
  characters,
  isPlain,
  isSpace,
  splitLines,
  splitWords,
  splitWordsFromEnd,
  stripEnd,
  stripStart,
  textLength,
} from "./text.ts";

type TextMethod = Method<string>;

/** The text of an argument. Throws where it is none. */
function textIn(name: string, value: Value): string {
  const text = plainTextOf(value);
  if (text === undefined) throw new TemplateError(`${name} takes a text, not a value of type ${typeName(value)}`);
  return text;
}

function wholeIn(name: string, value: Value): number {
  const number = numberOf(value);
  if (typeof number !== "bigint")
    throw new TemplateError(`${name} takes a whole number, not a value of type ${typeName(value)}`);
  return Number(number);
}

/** A method without arguments whose result is a text as long as its own. */
function changed(name: string, change: (text: string) => string): TextMethod {
  return (run, text, given) => {
    bindPositional(name, [], given);
    spendText(run, text.length * 8);
    return change(text);
  };
}

function kind(name: string, test: (text: string) => boolean): TextMethod {
  return (run, text, given) => {
    bindPositional(name, [], given);
    spendText(run, text.length * 8);
    return test(text);
  };
}

/** Removes characters of `set` (white space where it is None) from the chosen ends. */
export function strip(
  run: Run,
  text: string,
  { set, ends }: { readonly set: Value; readonly ends: "both" | "start" | "end" },
): string {
  spendText(run, text.length * 4);
  if (set === null) {
    const started = ends === "end" ? text : stripStart(text);
    return ends === "start" ? started : stripEnd(started);
  }
  const removed = new Set(characters(run, textIn("strip", set)));
  const isSimple = isPlain(text);
  const units = isSimple ? text : characters(run, text);
  let start = 0;
  let end = units.length;
  while (ends !== "end" && start < end && removed.has(units[start]!)) start++;
  while (ends !== "start" && end > start && removed.has(units[end - 1]!)) end--;
  run.spend((start + units.length - end) / 4);
  return typeof units === "string" ? units.slice(start, end) : units.slice(start, end).join("");
}

function stripMethod(name: string, ends: "both" | "start" | "end"): TextMethod {
  return (run, text, given) => {
    const [set] = bindPositional(name, [["chars", null]], given);
    return strip(run, text, { set: set!, ends });
  };
}

/** Start and end in UTF-16 units of `text[start:end]`, or undefined where that has no place (start behind the end). */
function window(run: Run, text: string, [start, end]: readonly Value[]): { start: number; end: number } | undefined {
  if (start === null && end === null) return { start: 0, end: text.length };
  const length = textLength(run, text);
  const place = (value: Value, missing: number): number => {
    if (value === null) return missing;
    const whole = wholeIn("a search", value);
    return Math.min(whole < 0 ? Math.max(0, whole + length) : whole, length + 1);
  };
  const from = place(start!, 0);
  const to = Math.min(place(end!, length), length);
  if (from > to) return undefined;
  if (length === text.length) return { start: from, end: to };
  const each = characters(run, text);
  const unitsBefore = (count: number): number => each.slice(0, count).join("").length;
  return { start: unitsBefore(from), end: unitsBefore(to) };
}

const searchParameters: readonly Parameter[] = ["sub", ["start", null], ["end", null]];

/** The place of a part in code points, or -1. */
function found(name: string, fromEnd: boolean): (run: Run, text: string, given: Arguments) => bigint {
  return (run, text, given) => {
    const [sub, start, end] = bindPositional(name, searchParameters, given);
    const part = textIn(name, sub!);
    spendText(run, text.length);
    const bounds = window(run, text, [start!, end!]);
    if (bounds === undefined) return -1n;
    const area = text.slice(bounds.start, bounds.end);
    const at = fromEnd ? area.lastIndexOf(part) : area.indexOf(part);
    return at === -1 ? -1n : BigInt(textLength(run, text.slice(0, bounds.start + at)));
  };
}

function required(find: (run: Run, text: string, given: Arguments) => bigint): TextMethod {
  return (run, text, given) => {
    const at = find(run, text, given);
    if (at === -1n) throw new TemplateError("index does not find the text");
    return at;
  };
}

function hasEnd(name: string, test: (text: string, part: string) => boolean): TextMethod {
  return (run, text, given) => {
    const [part, start, end] = bindPositional(name, ["part", ["start", null], ["end", null]], given);
    const bounds = window(run, text, [start!, end!]);
    const parts = part instanceof Tuple ? part.items : [part!];
    spendText(run, text.length);
    run.spend(parts.length);
    const area = bounds && text.slice(bounds.start, bounds.end);
    return parts.map((each) => textIn(name, each)).some((each) => area !== undefined && test(area, each));
  };
}

/** Splits at `separator` at most `limit` times, from the start or the end. */
function splitAt(
  text: string,
  separator: string,
  { limit, fromEnd }: { readonly limit: number; readonly fromEnd: boolean },
): string[] {
  const parts = text.split(separator);
  if (parts.length - 1 <= limit) return parts;
  if (fromEnd) {
    const kept = parts.length - limit;
    return [parts.slice(0, kept).join(separator), ...parts.slice(kept)];
  }
  return [...parts.slice(0, limit), parts.slice(limit).join(separator)];
}

function split(name: string, fromEnd: boolean): TextMethod {
  return (run, text, given) => {
    const [sep, maxsplit] = bind(
      name,
      [
        ["sep", null],
        ["maxsplit", -1n],
      ],
      given,
    );
    const most = wholeIn(name, maxsplit!);
    const limit = most < 0 ? Infinity : most;
    spendText(run, text.length * 8);
    const parts = splitParts(text, sep!, { limit, fromEnd });
    run.spend(parts.length);
    return parts;
  };
  function splitParts(
    text: string,
    sep: Value,
    options: { readonly limit: number; readonly fromEnd: boolean },
  ): string[] {
    if (sep === null) return fromEnd ? splitWordsFromEnd(text, options.limit) : splitWords(text, options.limit);
    const separator = textIn(name, sep);
    if (separator === "") throw new TemplateError(`${name} takes a separator that is not empty`);
    return splitAt(text, separator, options);
  }
}

function partition(name: string, fromEnd: boolean): TextMethod {
  return (run, text, given) => {
    const separator = textIn(name, bindPositional(name, ["sep"], given)[0]!);
    if (separator === "") throw new TemplateError(`${name} takes a separator that is not empty`);
    spendText(run, text.length);
    const at = fromEnd ? text.lastIndexOf(separator) : text.indexOf(separator);
    if (at === -1) return new Tuple(fromEnd ? ["", "", text] : [text, "", ""]);
    return new Tuple([text.slice(0, at), separator, text.slice(at + separator.length)]);
  };
}

/** `text.replace(old, new, count)`; an empty `old` stands between all characters. */
export function replaced(
  run: Run,
  text: string,
  { old, by, count }: { readonly old: string; readonly by: string; readonly count: number },
): string {
  if (count === 0) return text;
  const limit = count < 0 ? Infinity : count;
  if (old === "") {
    const all = characters(run, text);
    const spots = Math.min(limit, all.length + 1);
    spendText(run, text.length + spots * by.length);
    return all.map((each, i) => (i < spots ? by + each : each)).join("") + (spots > all.length ? by : "");
  }
  spendText(run, text.length * 4);
  const parts = splitAt(text, old, { limit, fromEnd: false });
  run.spend(parts.length);
  spendText(run, text.length + (parts.length - 1) * by.length);
  return parts.join(by);
}

function padding(name: string, place: (missing: number) => { readonly left: number }): TextMethod {
  return (run, text, given) => {
    const [width, fill] = bindPositional(name, ["width", ["fillchar", " "]], given);
    const character = textIn(name, fill!);
    if (Array.from(character).length !== 1) throw new TemplateError(`${name} fills with one character`);
    return padded(run, text, { width: wholeIn(name, width!), character, place });
  };
}

interface Padding {
  readonly width: number;
  readonly character: string;
  readonly place: (missing: number) => { readonly left: number };
}

function padded(run: Run, text: string, { width, character, place }: Padding): string {
  const missing = Math.max(0, width - textLength(run, text));
  spendText(run, missing);
  const { left } = place(missing);
  return character.repeat(left) + text + character.repeat(missing - left);
}

/** `text.center(width)`: of an odd number of spaces, the last goes to the left where the width is odd. */
export function centered(run: Run, text: string, width: number, character = " "): string {
  const place = (missing: number): { left: number } => ({
    left: Math.floor(missing / 2) + (missing % 2 === 1 && width % 2 === 1 ? 1 : 0),
  });
  return padded(run, text, { width, character, place });
}

function withoutEnd(name: string, remove: (text: string, part: string) => string): TextMethod {
  return (run, text, given) => {
    spendText(run, text.length);
    return remove(text, textIn(name, bindPositional(name, ["part"], given)[0]!));
  };
}

function expandTabs(text: string, size: number): string {
  let column = 0;
  return Array.from(text, (character) => {
    if (character === "\t") {
      const spaces = size > 0 ? size - (column % size) : 0;
      column += spaces;
      return " ".repeat(spaces);
    }
    column = character === "\n" || character === "\r" ? 0 : column + 1;
    return character;
  }).join("");
}

/** `text.join(items)`; each item must be a text. */
function join(run: Run, text: string, given: Arguments): string {
  const [items] = bindPositional("join", ["items"], given);
  const parts: string[] = [];
  let length = 0;
  for (const each of iterate(run, items!)) {
    parts.push(textIn("join", each));
    length += parts.at(-1)!.length + text.length;
    spendText(run, length / 64);
  }
  spendText(run, length);
  return parts.join(text);
}

const methods: Readonly<Record<string, TextMethod>> = {
  upper: changed("upper", (text) => text.toUpperCase()),
  lower: changed("lower", lower),
  title: changed("title", titleCase),
  capitalize: changed("capitalize", capitalize),
  swapcase: changed("swapcase", swapCase),
  casefold: changed("casefold", (text) => {
    if (!kinds["isascii"]!(text)) throw notSupported("casefold of letters that are not ASCII");
    return lower(text);
  }),
  strip: stripMethod("strip", "both"),
  lstrip: stripMethod("lstrip", "start"),
  rstrip: stripMethod("rstrip", "end"),
  find: found("find", false),
  rfind: found("rfind", true),
  index: required(found("index", false)),
  rindex: required(found("rindex", true)),
  startswith: hasEnd("startswith", (text, part) => text.startsWith(part)),
  endswith: hasEnd("endswith", (text, part) => text.endsWith(part)),
  split: split("split", false),
  rsplit: split("rsplit", true),
  partition: partition("partition", false),
  rpartition: partition("rpartition", true),
  join,
  count(run, text, given) {
    const [sub, start, end] = bindPositional("count", searchParameters, given);
    const part = textIn("count", sub!);
    const bounds = window(run, text, [start!, end!]);
    if (bounds === undefined) return 0n;
    spendText(run, text.length * 4);
    const area = text.slice(bounds.start, bounds.end);
    return BigInt(part === "" ? textLength(run, area) + 1 : area.split(part).length - 1);
  },
  replace(run, text, given) {
    const [old, by, count] = bind("replace", ["old", "new", ["count", -1n]], given);
    const texts = { old: textIn("replace", old!), by: textIn("replace", by!) };
    return replaced(run, text, { ...texts, count: wholeIn("replace", count!) });
  },
  splitlines(run, text, given) {
    const [keepEnds] = bind("splitlines", [["keepends", false]], given);
    spendText(run, text.length * 8);
    const lines = splitLines(text, isTrue(keepEnds!));
    run.spend(lines.length);
    return lines;
  },
  center(run, text, given) {
    const [width, fill] = bindPositional("center", ["width", ["fillchar", " "]], given);
    const character = textIn("center", fill!);
    if (Array.from(character).length !== 1) throw new TemplateError("center fills with one character");
    return centered(run, text, wholeIn("center", width!), character);
  },
  ljust: padding("ljust", () => ({ left: 0 })),
  rjust: padding("rjust", (missing) => ({ left: missing })),
  zfill(run, text, given) {
    const width = wholeIn("zfill", bindPositional("zfill", ["width"], given)[0]!);
    const sign = /^[+-]/.test(text) ? text[0]! : "";
    const rest = text.slice(sign.length);
    return (
      sign + padded(run, rest, { width: width - sign.length, character: "0", place: (missing) => ({ left: missing }) })
    );
  },
  removeprefix: withoutEnd("removeprefix", (text, part) =>
    part !== "" && text.startsWith(part) ? text.slice(part.length) : text,
  ),
  removesuffix: withoutEnd("removesuffix", (text, part) =>
    part !== "" && text.endsWith(part) ? text.slice(0, -part.length) : text,
  ),
  expandtabs(run, text, given) {
    const size = wholeIn("expandtabs", bind("expandtabs", [["tabsize", 8n]], given)[0]!);
    spendText(run, text.length * 8 + (text.split("\t").length - 1) * Math.max(0, size));
    return expandTabs(text, size);
  },
  isspace: kind("isspace", isSpace),
  format: (run, text, given) => formatBraces(run, text, given),
  format_map(run, text, given) {
    const [values] = bindPositional("format_map", ["mapping"], given);
    if (!(values instanceof Dict)) throw new TemplateError("format_map takes a dict");
    const named = new Map(values.entries().map(([key, value]) => [textIn("format_map", key), value]));
    return formatBraces(run, text, { positional: [], named });
  },
};

export const textMethods: Readonly<Record<string, TextMethod>> = {
  ...methods,
  ...Object.fromEntries(Object.entries(kinds).map(([name, test]) => [name, kind(name, test)])),
};
