/** @file Numbers as Python prints, reads and rounds them. */
import { TemplateError } from "./errors.ts";

/** Python prints whole numbers of up to this many digits. */
const maxDigits = 4300;

/** A whole number as Python prints it. Throws a TemplateError when it has more digits than Python prints. */
export function intText(value: bigint): string {
  const text = value.toString();
  if (text.length > maxDigits + 1) throw new TemplateError(`a whole number has more than ${maxDigits} digits`);
  return text;
}

/** `repr` of a float: the shortest digits that read back, with an exponent from 1e16 and below 1e-4. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  const [digits, exponentText] = value.toExponential().split("e") as [string, string];
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= 16) {
    const sign = exponent < 0 ? "-" : "+";
    return `${digits}e${sign}${String(Math.abs(exponent)).padStart(2, "0")}`;
  }
  const plain = String(value);
  return plain.includes(".") ? plain : `${plain}.0`;
}

/** The text as `int()` reads it in `base` (0 to 36), or undefined if it is none. */
export function readInt(text: string, base = 10): bigint | undefined {
  const match = /^([+-]?)(?:0([xXoObB]))?_?([0-9a-zA-Z]+(?:_[0-9a-zA-Z]+)*)$/.exec(text);
  if (match === null) return readPlainInt(text, base);
  const [, sign, prefix, digits] = match as unknown as [string, string, string | undefined, string];
  const prefixBase = prefix === undefined ? undefined : { x: 16, o: 8, b: 2 }[prefix.toLowerCase()];
  if (prefixBase === undefined || (base !== prefixBase && base !== 0)) return readPlainInt(text, base);
  const value = digitsValue(digits, prefixBase);
  return value === undefined ? undefined : sign === "-" ? -value : value;
}

function readPlainInt(text: string, base: number): bigint | undefined {
  const match = /^([+-]?)([0-9a-zA-Z]+(?:_[0-9a-zA-Z]+)*)$/.exec(text);
  if (match === null) return undefined;
  if (base === 0 && /^0[0_]*[1-9]/.test(match[2]!)) return undefined;
  const value = digitsValue(match[2]!, base === 0 ? 10 : base);
  return value === undefined ? undefined : match[1] === "-" ? -value : value;
}

function digitsValue(written: string, base: number): bigint | undefined {
  const digits = written.replaceAll("_", "").toLowerCase();
  if (digits.length > maxDigits) throw new TemplateError(`a whole number has more than ${maxDigits} digits`);
  if (base === 10) return /^\d+$/.test(digits) ? BigInt(digits) : undefined;
  let value = 0n;
  for (const digit of digits) {
    const number = parseInt(digit, 36);
    if (number >= base) return undefined;
    value = value * BigInt(base) + BigInt(number);
  }
  return value;
}

/** The text as `float()` reads it, or undefined if it is none. */
export function readFloat(text: string): number | undefined {
  const special = /^([+-]?)(inf|infinity|nan)$/i.exec(text);
  if (special !== null) {
    const value = /nan/i.test(special[2]!) ? NaN : Infinity;
    return special[1] === "-" ? -value : value;
  }
  const digits = "\\d+(?:_\\d+)*";
  const number = new RegExp(`^[+-]?(?:${digits}(?:\\.(?:${digits})?)?|\\.${digits})(?:[eE][+-]?${digits})?$`);
  return number.test(text) ? Number(text.replaceAll("_", "")) : undefined;
}

/** `float(value)` of a whole number. Throws a TemplateError when it is too large. */
export function toFloat(value: bigint): number {
  const float = Number(value);
  if (!Number.isFinite(float)) throw new TemplateError("a whole number is too large for a float");
  return float;
}

/** A float as a fraction of whole numbers, exactly. */
function fraction(value: number): { readonly over: bigint; readonly under: bigint } {
  let under = 1n;
  let over = value;
  while (!Number.isInteger(over)) {
    over *= 2;
    under *= 2n;
  }
  return { over: BigInt(over), under };
}

/** `round(value, digits)`: the decimal that is nearest to the float's exact value, the even one of two. */
export function roundFloat(value: number, digits: number): number {
  if (!Number.isFinite(value) || digits > 330) return value;
  if (digits < -330) return value < 0 ? -0 : 0;
  return Number(fixedText(value, digits)) * 1;
}

/** The exact value rounded to `digits` decimals (half to even), as decimal text; negative digits round before the point. */
export function fixedText(value: number, digits: number): string {
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  const { over, under } = fraction(Math.abs(value));
  const scaled = digits >= 0 ? over * 10n ** BigInt(digits) : over;
  const rounded = roundHalfEven(scaled, digits >= 0 ? under : under * 10n ** BigInt(-digits));
  if (digits <= 0) return `${sign}${rounded * 10n ** BigInt(-digits)}`;
  const text = rounded.toString().padStart(digits + 1, "0");
  return `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** The quotient of two whole numbers that are not negative, rounded to the nearest, the even one of two. */
export function roundHalfEven(over: bigint, under: bigint): bigint {
  const quotient = over / under;
  const twice = 2n * (over % under);
  return twice > under || (twice === under && quotient % 2n === 1n) ? quotient + 1n : quotient;
}

/** Number in scientific form with `digits` decimals, rounded exactly: its digits without a point, and its exponent. */
export function scientific(value: number, digits: number): { readonly digits: string; readonly exponent: number } {
  if (value === 0) return { digits: "0".repeat(digits + 1), exponent: 0 };
  const { over, under } = fraction(Math.abs(value));
  let exponent = Math.floor(Math.log10(Math.abs(value)));
  while (true) {
    const shift = digits - exponent;
    const scaled = shift >= 0 ? over * 10n ** BigInt(shift) : over;
    const rounded = roundHalfEven(scaled, shift >= 0 ? under : under * 10n ** BigInt(-shift)).toString();
    if (rounded.length === digits + 1) return { digits: rounded, exponent };
    // The logarithm was a little off, or rounding carried into a new digit.
    exponent += rounded.length > digits + 1 ? 1 : -1;
  }
}
