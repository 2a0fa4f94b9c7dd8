/** @file Turns expressions into functions. */
import { reader, type Activation, type Evaluate, type Frame } from "./activation.ts";
import { TemplateError } from "../python/errors.ts";
import { findFilter, findTest, hasTest } from "./named.ts";
import { attribute, callValue, item } from "../python/attributes.ts";
import { contains, equals, isTrue, order, plainTextOf } from "../python/compare.ts";
import { iterate } from "../python/iterate.ts";
import { binary, negative, positive, slice } from "../python/operators.ts";
import { textOf } from "../python/repr.ts";
import { spendText, type Run } from "../python/run.ts";
import type {
  CallArguments,
  CallExpression,
  CompareOperator,
  Expression,
  FilterExpression,
  SliceExpression,
} from "./syntax.ts";
import { Dict, orElse, Tuple, Undefined, type Arguments, type Value } from "../python/values.ts";

/** Each evaluation is a step. */
export function compileExpression(expression: Expression, frame: Frame): Evaluate {
  const evaluate = compiled(expression, frame);
  return (at) => {
    at.run.spend(1);
    return evaluate(at);
  };
}

function compileAll(expressions: readonly Expression[], frame: Frame): (at: Activation) => Value[] {
  const all = expressions.map((each) => compileExpression(each, frame));
  return (at) => all.map((evaluate) => evaluate(at));
}

function compiled(expression: Expression, frame: Frame): Evaluate {
  const inner = (each: Expression): Evaluate => compileExpression(each, frame);
  switch (expression.kind) {
    case "constant":
      return () => expression.value;
    case "load":
      return compileLoad(expression.name, frame);
    case "list":
      return compileAll(expression.items, frame);
    case "tuple": {
      const items = compileAll(expression.items, frame);
      return (at) => new Tuple(items(at));
    }
    case "dict": {
      const entries = expression.items.map((entry) => compileAll(entry, frame));
      return (at) => {
        const dict = new Dict();
        for (const entry of entries) {
          const [key, value] = entry(at);
          dict.set(at.run, key!, value!);
        }
        return dict;
      };
    }
    case "and":
    case "or": {
      const [left, right] = [inner(expression.left), inner(expression.right)];
      const goesOn = expression.kind === "and";
      return (at) => {
        const value = left(at);
        return isTrue(value) === goesOn ? right(at) : value;
      };
    }
    case "not": {
      const operand = inner(expression.operand);
      return (at) => !isTrue(operand(at));
    }
    case "negative":
    case "positive": {
      const operand = inner(expression.operand);
      const sign = expression.kind === "negative" ? negative : positive;
      return (at) => sign(operand(at));
    }
    case "binary": {
      const [left, right] = [inner(expression.left), inner(expression.right)];
      return (at) => binary(at.run, expression.operator, [left(at), right(at)]);
    }
    case "concat": {
      const items = compileAll(expression.items, frame);
      return (at) => {
        const text = items(at)
          .map((value) => textOf(at.run, value))
          .join("");
        spendText(at.run, text.length);
        return text;
      };
    }
    case "compare":
      return compileCompare(expression.first, expression.rest, frame);
    case "condition":
      return compileCondition(expression, { ...frame, soft: true });
    case "attribute": {
      const of = inner(expression.of);
      return (at) => attribute(at.run, of(at), expression.name);
    }
    case "item": {
      const [of, key] = [inner(expression.of), inner(expression.key)];
      return (at) => {
        const value = of(at);
        return item(at.run, value, key(at));
      };
    }
    case "slice":
      return compileSlice(expression, frame);
    case "call":
      return compileCall(expression, frame);
    case "filter":
      return compileFilter(expression, frame, undefined);
    case "test":
      return compileTest(expression, frame);
  }
}

function compileLoad(name: string, frame: Frame): Evaluate {
  const read = reader(frame.names.routine, frame.names.placeOf(name));
  return (at) => orElse(read(at), () => new Undefined(`the name ${name} is not defined`));
}

const comparisons: Readonly<Record<CompareOperator, (run: Run, a: Value, b: Value) => boolean>> = {
  "==": equals,
  "!=": (run, a, b) => !equals(run, a, b),
  "<": (run, a, b) => order(run, a, b) < 0,
  "<=": (run, a, b) => order(run, a, b) <= 0,
  ">": (run, a, b) => order(run, a, b) > 0,
  ">=": (run, a, b) => order(run, a, b) >= 0,
  in: (run, a, b) => contains(run, b, a),
  "not in": (run, a, b) => !contains(run, b, a),
};

