/** @file The tests behind `is`, each of a value. */
import { notSupported } from "../python/errors.ts";
import { bind, type Parameter } from "../python/arguments.ts";
import { contains, equals, numberOf, order, plainTextOf } from "../python/compare.ts";
import { isLower, isUpper } from "../python/letter-case.ts";
import { binary } from "../python/operators.ts";
import { textOf } from "../python/repr.ts";
import type { Run } from "../python/run.ts";
import {
  Callable,
  Dict,
  DictView,
  Fields,
  isList,
  Iteration,
  Markup,
  Range,
  Tuple,
  Undefined,
  type Arguments,
  type Value,
} from "../python/values.ts";

export type Test = (run: Run, value: Value, given: Arguments) => Value;

function test(
  parameters: readonly Parameter[],
  call: (run: Run, value: Value, given: readonly Value[]) => boolean,
): Test {
  return (run, value, given) => {
    run.spend(1);
    return call(run, value, bind("a test", parameters, given));
  };
}

export const plainTest = (call: (value: Value) => boolean): Test => test([], (_, value) => call(value));

function ordered(isSo: (sign: number) => boolean): Test {
  return test(["other"], (run, value, [other]) => isSo(order(run, value, other!)));
}

function remainderIs(run: Run, value: Value, [divisor, wanted]: readonly [Value, bigint]): boolean {
  return equals(run, binary(run, "%", [value, divisor]), wanted);
}

function isSequence(value: Value): boolean {
  return (
    typeof value === "string" ||
    (typeof value === "object" &&
      value !== null &&
      (isList(value) || [Tuple, Dict, Range, Markup, Undefined].some((type) => value instanceof type)))
  );
}

function isIterable(value: Value): boolean {
  if (isSequence(value)) return true;
  return (
    value instanceof DictView || value instanceof Iteration || (value instanceof Fields && value.type === "LoopContext")
  );
}

/** Whether two values are one object. Python decides this for texts and numbers by how it keeps them; only sure cases are answered. */
function isSame(value: Value, other: Value): boolean {
  if (value === null || other === null || typeof value === "boolean" || typeof other === "boolean")
    return value === other;
  if (typeof value === "object" && typeof other === "object") return value === other;
  if (typeof value !== typeof other || value !== other) return false;
  if (typeof value === "bigint" && value >= -5n && value <= 256n) return true;
  throw notSupported("the test sameas with texts and numbers");
}

const equal = test(["other"], (run, value, [other]) => equals(run, value, other!));
const notEqual = test(["other"], (run, value, [other]) => !equals(run, value, other!));
const greater = ordered((sign) => sign > 0);
const greaterOrEqual = ordered((sign) => sign >= 0);
const less = ordered((sign) => sign < 0);
const lessOrEqual = ordered((sign) => sign <= 0);

/** All tests by their names, but for those that ask whether a filter or a test is there. */
export const valueTests: Readonly<Record<string, Test>> = {
  odd: test([], (run, value) => remainderIs(run, value, [2n, 1n])),
  even: test([], (run, value) => remainderIs(run, value, [2n, 0n])),
  divisibleby: test(["num"], (run, value, [num]) => remainderIs(run, value, [num!, 0n])),
  defined: plainTest((value) => !(value instanceof Undefined)),
  undefined: plainTest((value) => value instanceof Undefined),
  none: plainTest((value) => value === null),
  boolean: plainTest((value) => typeof value === "boolean"),
  true: plainTest((value) => value === true),
  false: plainTest((value) => value === false),
  integer: plainTest((value) => typeof value === "bigint"),
  float: plainTest((value) => typeof value === "number"),
  number: plainTest((value) => numberOf(value) !== undefined),
  string: plainTest((value) => plainTextOf(value) !== undefined),
  mapping: plainTest((value) => value instanceof Dict),
  sequence: plainTest(isSequence),
  iterable: plainTest(isIterable),
  callable: plainTest(
    (value) =>
      value instanceof Callable || value instanceof Undefined || (value instanceof Fields && value.call !== undefined),
  ),
  escaped: plainTest((value) => value instanceof Markup),
  lower: test([], (run, value) => isLower(textOf(run, value))),
  upper: test([], (run, value) => isUpper(textOf(run, value))),
  sameas: test(["other"], (_, value, [other]) => isSame(value, other!)),
  in: test(["seq"], (run, value, [seq]) => contains(run, seq!, value)),
  "==": equal,
  eq: equal,
  equalto: equal,
  "!=": notEqual,
  ne: notEqual,
  ">": greater,
  gt: greater,
  greaterthan: greater,
  ">=": greaterOrEqual,
  ge: greaterOrEqual,
  "<": less,
  lt: less,
  lessthan: less,
  "<=": lessOrEqual,
  le: lessOrEqual,
};
