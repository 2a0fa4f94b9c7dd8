/** @file What a filter is: a function of a value, with parameters by place or name. */
import { TemplateError, notSupported } from "../../python/errors.ts";
import { bind, type Parameter } from "../../python/arguments.ts";
import { item } from "../../python/attributes.ts";
import { numberOf } from "../../python/compare.ts";
import { lower } from "../../python/letter-case.ts";
import { textOf } from "../../python/repr.ts";
import { spendText, type Run } from "../../python/run.ts";
import { Markup, requireDefined, Tuple, typeName, Undefined, type Arguments, type Value } from "../../python/values.ts";

/** `value | name(given)`. */
export type Filter = (run: Run, value: Value, given: Arguments) => Value;

export type Filters = Readonly<Record<string, Filter>>;

/** A filter with these parameters behind its value. */
export function filter(
  name: string,
  parameters: readonly Parameter[],
  call: (run: Run, value: Value, given: readonly Value[]) => Value,
): Filter {
  return (run, value, given) => {
    run.spend(3);
    return call(run, value, bind(`the filter ${name}`, parameters, given));
  };
}

/** The text of a value. Text that is marked as HTML is refused: what filters make of it differs from plain text. */
export function plainText(run: Run, name: string, value: Value): string {
  if (value instanceof Markup) throw notSupported(`the filter ${name} with text that is marked as HTML`);
  const text = textOf(run, value);
  spendText(run, text.length);
  return text;
}

export function wholeNumber(name: string, value: Value): number {
  const number = numberOf(value);
  requireDefined(value);
  if (typeof number === "bigint") return Number(number);
  throw new TemplateError(`the filter ${name} takes a whole number, not a value of type ${typeName(value)}`);
}

/** A function of a value: its attribute along a path such as "a.b.0"; None stands for the value itself. */
export type Getter = (value: Value) => Value;

export interface GetterOptions {
  /** What texts become, for an order that does not see capitals. */
  readonly ignoreCase?: boolean;
  /** Takes the place of what is not there; None is no default. */
  readonly standard?: Value;
}

export function attributeGetter(
  run: Run,
  attribute: Value,
  { ignoreCase = false, standard = null }: GetterOptions = {},
): Getter {
  const parts = attributeParts(attribute);
  return (value) => {
    const found = parts.reduce<Value>((of, part) => {
      const next = item(run, of, part);
      return standard !== null && next instanceof Undefined ? standard : next;
    }, value);
    return ignoreCase ? withoutCase(run, found) : found;
  };
}

/** A function of a value: its attributes along several paths between commas. */
export function attributesGetter(run: Run, attribute: Value, options: GetterOptions): Getter {
  const paths: readonly Value[] = typeof attribute === "string" ? attribute.split(",") : [attribute];
  const getters = paths.map((path) => attributeGetter(run, path, options));
  return (value) => getters.map((getter) => getter(value));
}

function attributeParts(attribute: Value): readonly Value[] {
  if (attribute === null) return [];
  if (typeof attribute !== "string") return [attribute];
  return attribute.split(".").map((part) => (/^\d+$/.test(part) ? BigInt(part) : part));
}

export function withoutCase(run: Run, value: Value): Value {
  if (typeof value !== "string") return value;
  spendText(run, value.length);
  return lower(value);
}

/** Arguments without their first value. */
export function withoutFirst({ positional, named }: Arguments): Arguments {
  return { positional: positional.slice(1), named };
}

export function pair(a: Value, b: Value): Tuple {
  return new Tuple([a, b]);
}
