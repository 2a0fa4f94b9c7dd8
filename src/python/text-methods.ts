/** @file The methods of Python's `str`, but for those that format. */
import { notSupported, TemplateError } from "./errors.ts";
import { spendText, type Run } from "./run.ts";
import type { Arguments, Value } from "./values.ts";
import { bind, bindPositional } from "./arguments.ts";
import { isTrue } from "./compare.ts";
import { iterate } from "./iterate.ts";
import { capitalize, kinds, lower, swapCase, titleCase } from "./letter-case.ts";
import { textIn, wholeIn, type Method } from "./method.ts";
import { searchMethods } from "./text-search.ts";
import { characters, isPlain, isSpace, splitLines, stripEnd, stripStart, textLength } from "./text.ts";

type TextMethod = Method<string>;

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

/** Removes characters of `set` (white space if it is None) from the chosen ends. */
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

/** `text.center(width)`: of an odd number of spaces, the last goes to the left if the width is odd. */
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
  join,
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
};

export const textMethods: Readonly<Record<string, TextMethod>> = {
  ...methods,
  ...searchMethods,
  ...Object.fromEntries(Object.entries(kinds).map(([name, test]) => [name, kind(name, test)])),
};