function compileCompare(
  first: Expression,
  rest: readonly { readonly operator: CompareOperator; readonly operand: Expression }[],
  frame: Frame,
): Evaluate {
  const start = compileExpression(first, frame);
  const steps = rest.map(({ operator, operand }) => ({
    compare: comparisons[operator],
    operand: compileExpression(operand, frame),
  }));
  return (at) => {
    let left = start(at);
    for (const { compare, operand } of steps) {
      const right = operand(at);
      if (!compare(at.run, left, right)) return false;
      left = right;
    }
    return true;
  };
}

function compileCondition(expression: Extract<Expression, { kind: "condition" }>, frame: Frame): Evaluate {
  const [test, then] = [compileExpression(expression.test, frame), compileExpression(expression.then, frame)];
  const otherwise = expression.otherwise && compileExpression(expression.otherwise, frame);
  return (at) => {
    if (isTrue(test(at))) return then(at);
    return orElse(otherwise?.(at), () => new Undefined("a condition is false and has no else"));
  };
}

function compileSlice(expression: SliceExpression, frame: Frame): Evaluate {
  const of = compileExpression(expression.of, frame);
  const bound = (each: Expression | undefined): Evaluate | undefined => each && compileExpression(each, frame);
  const [start, stop, step] = [bound(expression.start), bound(expression.stop), bound(expression.step)];
  return (at) => slice(at.run, of(at), { start: start?.(at), stop: stop?.(at), step: step?.(at) });
}

/** The arguments of a call, those behind `*` and `**` included. */
function compileArguments(given: CallArguments, frame: Frame): (at: Activation) => Arguments {
  const positional = compileAll(given.positional, frame);
  const named = given.named.map(({ name, value }) => [name, compileExpression(value, frame)] as const);
  const list = given.list && compileExpression(given.list, frame);
  const dict = given.dict && compileExpression(given.dict, frame);
  return (at) => {
    const byPlace = positional(at);
    const byName = new Map(named.map(([name, evaluate]) => [name, evaluate(at)]));
    if (list !== undefined) byPlace.push(...iterate(at.run, list(at)));
    if (dict !== undefined) addNamed(byName, dict(at));
    return { positional: byPlace, named: byName };
  };
}

function addNamed(named: Map<string, Value>, dict: Value): void {
  if (!(dict instanceof Dict)) throw new TemplateError("what stands behind ** must be a mapping");
  for (const [key, value] of dict.entries()) {
    const name = plainTextOf(key);
    if (name === undefined) throw new TemplateError("what stands behind ** must have texts as its keys");
    if (named.has(name)) throw new TemplateError(`the argument ${JSON.stringify(name.slice(0, 40))} is given twice`);
    named.set(name, value);
  }
}

/** `extra` are named arguments that the caller adds. */
export function compileCall(
  { of, given }: CallExpression,
  frame: Frame,
  extra: (at: Activation) => readonly (readonly [string, Value])[] = () => [],
): Evaluate {
  const callee = compileExpression(of, frame);
  const givenAt = compileArguments(given, frame);
  return (at) => {
    const value = callee(at);
    const { positional, named } = givenAt(at);
    const added = extra(at);
    return callValue(at.run, value, { positional, named: added.length === 0 ? named : new Map([...named, ...added]) });
  };
}

/** A filter; `body` gives the text of a block if no value stands before it. */
export function compileFilter(
  { of, name, given }: FilterExpression,
  frame: Frame,
  body: ((at: Activation) => Value) | undefined,
): Evaluate {
  const found = findFilter(name);
  if (found === undefined && !frame.soft)
    throw new TemplateError(`there is no filter ${JSON.stringify(name.slice(0, 40))}`);
  const value = filterSource(of, frame, body);
  const givenAt = compileArguments(given, frame);
  return (at) => {
    if (found === undefined) throw new TemplateError(`there is no filter ${JSON.stringify(name.slice(0, 40))}`);
    const before = value(at);
    return found(at.run, before, givenAt(at));
  };
}

function filterSource(
  of: Expression | undefined,
  frame: Frame,
  body: ((at: Activation) => Value) | undefined,
): Evaluate {
  if (of === undefined) return body!;
  if (of.kind === "filter" && body !== undefined) return compileFilter(of, frame, body);
  return compileExpression(of, frame);
}

function compileTest({ of, name, given }: Extract<Expression, { kind: "test" }>, frame: Frame): Evaluate {
  if (!hasTest(name) && !frame.soft) findTest(name);
  const value = compileExpression(of, frame);
  const givenAt = compileArguments(given, frame);
  return (at) => {
    const test = findTest(name);
    const before = value(at);
    return test(at.run, before, givenAt(at));
  };
}
