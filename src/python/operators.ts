/** @file The arithmetic of Python: + - * / // % ** on numbers, texts and lists, and the parts of sequences. */
import { notSupported, TemplateError } from "./errors.ts";
import { escapeHtml } from "./markup.ts";
import { maxRenderedCharacters, spendText, type Run } from "./run.ts";
import { isList, Markup, Range, requireDefined, Tuple, typeName, type Value } from "./values.ts";
import { numberOf } from "./compare.ts";
import { toFloat } from "./number.ts";
import { formatPercent } from "./percent-format.ts";
import { textOf } from "./repr.ts";
import { characters, isPlain } from "./text.ts";

export type BinaryOperator = "+" | "-" | "*" | "/" | "//" | "%" | "**";

/** Whole numbers of more digits than Python prints are refused. */
const maxBits = 15_000;

/** The value of `a operator b`. Throws a TemplateError if Python raises, or when the result would be too long. */
export function binary(run: Run, operator: BinaryOperator, [a, b]: readonly [Value, Value]): Value {
  run.spend(1);
  const [x, y] = [numberOf(a), numberOf(b)];
  if (x !== undefined && y !== undefined) return arithmetic(run, operator, [x, y]);
  if (operator === "%" && (typeof a === "string" || a instanceof Markup)) return formatPercent(run, a, b);
  requireDefined(a);
  requireDefined(b);
  const result =
    operator === "+" ? joined(run, a, b) : operator === "*" ? (repeated(run, a, b) ?? repeated(run, b, a)) : undefined;
  if (result === undefined) {
    throw new TemplateError(`${operator} cannot be used with values of type ${typeName(a)} and ${typeName(b)}`);
  }
  return result;
}

function joined(run: Run, a: Value, b: Value): Value | undefined {
  const isText = (value: Value): boolean => typeof value === "string" || value instanceof Markup;
  if (isText(a) && isText(b)) {
    const isMarked = a instanceof Markup || b instanceof Markup;
    const text = isMarked ? escapeHtml(run, a) + escapeHtml(run, b) : textOf(run, a) + textOf(run, b);
    spendText(run, text.length);
    return isMarked ? new Markup(text) : text;
  }
  if (isList(a) && isList(b)) {
    run.spend(a.length + b.length);
    return [...a, ...b];
  }
  if (a instanceof Tuple && b instanceof Tuple) {
    run.spend(a.items.length + b.items.length);
    return new Tuple([...a.items, ...b.items]);
  }
  return undefined;
}

function repeated(run: Run, value: Value, times: Value): Value | undefined {
  const number = numberOf(times);
  if (typeof number !== "bigint") return undefined;
  const count = number < 0n ? 0 : number > maxRenderedCharacters ? Infinity : Number(number);
  if (typeof value === "string" || value instanceof Markup) {
    const text = textOf(run, value);
    if (text === "") return value;
    spendText(run, text.length * count);
    return value instanceof Markup ? new Markup(text.repeat(count)) : text.repeat(count);
  }
  const items = isList(value) ? value : value instanceof Tuple ? value.items : undefined;
  if (items === undefined) return undefined;
  run.spend(items.length === 0 ? 0 : items.length * count);
  const all = items.length === 0 ? [] : Array.from({ length: count }, () => items).flat();
  return isList(value) ? all : new Tuple(all);
}

function arithmetic(
  run: Run,
  operator: BinaryOperator,
  [x, y]: readonly [bigint | number, bigint | number],
): bigint | number {
  if (typeof x === "bigint" && typeof y === "bigint") return wholeArithmetic(run, operator, [x, y]);
  const a = typeof x === "bigint" ? toFloat(x) : x;
  const b = typeof y === "bigint" ? toFloat(y) : y;
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return a / notZero(b);
    case "//":
      return floorQuotient(a, notZero(b));
    case "%":
      return floatRemainder(a, notZero(b));
    case "**":
      return floatPower(a, b);
  }
}

function notZero(value: number): number {
  if (value === 0) throw new TemplateError("a number is divided by zero");
  return value;
}

/** The remainder has the sign of the divisor. */
function floatRemainder(a: number, b: number): number {
  const rest = a % b;
  if (rest === 0) return b < 0 ? -0 : 0;
  return rest < 0 !== b < 0 ? rest + b : rest;
}

function floorQuotient(a: number, b: number): number {
  const rest = a % b;
  let quotient = (a - rest) / b;
  if (rest !== 0 && rest < 0 !== b < 0) quotient -= 1;
  if (quotient === 0) return a / b < 0 ? -0 : 0;
  const floor = Math.floor(quotient);
  return quotient - floor > 0.5 ? floor + 1 : floor;
}

function floatPower(a: number, b: number): number {
  if (a === 0 && b < 0) throw new TemplateError("zero has no power with a negative exponent");
  if (a < 0 && Number.isFinite(b) && !Number.isInteger(b)) throw notSupported("a power that is a complex number");
  if (a === 1 || b === 0 || (a === -1 && !Number.isFinite(b) && !Number.isNaN(b))) return 1;
  const result = a ** b;
  if (!Number.isFinite(result) && Number.isFinite(a) && Number.isFinite(b))
    throw new TemplateError("a power is too large");
  return result;
}

