/** @file Fits the arguments of a call to the parameters of a function, as Python does. */
import { TemplateError } from "./errors.ts";
import type { Arguments, Value } from "./values.ts";

/** A name, or a name with its default. */
export type Parameter = string | readonly [name: string, standard: Value];

/** One value for each parameter. Throws an Error if an argument is missing, unknown or too much. */
export function bind(name: string, parameters: readonly Parameter[], given: Arguments): Value[] {
  const { positional, named } = given;
  const names = parameters.map((parameter) => (typeof parameter === "string" ? parameter : parameter[0]));
  if (positional.length > names.length) {
    throw new TemplateError(`${name} takes no more than ${names.length} values, not ${positional.length}`);
  }
  for (const key of named.keys()) {
    const index = names.indexOf(key);
    if (index === -1) throw new TemplateError(`${name} has no parameter ${JSON.stringify(key.slice(0, 40))}`);
    if (index < positional.length) throw new TemplateError(`${name} gets its parameter ${key} twice`);
  }
  return parameters.map((parameter, index) => {
    const value = positional[index] ?? (index < positional.length ? null : named.get(names[index]!));
    if (value !== undefined) return value;
    if (typeof parameter === "string") throw new TemplateError(`${name} lacks its parameter ${parameter}`);
    return parameter[1];
  });
}

/** As `bind`, for functions that take no names. */
export function bindPositional(name: string, parameters: readonly Parameter[], given: Arguments): Value[] {
  if (given.named.size > 0) throw new TemplateError(`${name} takes no named values`);
  return bind(name, parameters, given);
}
