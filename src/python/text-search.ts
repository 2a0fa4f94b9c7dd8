/** @file The methods of Python's `str` that search, split and replace. */
import { TemplateError } from "./errors.ts";
import { spendText, type Run } from "./run.ts";
import { Tuple, type Arguments, type Value } from "./values.ts";
import { bind, bindPositional, type Parameter } from "./arguments.ts";
import { textIn, wholeIn, type Method } from "./method.ts";
import { characters, splitWords, splitWordsFromEnd, textLength } from "./text.ts";

type TextMethod = Method<string>;

/** Start and end in UTF-16 units of `text[start:end]`, or undefined if that has no place (start behind the end). */
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

export const searchMethods: Readonly<Record<string, TextMethod>> = {
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
};