function bits(value: bigint): number {
  return value.toString(16).length * 4;
}

function wholeArithmetic(run: Run, operator: BinaryOperator, [a, b]: readonly [bigint, bigint]): bigint | number {
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return limited(run, bits(a) + bits(b), () => a * b);
    case "/":
      return wholeQuotient(a, b);
    case "//":
      return floorDivide(a, b);
    case "%": {
      if (b === 0n) throw new TemplateError("a number is divided by zero");
      const rest = a % b;
      return rest !== 0n && rest < 0n !== b < 0n ? rest + b : rest;
    }
    case "**":
      if (b < 0n) return floatPower(toFloat(a), toFloat(b));
      return limited(run, a === 0n || a === 1n || a === -1n ? 1 : bits(a) * Number(b), () => a ** b);
  }
}

function limited(run: Run, size: number, compute: () => bigint): bigint {
  if (size > maxBits) throw new TemplateError("a whole number has more than 4300 digits");
  run.spend(1 + size / 64);
  return compute();
}

function wholeQuotient(a: bigint, b: bigint): number {
  if (b === 0n) throw new TemplateError("a number is divided by zero");
  const isExact = (value: bigint): boolean => BigInt.asIntN(54, value) === value;
  if (!isExact(a) || !isExact(b)) throw notSupported("the quotient of whole numbers of more than 15 digits");
  return Number(a) / Number(b);
}

function floorDivide(a: bigint, b: bigint): bigint {
  if (b === 0n) throw new TemplateError("a number is divided by zero");
  const quotient = a / b;
  return a % b !== 0n && a < 0n !== b < 0n ? quotient - 1n : quotient;
}

/** The value of `-value`. */
export function negative(value: Value): Value {
  const number = numberOf(value);
  requireDefined(value);
  if (number === undefined) throw new TemplateError(`- cannot be used with a value of type ${typeName(value)}`);
  return -number;
}

/** The value of `+value`. */
export function positive(value: Value): Value {
  const number = numberOf(value);
  requireDefined(value);
  if (number === undefined) throw new TemplateError(`+ cannot be used with a value of type ${typeName(value)}`);
  return number;
}

/** The place of an index in a row of `length`, or undefined if it is outside. */
export function placeOfIndex(index: bigint, length: number): number | undefined {
  const place = index < 0n ? index + BigInt(length) : index;
  return place >= 0n && place < BigInt(length) ? Number(place) : undefined;
}

export interface SliceBounds {
  readonly start: Value | undefined;
  readonly stop: Value | undefined;
  readonly step: Value | undefined;
}

/** `value[start:stop:step]`; texts are cut between code points. */
export function slice(run: Run, value: Value, bounds: SliceBounds): Value {
  requireDefined(value);
  if (typeof value === "string" || value instanceof Markup) {
    const text = textOf(run, value);
    const part = sliceText(run, text, bounds);
    return value instanceof Markup ? new Markup(part) : part;
  }
  if (isList(value)) return sliced(run, value, bounds);
  if (value instanceof Tuple) return new Tuple(sliced(run, value.items, bounds));
  if (value instanceof Range) throw notSupported("a slice of a range");
  throw new TemplateError(`a value of type ${typeName(value)} cannot be sliced`);
}

function sliceText(run: Run, text: string, bounds: SliceBounds): string {
  spendText(run, text.length);
  if (isPlain(text)) {
    const { first, step, count } = sliceRange(text.length, bounds);
    if (step === 1) return text.slice(first, first + count);
  }
  return sliced(run, characters(run, text), bounds).join("");
}

function sliced<T>(run: Run, items: readonly T[], bounds: SliceBounds): T[] {
  const { first, step, count } = sliceRange(items.length, bounds);
  run.spend(count);
  return Array.from({ length: count }, (_, i) => items[first + i * step]!);
}

function sliceRange(length: number, bounds: SliceBounds): { first: number; step: number; count: number } {
  const step = boundOf(bounds.step) ?? 1n;
  if (step === 0n) throw new TemplateError("the step of a slice is 0");
  const size = BigInt(length);
  const [low, high] = step > 0n ? [0n, size] : [-1n, size - 1n];
  const clamp = (bound: bigint | undefined, missing: bigint): bigint => {
    if (bound === undefined) return missing;
    const place = bound < 0n ? bound + size : bound;
    return place < low ? low : place > high ? high : place;
  };
  const first = clamp(boundOf(bounds.start), step > 0n ? low : high);
  const stop = clamp(boundOf(bounds.stop), step > 0n ? high : low);
  const distance = step > 0n ? stop - first : first - stop;
  const stride = step > 0n ? step : -step;
  const count = distance <= 0n ? 0n : (distance + stride - 1n) / stride;
  // A step beyond the end is never taken.
  return { first: Number(first), step: count > 1n ? Number(step) : 1, count: Number(count) };
}

function boundOf(value: Value | undefined): bigint | undefined {
  if (value === undefined || value === null) return undefined;
  const number = numberOf(value);
  if (typeof number === "bigint") return number;
  requireDefined(value);
  throw new TemplateError(`a value of type ${typeName(value)} cannot be the bound of a slice`);
}
