/** @file Filters that make texts of texts. */
import { TemplateError, notSupported } from "../../python/errors.ts";
import { escapeHtml } from "../../python/markup.ts";
import { isTrue, numberOf, order } from "../../python/compare.ts";
import { iterate } from "../../python/iterate.ts";
import { jsonText } from "../../python/json-text.ts";
import { capitalize, lower } from "../../python/letter-case.ts";
import { fixedText } from "../../python/number.ts";
import { formatPercent } from "../../python/percent-format.ts";
import { reprOf, textOf } from "../../python/repr.ts";
import { centered, strip } from "../../python/text-methods.ts";
import { replaced } from "../../python/text-search.ts";
import { characters, spaceClass, splitLines, textLength } from "../../python/text.ts";
import { spendText, type Run } from "../../python/run.ts";
import { Dict, isList, Markup, requireDefined, Tuple, typeName, Undefined, type Value } from "../../python/values.ts";
import { attributeGetter, filter, plainText, wholeNumber, type Filter, type Filters } from "./filter.ts";

function changing(name: string, change: (text: string) => string): Filter {
  return filter(name, [], (run, value) => {
    const text = plainText(run, name, value);
    spendText(run, text.length * 8);
    return change(text);
  });
}

const wordStart = new RegExp(`([-${spaceClass}({[<]+)`);

/** Each word with a capital; words begin behind white space, hyphens and opening brackets. */
function title(text: string): string {
  return text
    .split(wordStart)
    .map((word) => {
      const first = word === "" ? "" : String.fromCodePoint(word.codePointAt(0)!);
      return first.toUpperCase() + lower(word.slice(first.length));
    })
    .join("");
}

function indent(run: Run, text: string, [width, first, blank]: readonly Value[]): string {
  const step =
    typeof width === "string" ? width : " ".repeat(Math.min(1_000_000, Math.max(0, wholeNumber("indent", width!))));
  spendText(run, text.length * 8);
  const lines = splitLines(`${text}\n`);
  spendText(run, lines.length * step.length + step.length + text.length);
  const rest = lines.slice(1).map((line) => (line === "" && !isTrue(blank!) ? line : step + line));
  const joined = [lines[0]!, ...rest].join("\n");
  return isTrue(first!) ? step + joined : joined;
}

function truncate(run: Run, value: Value, [length, killWords, end, leeway]: readonly Value[]): Value {
  const text = plainText(run, "truncate", value);
  const [most, slack] = [wholeNumber("truncate", length!), leeway === null ? 5 : wholeNumber("truncate", leeway!)];
  const tail = plainText(run, "truncate", end!);
  const tailLength = textLength(run, tail);
  if (most < tailLength || slack < 0) throw new TemplateError("truncate takes a length that has room for its end");
  if (textLength(run, text) <= most + slack) return value;
  const cut = characters(run, text)
    .slice(0, most - tailLength)
    .join("");
  const space = cut.lastIndexOf(" ");
  return (isTrue(killWords!) || space === -1 ? cut : cut.slice(0, space)) + tail;
}

function toJson(run: Run, value: Value, [ensureAscii, indentation, separators, sortKeys]: readonly Value[]): string {
  const indentNumber = indentation === null ? undefined : numberOf(indentation!);
  const step =
    typeof indentation === "string"
      ? indentation
      : indentNumber === undefined
        ? undefined
        : " ".repeat(Math.min(1_000, Math.max(0, Number(indentNumber))));
  if (indentation !== null && step === undefined)
    throw new TemplateError("tojson takes a number or a text as its indent");
  const marks =
    separators === null
      ? undefined
      : isList(separators!)
        ? separators
        : separators instanceof Tuple
          ? separators.items
          : [];
  if (marks !== undefined && (marks.length !== 2 || marks.some((mark) => typeof mark !== "string"))) {
    throw new TemplateError("tojson takes two texts as its separators");
  }
  return jsonText(run, value, {
    ensureAscii: isTrue(ensureAscii!),
    indent: step,
    separators: (marks as [string, string] | undefined) ?? [step === undefined ? ", " : ",", ": "],
    sortKeys: isTrue(sortKeys!),
  });
}

/** `pprint.pformat` for values that fit on one line of 80 characters. */
function pretty(run: Run, value: Value): string {
  const text = reprOf(run, sorted(run, value));
  if (Array.from(text).length > 80) throw notSupported("pprint of a value of more than 80 characters");
  return text;
}

function sorted(run: Run, value: Value): Value {
  run.spend(1);
  if (value === null || typeof value !== "object") return value;
  if (isList(value)) return value.map((each) => sorted(run, each));
  if (value instanceof Tuple) return new Tuple(value.items.map((each) => sorted(run, each)));
  if (!(value instanceof Dict)) return value;
  const copy = new Dict();
  for (const [key, each] of value.entries().sort(([a], [b]) => order(run, a, b))) copy.set(run, key, sorted(run, each));
  return copy;
}

const always = /[A-Za-z0-9_.~-]/;

