/** @file Floats in the formats e, f and g, rounded from their exact values as Python rounds them. */
import { TemplateError } from "./errors.ts";
import { fixedText, floatText, scientific } from "./number.ts";

/** Python's own formats may have more digits; this many are more than a float has. */
const maxPrecision = 400;

export interface FloatFormat {
  /** "r" is the format without a letter: the shortest digits, or as g with at least one decimal. */
  readonly type: "e" | "f" | "g" | "r";
  readonly precision: number | undefined;
  /** Keeps the point and its zeros. */
  readonly alternate: boolean;
}

/** The digits of `value` without its sign. */
export function formatFloat(value: number, { type, precision, alternate }: FloatFormat): string {
  const size = Math.abs(value);
  if (!Number.isFinite(size)) return floatText(size);
  if (type === "r" && precision === undefined) return floatText(size);
  const digits = precision ?? 6;
  if (digits > maxPrecision) throw new TemplateError(`a number has more than ${maxPrecision} decimals`);
  if (type === "f") return fixedText(size, digits) + (alternate && digits === 0 ? "." : "");
  if (type === "e") return exponential(size, digits, alternate);
  return general(size, { type, precision: Math.max(digits, 1), alternate });
}

function exponential(size: number, digits: number, alternate: boolean): string {
  const parts = scientific(size, digits);
  return withPoint(parts.digits, 1, alternate) + exponentText(parts.exponent);
}

function exponentText(exponent: number): string {
  return `e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

function withPoint(digits: string, place: number, alternate: boolean): string {
  const decimals = digits.slice(place);
  return digits.slice(0, place) + (decimals !== "" || alternate ? `.${decimals}` : "");
}

function general(size: number, { type, precision, alternate }: FloatFormat & { readonly precision: number }): string {
  const parts = scientific(size, precision - 1);
  const { exponent } = parts;
  const digits = alternate ? parts.digits : parts.digits.replace(/(?<=.)0+$/, "");
  const limit = type === "r" ? precision - 1 : precision;
  if (exponent < -4 || exponent >= limit) return withPoint(digits, 1, alternate) + exponentText(exponent);
  if (exponent < 0) return `0.${"0".repeat(-exponent - 1)}${digits}`;
  const padded = digits.padEnd(exponent + 1, "0");
  return withPoint(type === "r" && padded.length === exponent + 1 ? `${padded}0` : padded, exponent + 1, alternate);
}
