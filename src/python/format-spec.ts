/** @file `format(value, spec)`: the small language behind the colon of `"{:>8.2f}".format(x)`. */
import { notSupported, TemplateError } from "./errors.ts";
import { exactFloatSteps, spendText, type Run } from "./run.ts";
import { requireDefined, typeName, type Value } from "./values.ts";
import { plainTextOf } from "./compare.ts";
import { formatFloat } from "./float-format.ts";
import { intText, toFloat } from "./number.ts";
import { textOf } from "./repr.ts";
import { firstCharacters, textLength } from "./text.ts";

const specPattern =
  /^(?:(?<fill>[^])?(?<align>[<>=^]))?(?<sign>[-+ ])?(?<z>z)?(?<alternate>#)?(?<zero>0)?(?<width>\d+)?(?<group>[,_])?(?:\.(?<precision>\d+))?(?<type>[a-zA-Z%])?$/u;

interface Spec {
  readonly fill: string;
  readonly align: string | undefined;
  readonly sign: string;
  readonly alternate: boolean;
  readonly width: number;
  readonly group: string | undefined;
  readonly precision: number | undefined;
  readonly type: string | undefined;
}

function readSpec(text: string): Spec {
  const groups = specPattern.exec(text)?.groups;
  if (groups === undefined) throw new TemplateError(`the format ${JSON.stringify(text.slice(0, 40))} cannot be read`);
  const { fill, align, sign, z, alternate, zero, width, group, precision, type } = groups as Record<
    string,
    string | undefined
  >;
  if (z !== undefined) throw notSupported("the format z");
  return {
    fill: fill ?? (zero === undefined ? " " : "0"),
    align: align ?? (zero === undefined ? undefined : "="),
    sign: sign ?? "-",
    alternate: alternate !== undefined,
    width: Number(width ?? 0),
    group,
    precision: precision === undefined ? undefined : Number(precision),
    type,
  };
}

/** `format(value, spec)`. Throws an Error if the type of the value has no such format. */
export function formatValue(run: Run, value: Value, spec: string): string {
  if (spec === "") return textOf(run, value);
  const text = plainTextOf(value);
  if (text !== undefined) return formatText(run, text, readSpec(spec));
  if (typeof value === "boolean") return formatInt(run, BigInt(value), readSpec(spec));
  if (typeof value === "bigint") return formatInt(run, value, readSpec(spec));
  if (typeof value === "number") return formatNumber(run, value, readSpec(spec));
  requireDefined(value);
  throw new TemplateError(`a value of type ${typeName(value)} has no format ${JSON.stringify(spec.slice(0, 40))}`);
}

function formatText(run: Run, text: string, spec: Spec): string {
  const { type, precision, align, sign, alternate, group } = spec;
  if ((type ?? "s") !== "s" || align === "=" || sign !== "-" || alternate || group !== undefined) {
    throw new TemplateError("a text has no such format");
  }
  const cut = firstCharacters(text, precision);
  return padded(run, { before: "", digits: cut }, { ...spec, align: align ?? "<" });
}

const bases: Readonly<Record<string, number>> = { b: 2, o: 8, x: 16, X: 16, d: 10, n: 10 };

function formatInt(run: Run, value: bigint, spec: Spec): string {
  const type = spec.type ?? "d";
  if ("eEfFgG%".includes(type)) return formatNumber(run, toFloat(value), { ...spec, type });
  const base = bases[type];
  if (base === undefined || spec.precision !== undefined) throw new TemplateError("a whole number has no such format");
  const size = value < 0n ? -value : value;
  intText(size);
  const written = grouped(size.toString(base), base === 10 ? 3 : 4, spec);
  const prefix = spec.alternate && base !== 10 ? `0${type}` : "";
  const digits = type === "X" ? written.toUpperCase() : written;
  return padded(run, { before: signOf(value < 0n, spec) + prefix, digits }, spec);
}

function formatNumber(run: Run, value: number, spec: Spec): string {
  const type = spec.type ?? "r";
  if (!"eEfFgGn%r".includes(type)) throw new TemplateError("a float has no such format");
  const isPercent = type === "%";
  const lower = isPercent ? "f" : type === "n" ? "g" : (type.toLowerCase() as "e" | "f" | "g" | "r");
  run.spend(exactFloatSteps);
  const plain = formatFloat(isPercent ? value * 100 : value, { ...spec, type: lower });
  const [whole, rest] = /^(\d*)(.*)$/.exec(plain)!.slice(1) as [string, string];
  const digits = grouped(whole, 3, spec) + rest + (isPercent ? "%" : "");
  const isNegative = value < 0 || Object.is(value, -0);
  return padded(
    run,
    { before: signOf(isNegative, spec), digits: "EFG".includes(type) ? digits.toUpperCase() : digits },
    spec,
  );
}

function signOf(isNegative: boolean, { sign }: Spec): string {
  return isNegative ? "-" : sign === "-" ? "" : sign;
}

function grouped(digits: string, size: number, { group, fill, align }: Spec): string {
  if (group === undefined) return digits;
  if (fill === "0" && align === "=") throw notSupported("a format with zeros and groups of digits");
  return digits.replace(new RegExp(`(?<=[0-9a-fA-F])(?=(?:[0-9a-fA-F]{${size}})+$)`, "g"), group);
}

function padded(
  run: Run,
  { before, digits }: { readonly before: string; readonly digits: string },
  spec: Spec,
): string {
  spendText(run, spec.width);
  const missing = Math.max(0, spec.width - textLength(run, before + digits));
  const align = spec.align ?? ">";
  if (align === "=") return before + spec.fill.repeat(missing) + digits;
  const left = align === ">" ? missing : align === "^" ? Math.floor(missing / 2) : 0;
  return spec.fill.repeat(left) + before + digits + spec.fill.repeat(missing - left);
}
