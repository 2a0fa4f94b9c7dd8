/** @file The methods of Python's types: what one is, and the arguments that they share. */
import { TemplateError } from "./errors.ts";
import type { Run } from "./run.ts";
import { typeName, type Arguments, type Value } from "./values.ts";
import { numberOf, plainTextOf } from "./compare.ts";

/** A method: its object, then what it is called with. */
export type Method<Self> = (run: Run, self: Self, given: Arguments) => Value;

/** The text of an argument of the method `name`. Throws a TemplateError if it is none. */
export function textIn(name: string, value: Value): string {
  const text = plainTextOf(value);
  if (text === undefined) throw new TemplateError(`${name} takes a text, not a value of type ${typeName(value)}`);
  return text;
}

/** The whole number of an argument of the method `name`. Throws a TemplateError if it is none. */
export function wholeIn(name: string, value: Value): number {
  const number = numberOf(value);
  if (typeof number !== "bigint")
    throw new TemplateError(`${name} takes a whole number, not a value of type ${typeName(value)}`);
  return Number(number);
}
