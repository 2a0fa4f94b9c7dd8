/** @file Values as text: what `str()` and `repr()` of Python give. */
import { notSupported } from "./errors.ts";
import { spendText, type Run } from "./run.ts";
import {
  Callable,
  Dict,
  DictView,
  Fields,
  isList,
  Iteration,
  Markup,
  Namespace,
  Range,
  Tuple,
  Undefined,
  type Value,
} from "./values.ts";
import { floatText, intText } from "./number.ts";

/** `str(value)`. */
export function textOf(run: Run, value: Value): string {
  if (typeof value === "string") return value;
  if (value instanceof Markup) return value.text;
  if (value instanceof Undefined) return "";
  return reprOf(run, value);
}

/** `repr(value)`. Objects whose text holds an address in memory are refused. */
export function reprOf(run: Run, value: Value): string {
  run.spend(4);
  if (value === null) return "None";
  switch (typeof value) {
    case "string":
      return quotedText(run, value);
    case "bigint":
      return intText(value);
    case "number":
      return floatText(value);
    case "boolean":
      return value ? "True" : "False";
  }
  if (isList(value)) return `[${joined(run, value)}]`;
  if (value instanceof Tuple) return `(${joined(run, value.items)}${value.items.length === 1 ? "," : ""})`;
  if (value instanceof Dict) return dictText(run, value);
  if (value instanceof DictView) return `dict_${value.kind}([${joined(run, value.items())}])`;
  if (value instanceof Markup) return `Markup(${quotedText(run, value.text)})`;
  if (value instanceof Undefined) return "Undefined";
  if (value instanceof Range) {
    const { start, stop, step } = value;
    return step === 1n ? `range(${start}, ${stop})` : `range(${start}, ${stop}, ${step})`;
  }
  if (value instanceof Namespace) return `<Namespace ${dictText(run, value.attributes)}>`;
  if (value instanceof Callable && value.fields.size > 0)
    return `<Macro ${reprOf(run, value.fields.get("name") ?? null)}>`;
  if (value instanceof Fields && value.type === "LoopContext") {
    return `<LoopContext ${textOf(run, value.attribute("index")!)}/${textOf(run, value.attribute("length")!)}>`;
  }
  throw notSupported(
    `printing ${value instanceof Iteration ? "what map, select and the like give, without list," : "a function"}`,
  );
}

function joined(run: Run, items: readonly Value[]): string {
  let text = "";
  for (const [index, item] of items.entries()) {
    text += `${index === 0 ? "" : ", "}${reprOf(run, item)}`;
    spendText(run, text.length / 64);
  }
  return text;
}

function dictText(run: Run, dict: Dict): string {
  return `{${dict
    .entries()
    .map(([key, value]) => `${reprOf(run, key)}: ${reprOf(run, value)}`)
    .join(", ")}}`;
}

const plainText = /^[\u0020-\u0026\u0028-\u005b\u005d-\u007e]*$/;
/** What Python does not print as it is: controls, formats, surrogates, unassigned, and spaces but the common one. */
const notPrinted = /[\p{C}\p{Z}]/u;
const shortEscapes: Readonly<Record<string, string>> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function quotedText(run: Run, text: string): string {
  spendText(run, text.length);
  if (plainText.test(text)) return `'${text}'`;
  run.spend(text.length / 4);
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let result = "";
  for (const character of text) {
    if (character === quote) result += `\\${character}`;
    else if (character in shortEscapes) result += shortEscapes[character]!;
    else if (character === " " || !notPrinted.test(character)) result += character;
    else result += escaped(character.codePointAt(0)!);
  }
  return quote + result + quote;
}

function escaped(code: number): string {
  const hex = code.toString(16);
  if (code <= 0xff) return `\\x${hex.padStart(2, "0")}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, "0")}` : `\\U${hex.padStart(8, "0")}`;
}