function quoteUrl(run: Run, value: Value, isQuery: boolean): string {
  const bytes = new TextEncoder().encode(plainText(run, "urlencode", value));
  spendText(run, bytes.length * 8);
  let result = "";
  for (const byte of bytes) {
    const character = String.fromCharCode(byte);
    if (byte < 0x80 && (always.test(character) || (character === "/" && !isQuery))) result += character;
    else result += isQuery && character === " " ? "+" : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return result;
}

function urlEncode(run: Run, value: Value): string {
  if (typeof value === "string" || value === null || typeof value !== "object") return quoteUrl(run, value, false);
  const items = value instanceof Dict ? value.entries().map((entry) => new Tuple(entry)) : iterate(run, value);
  const parts: string[] = [];
  for (const each of items) {
    const entry = each instanceof Tuple ? each.items : isList(each) ? each : [];
    if (entry.length !== 2) throw new TemplateError("urlencode takes pairs of names and values");
    parts.push(`${quoteUrl(run, entry[0]!, true)}=${quoteUrl(run, entry[1]!, true)}`);
  }
  return parts.join("&");
}

function xmlAttributes(run: Run, value: Value, [autoSpace]: readonly Value[]): string {
  requireDefined(value);
  if (!(value instanceof Dict)) throw new TemplateError("xmlattr takes a dict");
  const parts = value.entries().flatMap(([key, each]) => {
    if (each === null || each instanceof Undefined) return [];
    if (typeof key !== "string" || /[ \t\n\r\f\v/>=]/.test(key))
      throw new TemplateError("xmlattr takes names without spaces and signs");
    return [`${escapeHtml(run, key)}="${escapeHtml(run, each)}"`];
  });
  return (parts.length > 0 && isTrue(autoSpace!) ? " " : "") + parts.join(" ");
}

const byteUnits = ["kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"];

function fileSize(value: number, isBinary: boolean): string {
  const base = isBinary ? 1024 : 1000;
  if (value === 1) return "1 Byte";
  if (value < base) return `${BigInt(Math.trunc(value))} Bytes`;
  const place = byteUnits.findIndex((_, i) => value < base ** (i + 2));
  const power = place === -1 ? byteUnits.length - 1 : place;
  const unit = isBinary ? `${byteUnits[power]!.replace("k", "K").slice(0, 1)}iB` : byteUnits[power]!;
  return `${fixedText((base * value) / base ** (power + 2), 1)} ${unit}`;
}

function join(run: Run, value: Value, [separator, attribute]: readonly Value[]): string {
  const mark = textOf(run, separator!);
  const get = attributeGetter(run, attribute!);
  const parts: string[] = [];
  let length = 0;
  for (const each of iterate(run, value)) {
    const text = textOf(run, get(each));
    parts.push(text);
    length += text.length + mark.length;
    spendText(run, text.length + mark.length);
  }
  spendText(run, length);
  return parts.join(mark);
}

const refused: Filters = Object.fromEntries(
  ["wordwrap", "urlize", "striptags", "random"].map((name) => [
    name,
    () => {
      throw notSupported(`the filter ${name}`);
    },
  ]),
);

export const textFilters: Filters = {
  ...refused,
  upper: changing("upper", (text) => text.toUpperCase()),
  lower: changing("lower", lower),
  capitalize: changing("capitalize", capitalize),
  title: changing("title", title),
  trim: filter("trim", [["chars", null]], (run, value, [set]) =>
    strip(run, plainText(run, "trim", value), { set: set!, ends: "both" }),
  ),
  center: filter("center", [["width", 80n]], (run, value, [width]) =>
    centered(run, plainText(run, "center", value), wholeNumber("center", width!)),
  ),
  replace: filter("replace", ["old", "new", ["count", null]], (run, value, [old, by, count]) =>
    replaced(run, textOf(run, value), {
      old: textOf(run, old!),
      by: textOf(run, by!),
      count: count === null ? -1 : wholeNumber("replace", count!),
    }),
  ),
  indent: filter(
    "indent",
    [
      ["width", 4n],
      ["first", false],
      ["blank", false],
    ],
    (run, value, given) => {
      requireDefined(value);
      if (typeof value !== "string" && !(value instanceof Markup)) throw new TemplateError("indent takes a text");
      return indent(run, plainText(run, "indent", value), given);
    },
  ),
  truncate: filter(
    "truncate",
    [
      ["length", 255n],
      ["killwords", false],
      ["end", "..."],
      ["leeway", null],
    ],
    (run, value, given) => {
      if (typeof value !== "string") throw new TemplateError("truncate takes a text");
      return truncate(run, value, given);
    },
  ),
  wordcount: filter("wordcount", [], (run, value) => {
    const text = plainText(run, "wordcount", value);
    spendText(run, text.length * 8);
    return BigInt(text.match(/[\p{L}\p{N}_]+/gu)?.length ?? 0);
  }),
  string: filter("string", [], (run, value) => (value instanceof Markup ? value : textOf(run, value))),
  format(run, value, { positional, named }) {
    if (positional.length > 0 && named.size > 0)
      throw new TemplateError("format takes values by place or by name, not both");
    const names = new Dict();
    for (const [key, each] of named) names.set(run, key, each);
    return formatPercent(run, plainText(run, "format", value), named.size > 0 ? names : new Tuple(positional));
  },
  join: filter(
    "join",
    [
      ["d", ""],
      ["attribute", null],
    ],
    join,
  ),
  tojson: filter(
    "tojson",
    [
      ["ensure_ascii", false],
      ["indent", null],
      ["separators", null],
      ["sort_keys", false],
    ],
    toJson,
  ),
  pprint: filter("pprint", [], pretty),
  urlencode: filter("urlencode", [], urlEncode),
  xmlattr: filter("xmlattr", [["autospace", true]], xmlAttributes),
  filesizeformat: filter("filesizeformat", [["binary", false]], (_, value, [binary]) => {
    const number = numberOf(value);
    if (number === undefined) throw notSupported(`filesizeformat of a value of type ${typeName(value)}`);
    return fileSize(Number(number), isTrue(binary!));
  }),
  escape: filter("escape", [], (run, value) => new Markup(escapeHtml(run, value))),
  e: filter("e", [], (run, value) => new Markup(escapeHtml(run, value))),
  forceescape: filter("forceescape", [], (run, value) => new Markup(escapeHtml(run, textOf(run, value)))),
  safe: filter("safe", [], (run, value) => new Markup(textOf(run, value))),
};
