/** @file `json.dumps`, as the filter `tojson` calls it. */
import { TemplateError } from "./errors.ts";
import { spendText, type Run } from "./run.ts";
import { Dict, isList, Markup, Tuple, typeName, type Value } from "./values.ts";
import { order } from "./compare.ts";
import { floatText, intText } from "./number.ts";

export interface JsonOptions {
  readonly ensureAscii: boolean;
  /** What each level is indented by; undefined writes one line. */
  readonly indent: string | undefined;
  readonly separators: readonly [item: string, key: string];
  readonly sortKeys: boolean;
}

/** Throws for values that JSON does not have, such as undefined ones. */
export function jsonText(run: Run, value: Value, options: JsonOptions): string {
  const text = written(run, value, { options, line: "\n" });
  spendText(run, text.length);
  return text;
}

interface Place {
  readonly options: JsonOptions;
  /** The line end with the indent of this level. */
  readonly line: string;
}

function written(run: Run, value: Value, place: Place): string {
  run.spend(4);
  if (value === null) return "null";
  if (typeof value === "string") return quoted(run, value, place.options);
  if (value instanceof Markup) return quoted(run, value.text, place.options);
  if (typeof value === "boolean") return String(value);
  if (typeof value === "bigint") return intText(value);
  if (typeof value === "number") return numberText(value);
  if (isList(value) || value instanceof Tuple) return list(run, isList(value) ? value : value.items, place);
  if (value instanceof Dict) return object(run, value, place);
  throw new TemplateError(`a value of type ${typeName(value)} cannot be written as JSON`);
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  return Number.isFinite(value) ? floatText(value) : value > 0 ? "Infinity" : "-Infinity";
}

function list(run: Run, items: readonly Value[], place: Place): string {
  const inner = deeper(place);
  return enclosed(
    "[]",
    items.map((item) => written(run, item, inner)),
    place,
  );
}

function object(run: Run, dict: Dict, place: Place): string {
  const inner = deeper(place);
  const entries = dict.entries();
  if (place.options.sortKeys) entries.sort(([a], [b]) => order(run, a, b));
  const parts = entries.map(
    ([key, value]) =>
      `${quoted(run, keyText(key), place.options)}${place.options.separators[1]}${written(run, value, inner)}`,
  );
  return enclosed("{}", parts, place);
}

function keyText(key: Value): string {
  if (typeof key === "string") return key;
  if (key instanceof Markup) return key.text;
  if (key === null) return "null";
  if (typeof key === "boolean") return String(key);
  if (typeof key === "bigint") return intText(key);
  if (typeof key === "number") return numberText(key);
  throw new TemplateError(`a value of type ${typeName(key)} cannot be a key of JSON`);
}

function deeper({ options, line }: Place): Place {
  return { options, line: line + (options.indent ?? "") };
}

function enclosed(brackets: string, parts: readonly string[], place: Place): string {
  if (parts.length === 0) return brackets;
  const { indent, separators } = place.options;
  if (indent === undefined) return brackets[0]! + parts.join(separators[0]) + brackets[1]!;
  const line = place.line + indent;
  return brackets[0]! + line + parts.join(separators[0] + line) + place.line + brackets[1]!;
}

const shortEscapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\f": "\\f",
  "\b": "\\b",
};

function quoted(run: Run, text: string, { ensureAscii }: JsonOptions): string {
  spendText(run, text.length * 4);
  const escape = (character: string): string =>
    shortEscapes[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;

  const escaped = text.replace(/["\\\u0000-\u001f]/g, escape);
  return `"${ensureAscii ? escaped.replace(/[\u007f-\uffff]/g, escape) : escaped}"`;
}
