/** @file Whether values are true, equal, in order or inside of each other, as Python sees it. */
import { TemplateError } from "./errors.ts";
import { spendText, type Run } from "./run.ts";
import {
  Callable,
  Dict,
  DictView,
  Fields,
  hashOf,
  isList,
  Iteration,
  Markup,
  Namespace,
  Range,
  requireDefined,
  Tuple,
  typeName,
  Undefined,
  type Value,
} from "./values.ts";
import { iterate } from "./iterate.ts";
import { compareText } from "./text.ts";

/** What `bool(value)` is in Python. */
export function isTrue(value: Value): boolean {
  if (value === null || value instanceof Undefined) return false;
  if (typeof value === "object") {
    if (isList(value)) return value.length > 0;
    if (value instanceof Tuple) return value.items.length > 0;
    if (value instanceof Dict) return value.size > 0;
    if (value instanceof DictView) return value.dict.size > 0;
    if (value instanceof Range) return value.length > 0;
    if (value instanceof Markup) return value.text !== "";
    if (value instanceof Fields && value.length !== undefined) return value.length() > 0;
    return true;
  }
  return typeof value === "number" ? value !== 0 : Boolean(value);
}

/** The text of a text or of marked HTML. */
export function plainTextOf(value: Value): string | undefined {
  if (typeof value === "string") return value;
  return value instanceof Markup ? value.text : undefined;
}

/** A number, with True as 1 and False as 0. */
export function numberOf(value: Value): bigint | number | undefined {
  if (typeof value === "bigint" || typeof value === "number") return value;
  return typeof value === "boolean" ? BigInt(value) : undefined;
}

/** `a == b`. */
export function equals(run: Run, a: Value, b: Value): boolean {
  run.spend(2);
  if (a instanceof Undefined || b instanceof Undefined) return a instanceof Undefined && b instanceof Undefined;
  const [left, right] = [plainTextOf(a), plainTextOf(b)];
  if (left !== undefined || right !== undefined) {
    if (left !== undefined && right !== undefined) spendText(run, Math.min(left.length, right.length));
    return left === right;
  }
  const [x, y] = [numberOf(a), numberOf(b)];
  // Whole numbers and floats compare by their exact values.
  if (x !== undefined || y !== undefined) return x !== undefined && y !== undefined && x == y;
  if (isList(a) || isList(b)) return isList(a) && isList(b) && equalItems(run, a, b);
  if (a instanceof Tuple || b instanceof Tuple) {
    return a instanceof Tuple && b instanceof Tuple && equalItems(run, a.items, b.items);
  }
  if (a instanceof Dict && b instanceof Dict) {
    return (
      a.size === b.size && a.entries().every(([key, value]) => b.has(run, key) && same(run, value, b.get(run, key)!))
    );
  }
  if (a instanceof Range && b instanceof Range) {
    if (a.length !== b.length || a.length === 0) return a.length === b.length;
    return a.start === b.start && (a.length === 1 || a.step === b.step);
  }
  if (a instanceof Namespace || a instanceof Callable || a instanceof Fields || a instanceof Iteration) return a === b;
  if (a instanceof DictView && b instanceof DictView && a !== b && a.kind !== "values" && b.kind !== "values") {
    const keys = new Set(b.items().map((item) => hashOf(run, item)));
    return a.dict.size === b.dict.size && a.items().every((item) => keys.has(hashOf(run, item)));
  }
  return a === b;
}

/** Inside of lists and dicts, a value is equal to itself without being asked. */
function same(run: Run, a: Value, b: Value): boolean {
  return (typeof a === "object" && a === b) || equals(run, a, b);
}

function equalItems(run: Run, a: readonly Value[], b: readonly Value[]): boolean {
  return a.length === b.length && a.every((item, i) => same(run, item, b[i]!));
}

/** Negative if `a` is before `b`, 0 if they are equal, NaN if numbers have no order. Throws an Error if types have none. */
export function order(run: Run, a: Value, b: Value): number {
  run.spend(1);
  const [left, right] = [plainTextOf(a), plainTextOf(b)];
  if (left !== undefined && right !== undefined) {
    spendText(run, Math.min(left.length, right.length) * 4);
    return compareText(left, right);
  }
  const [x, y] = [numberOf(a), numberOf(b)];
  if (x !== undefined && y !== undefined) return x < y ? -1 : x > y ? 1 : x == y ? 0 : NaN;
  if (isList(a) && isList(b)) return orderOfItems(run, a, b);
  if (a instanceof Tuple && b instanceof Tuple) return orderOfItems(run, a.items, b.items);
  requireDefined(a);
  requireDefined(b);
  throw new TemplateError(`values of type ${typeName(a)} and ${typeName(b)} have no order`);
}

function orderOfItems(run: Run, a: readonly Value[], b: readonly Value[]): number {
  const differs = a.findIndex((item, i) => i >= b.length || !same(run, item, b[i]!));
  if (differs === -1 || differs >= b.length) return a.length - b.length;
  return order(run, a[differs]!, b[differs]!);
}

/** `item in container`. */
export function contains(run: Run, container: Value, item: Value): boolean {
  const text = plainTextOf(container);
  if (text !== undefined) {
    const part = plainTextOf(item);
    if (part === undefined) throw new TemplateError(`a text cannot hold a value of type ${typeName(item)}`);
    spendText(run, text.length);
    return text.includes(part);
  }
  if (container instanceof Dict) return container.has(run, item);
  if (container instanceof DictView && container.kind === "keys") return container.dict.has(run, item);
  for (const each of iterate(run, container)) if (same(run, each, item)) return true;
  return false;
}
