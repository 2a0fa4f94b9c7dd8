/** @file Filters that make numbers. */
import { TemplateError, notSupported } from "../../python/errors.ts";
import { isTrue, numberOf, order, plainTextOf } from "../../python/compare.ts";
import { iterate, lengthOf } from "../../python/iterate.ts";
import { readFloat, readInt, roundFloat, roundHalfEven, toFloat } from "../../python/number.ts";
import { binary } from "../../python/operators.ts";
import { stripEnd, stripStart } from "../../python/text.ts";
import { exactFloatSteps, type Run } from "../../python/run.ts";
import { requireDefined, typeName, Undefined, type Value } from "../../python/values.ts";
import { attributeGetter, filter, wholeNumber, type Filters } from "./filter.ts";

/** A number in a text; texts with digits of other scripts, which Python reads, are refused. */
function trimmed(run: Run, text: string): string {
  run.spend(text.length / 2);
  const inner = stripEnd(stripStart(text));
  if (/[^\0-\u007f]/.test(inner) && /\p{Nd}/u.test(inner))
    throw notSupported("a number with digits that are not ASCII");
  return inner;
}

function truncated(value: number): bigint | undefined {
  if (Number.isNaN(value)) return undefined;
  if (!Number.isFinite(value)) throw new TemplateError("an infinite number cannot be a whole one");
  return BigInt(Math.trunc(value));
}

function toInt(run: Run, value: Value, [standard, base]: readonly [Value, number]): Value {
  requireDefined(value);
  const text = plainTextOf(value);
  const number = numberOf(value);
  if (typeof number === "bigint") return number;
  if (typeof number === "number") return truncated(number) ?? standard;
  if (text === undefined) return standard;
  const inner = trimmed(run, text);
  if (base !== 10) run.spend(inner.length * 4);
  const whole = readInt(inner, base);
  if (whole !== undefined) return whole;
  const float = readFloat(inner);
  return float === undefined || !Number.isFinite(float) ? standard : BigInt(Math.trunc(float));
}

function toFloatValue(run: Run, value: Value, standard: Value): Value {
  requireDefined(value);
  const number = numberOf(value);
  if (typeof number === "bigint") return toFloat(number);
  if (number !== undefined) return number;
  const text = plainTextOf(value);
  return (text === undefined ? undefined : readFloat(trimmed(run, text))) ?? standard;
}

function round(value: Value, precision: number, method: Value): Value {
  const number = numberOf(value);
  requireDefined(value);
  if (number === undefined) throw new TemplateError(`round takes a number, not a value of type ${typeName(value)}`);
  if (Math.abs(precision) > 300) throw notSupported("round to more than 300 digits");
  if (method === "common")
    return typeof number === "number" ? roundFloat(number, precision) : roundWhole(number, precision);
  if (method !== "ceil" && method !== "floor") throw new TemplateError("round knows common, ceil and floor");
  const scale = 10 ** precision;
  const scaled = Number(number) * scale;
  if (!Number.isFinite(scaled)) throw new TemplateError("an infinite number cannot be rounded");
  return (method === "ceil" ? Math.ceil(scaled) : Math.floor(scaled)) / scale;
}

function roundWhole(number: bigint, precision: number): bigint {
  if (precision >= 0) return number;
  const unit = 10n ** BigInt(-precision);
  const rounded = roundHalfEven(number < 0n ? -number : number, unit) * unit;
  return number < 0n ? -rounded : rounded;
}

/** The sum of floats differs between Python 3.11 and later ones in the last digit; such a sum is refused. */
function requireExactSum(values: readonly Value[], sum: Value): void {
  if (typeof sum !== "number" || !Number.isFinite(sum)) return;
  let [total, rest] = [0, 0];
  for (const value of values) {
    const each = Number(numberOf(value) ?? 0);
    const next = total + each;
    rest += Math.abs(total) >= Math.abs(each) ? total - next + each : each - next + total;
    total = next;
  }
  if (total + rest !== sum) throw notSupported("a sum of floats that is not exact");
}

function sum(run: Run, value: Value, [attribute, start]: readonly Value[]): Value {
  if (plainTextOf(start!) !== undefined) throw new TemplateError("sum does not add texts");
  const get = attributeGetter(run, attribute!);
  const values: Value[] = [];
  let total: Value = start!;
  for (const each of iterate(run, value)) {
    values.push(get(each));
    total = binary(run, "+", [total, values.at(-1)!]);
  }
  requireExactSum([start!, ...values], total);
  return total;
}

/** The first of the smallest (`sign` 1) or largest (-1) items. */
function extreme(
  run: Run,
  value: Value,
  { sign, given }: { readonly sign: number; readonly given: readonly Value[] },
): Value {
  const get = attributeGetter(run, given[1]!, { ignoreCase: !isTrue(given[0]!) });
  let best: { readonly item: Value; readonly key: Value } | undefined;
  for (const item of iterate(run, value)) {
    const key = get(item);
    if (best === undefined || order(run, key, best.key) * sign < 0) best = { item, key };
  }
  return best === undefined
    ? new Undefined("a sequence without items has neither a smallest nor a largest one")
    : best.item;
}

const extremeParameters = [["case_sensitive", false] as const, ["attribute", null] as const];

const length = filter("length", [], (run, value) => {
  const found = lengthOf(run, value);
  if (found === undefined) throw new TemplateError(`a value of type ${typeName(value)} has no length`);
  return BigInt(found);
});

export const numberFilters: Filters = {
  length,
  count: length,
  abs: filter("abs", [], (_, value) => {
    const number = numberOf(value);
    if (number === undefined) throw new TemplateError(`abs takes a number, not a value of type ${typeName(value)}`);
    return typeof number === "bigint" ? (number < 0n ? -number : number) : Math.abs(number);
  }),
  int: filter(
    "int",
    [
      ["default", 0n],
      ["base", 10n],
    ],
    (run, value, [standard, base]) => toInt(run, value, [standard!, wholeNumber("int", base!)]),
  ),
  float: filter("float", [["default", 0]], (run, value, [standard]) => toFloatValue(run, value, standard!)),
  round: filter(
    "round",
    [
      ["precision", 0n],
      ["method", "common"],
    ],
    (run, value, [precision, method]) => {
      run.spend(exactFloatSteps);
      return round(value, wholeNumber("round", precision!), method!);
    },
  ),
  sum: filter(
    "sum",
    [
      ["attribute", null],
      ["start", 0n],
    ],
    sum,
  ),
  min: filter("min", extremeParameters, (run, value, given) => extreme(run, value, { sign: 1, given })),
  max: filter("max", extremeParameters, (run, value, given) => extreme(run, value, { sign: -1, given })),
};
