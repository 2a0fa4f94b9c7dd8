/** @file `"%s and %d" % (a, b)`, as Python formats it. */
import { notSupported, TemplateError } from "./errors.ts";
import { exactFloatSteps, spendText, type Run } from "./run.ts";
import { Dict, isList, Markup, requireDefined, Tuple, typeName, Undefined, type Value } from "./values.ts";
import { numberOf, plainTextOf } from "./compare.ts";
import { formatFloat } from "./float-format.ts";
import { intText, toFloat } from "./number.ts";
import { reprOf, textOf } from "./repr.ts";
import { firstCharacters, textLength } from "./text.ts";

interface Conversion {
  readonly flags: string;
  readonly width: number;
  readonly precision: number | undefined;
  readonly type: string;
}

/** Values that a format takes one after the other. */
function valuesOf(given: Value): { next(): Value; requireAllTaken(): void } {
  const row = given instanceof Tuple ? given.items : [given];
  // Python takes a dict or list for names, and does not mind when it is not used.
  const isMapping = given instanceof Dict || isList(given) || given instanceof Undefined;
  let taken = 0;
  return {
    next() {
      if (taken >= row.length) throw new TemplateError("a format has more places than values");
      return row[taken++]!;
    },
    requireAllTaken() {
      if (taken < row.length && !isMapping) throw new TemplateError("a format has fewer places than values");
    },
  };
}

/** `format % given`. Throws an Error if places and values do not fit together. */
export function formatPercent(run: Run, format: string | Markup, given: Value): string {
  if (format instanceof Markup) throw notSupported("% with text that is marked as HTML");
  const values = valuesOf(given);
  const place = /%(?:\(([^()]*)\))?([-+ #0]*)(\*|\d*)(?:\.(\*|\d*))?[hlL]?([^]?)/gu;
  let result = "";
  let at = 0;
  for (const match of format.matchAll(place)) {
    const [whole, key, flags, width, precision, type] = match as unknown as [
      string,
      string | undefined,
      string,
      string,
      string | undefined,
      string,
    ];
    result += format.slice(at, match.index);
    at = match.index + whole.length;
    if (type === "%") {
      run.spend(1);
      result += "%";
      continue;
    }
    const value = (): Value => {
      if (key === undefined) return values.next();
      const found = given instanceof Dict ? given.get(run, key) : undefined;
      if (found === undefined) throw new TemplateError(`a format names ${JSON.stringify(key)}, which is not there`);
      return found;
    };
    const wide = width === "*" ? wholeOf(values.next()) : Number(width || 0);
    const exact =
      precision === "*" ? wholeOf(values.next()) : precision === undefined ? undefined : Number(precision || 0);
    const conversion = { flags: wide < 0 ? `${flags}-` : flags, width: Math.abs(wide), precision: exact, type };
    result += converted(run, value(), conversion);
    run.spend(4);
    spendText(run, result.length / 64);
  }
  values.requireAllTaken();
  spendText(run, format.length + result.length);
  return result + format.slice(at);
}

function wholeOf(value: Value): number {
  if (typeof value !== "bigint" || value > 1_000_000n || value < -1_000_000n) {
    throw new TemplateError("the width of a format must be a whole number");
  }
  return Number(value);
}

function converted(run: Run, value: Value, conversion: Conversion): string {
  const { type, precision } = conversion;
  if ("sra".includes(type) && type !== "") {
    if (type === "a") throw notSupported("the format %a");
    const text = type === "s" ? textOf(run, value) : reprOf(run, value);
    const cut = firstCharacters(text, precision);
    return padded(run, { before: "", digits: cut }, { ...conversion, flags: conversion.flags.replaceAll("0", "") });
  }
  if (type === "c")
    return padded(
      run,
      { before: "", digits: character(value) },
      { ...conversion, flags: conversion.flags.replaceAll("0", "") },
    );
  requireDefined(value);
  const number = numberOf(value);
  if (number === undefined)
    throw new TemplateError(`the format %${type} takes a number, not a value of type ${typeName(value)}`);
  if (type !== "" && "diuoxX".includes(type)) return padded(run, wholeDigits(number, conversion), conversion);
  if (type !== "" && "eEfFgG".includes(type)) {
    const float = typeof number === "bigint" ? toFloat(number) : number;
    run.spend(exactFloatSteps);
    const digits = formatFloat(float, {
      type: type.toLowerCase() as "e" | "f" | "g",
      precision,
      alternate: conversion.flags.includes("#"),
    });
    const isNegative = float < 0 || Object.is(float, -0);
    const before = signOf(isNegative, conversion);
    const isSpecial = !Number.isFinite(float);
    return padded(
      run,
      { before, digits: /[EFG]/.test(type) ? digits.toUpperCase() : digits },
      isSpecial ? { ...conversion, flags: conversion.flags.replaceAll("0", "") } : conversion,
    );
  }
  throw new TemplateError(`the format %${type} is not known`);
}

function character(value: Value): string {
  if (typeof value === "bigint" && value >= 0n && value <= 0x10ffffn) return String.fromCodePoint(Number(value));
  const text = plainTextOf(value);
  if (text === undefined || Array.from(text).length !== 1) throw new TemplateError("the format %c takes one character");
  return text;
}

function signOf(isNegative: boolean, { flags }: Conversion): string {
  if (isNegative) return "-";
  return flags.includes("+") ? "+" : flags.includes(" ") ? " " : "";
}

function wholeDigits(number: bigint | number, conversion: Conversion): { before: string; digits: string } {
  const { type, precision, flags } = conversion;
  const base = type === "o" ? 8 : type === "x" || type === "X" ? 16 : 10;
  if (typeof number === "number" && (base !== 10 || !Number.isFinite(number))) {
    throw new TemplateError(`the format %${type} takes a whole number`);
  }
  const whole = typeof number === "number" ? BigInt(Math.trunc(number)) : number;
  intText(whole);
  const digits = (whole < 0n ? -whole : whole).toString(base).padStart(Math.min(precision ?? 0, 4300), "0");
  const prefix = flags.includes("#") && base !== 10 ? `0${type}` : "";
  return { before: signOf(whole < 0n, conversion) + prefix, digits: type === "X" ? digits.toUpperCase() : digits };
}

function padded(
  run: Run,
  { before, digits }: { readonly before: string; readonly digits: string },
  conversion: Conversion,
): string {
  const { flags, width } = conversion;
  spendText(run, width);
  const missing = Math.max(0, width - textLength(run, before + digits));
  if (flags.includes("-")) return before + digits + " ".repeat(missing);
  return flags.includes("0") ? before + "0".repeat(missing) + digits : " ".repeat(missing) + before + digits;
}
