/** @file Turns loops into functions, with the variable `loop`. */
import {
  frameStart,
  innerFrame,
  writer,
  type Activation,
  type Evaluate,
  type Execute,
  type Frame,
  type Output,
  type Signal,
} from "./activation.ts";
import { compileExpression } from "./compile-expression.ts";
import { compileTarget } from "./compile-target.ts";
import { TemplateError } from "../python/errors.ts";
import { equals, isTrue } from "../python/compare.ts";
import { iterate, lengthOf } from "../python/iterate.ts";
import type { Run } from "../python/run.ts";
import { createRoutine, Names } from "./scope.ts";
import { namesSet, type ForStatement, type Statement } from "./syntax.ts";
import { Callable, Fields, orElse, Tuple, Undefined, type Value } from "../python/values.ts";

type CompileBody = (body: readonly Statement[], frame: Frame) => Execute;

/** Goes through the items of a loop, and may look one ahead. */
interface Rounds {
  next(): Value | undefined;
  readonly loop: Fields;
}

export function compileLoop(statement: ForStatement, frame: Frame, compileBody: CompileBody): Execute {
  if (namesSet(statement.target).includes("loop")) throw new TemplateError("the name loop cannot be set in a loop");
  const outer = frame.names.routine;
  const routine = statement.recursive ? createRoutine(outer) : outer;
  const names = new Names(routine, frame.names);
  const loopPlace = names.parameter("loop");
  names.parametersOf(statement.target);
  names.readStatements(statement.body);
  const inner: Frame = { ...innerFrame(frame, names), canBreak: true, inLoop: true };
  const assign = compileTarget(statement.target, inner);
  const setLoop = writer(routine, loopPlace);
  const start = frameStart(names);
  const body = compileBody(statement.body, inner);
  const items = compileExpression(statement.items, frame);
  const test = compileLoopTest(statement, frame);
  const otherwise = compileElse(statement, { frame, routine }, compileBody);

  function run(
    at: Activation,
    { value, depth }: { readonly value: Value; readonly depth: number },
    out: Output,
  ): Signal {
    const again = (children: Value): Value => runNested(at, { value: children, depth: depth + 1 });
    const rounds = createRounds(at.run, {
      value,
      test: test?.(outerOf(at)),
      depth,
      again: statement.recursive ? again : undefined,
    });
    const inside = at;
    let isDone = false;
    for (let item = rounds.next(); item !== undefined; item = rounds.next()) {
      setLoop(inside, rounds.loop);
      assign(inside, item);
      start(inside);
      const signal = body(inside, out);
      if (signal === "break") break;
      if (signal === undefined) isDone = true;
    }
    // As in Jinja2, rounds that end early do not count.
    return isDone ? undefined : otherwise?.(inside, out);
  }
  const outerOf = (at: Activation): Activation => (statement.recursive ? at.outer! : at);

  function runNested(at: Activation, round: { readonly value: Value; readonly depth: number }): string {
    const out: Output = { text: "" };
    run({ run: at.run, values: [], outer: outerOf(at) }, round, out);
    return out.text;
  }

  return (at, out) => {
    const value = items(at);
    return run(statement.recursive ? { run: at.run, values: [], outer: at } : at, { value, depth: 0 }, out);
  };
}

function compileElse(
  { otherwise }: ForStatement,
  { frame, routine }: { readonly frame: Frame; readonly routine: Frame["names"]["routine"] },
  compileBody: CompileBody,
): Execute | undefined {
  if (otherwise.length === 0) return undefined;
  const names = new Names(routine, frame.names);
  names.readStatements(otherwise);
  const start = frameStart(names);
  const body = compileBody(otherwise, innerFrame({ ...frame, inLoop: true }, names));
  return (at, out) => {
    start(at);
    return body(at, out);
  };
}

/** The test behind `if`: it sees the items, but not what the body sets. */
function compileLoopTest(
  { target, test }: ForStatement,
  frame: Frame,
): ((at: Activation) => (item: Value) => boolean) | undefined {
  if (test === undefined) return undefined;
  const names = new Names(createRoutine(frame.names.routine), frame.names);
  names.parametersOf(target);
  names.readAll([test]);
  const inner = innerFrame(frame, names);
  const assign = compileTarget(target, inner);
  const start = frameStart(names);
  const evaluate: Evaluate = compileExpression(test, inner);
  return (outer) => {
    const at: Activation = { run: outer.run, values: [], outer };
    start(at);
    return (item) => {
      assign(at, item);
      return isTrue(evaluate(at));
    };
  };
}

interface RoundsSource {
  readonly value: Value;
  readonly test: ((item: Value) => boolean) | undefined;
  readonly depth: number;
  /** Runs a recursive loop with other items. */
  readonly again: ((items: Value) => Value) | undefined;
}

function* passing(items: Iterator<Value>, test: (item: Value) => boolean): Generator<Value> {
  for (let next = items.next(); next.done !== true; next = items.next()) if (test(next.value)) yield next.value;
}

function createRounds(run: Run, { value, test, depth, again }: RoundsSource): Rounds {
  const all = iterate(run, value);
  let items: Iterator<Value> = test === undefined ? all : passing(all, test);
  let length = test === undefined ? lengthOf(run, value) : undefined;
  let index = -1;
  let before: Value | undefined;
  let current: Value | undefined;
  let ahead: Value | undefined;
  let lastChanged: Value | undefined;

  const take = (): Value | undefined => {
    const next = items.next();
    return next.done === true ? undefined : next.value;
  };
  const peek = (): Value | undefined => {
    if (ahead === undefined) ahead = take();
    return ahead;
  };
  const count = (): number => {
    if (length !== undefined) return length;
    const rest: Value[] = [];
    for (let next = take(); next !== undefined; next = take()) rest.push(next);
    items = rest[Symbol.iterator]();
    length = rest.length + index + 1 + (ahead === undefined ? 0 : 1);
    return length;
  };
  const cycle = new Callable("cycle", (_, { positional }) => {
    if (positional.length === 0) throw new TemplateError("loop.cycle takes at least one value");
    return positional[index % positional.length]!;
  });
  const changed = new Callable("changed", (_, { positional }) => {
    const values = new Tuple(positional);
    if (lastChanged !== undefined && equals(run, lastChanged, values)) return false;
    lastChanged = values;
    return true;
  });
  const attributes: Readonly<Record<string, () => Value>> = {
    index: () => BigInt(index + 1),
    index0: () => BigInt(index),
    revindex: () => BigInt(count() - index),
    revindex0: () => BigInt(count() - index - 1),
    length: () => BigInt(count()),
    first: () => index === 0,
    last: () => peek() === undefined,
    depth: () => BigInt(depth + 1),
    depth0: () => BigInt(depth),
    previtem: () =>
      orElse(index === 0 ? undefined : before, () => new Undefined("there is no item before the first one")),
    nextitem: () => orElse(peek(), () => new Undefined("there is no item behind the last one")),
    cycle: () => cycle,
    changed: () => changed,
  };
  const loop = new Fields("LoopContext", {
    attribute: (name) => (Object.hasOwn(attributes, name) ? attributes[name]!() : undefined),
    length: count,
    call(_, { positional, named }) {
      if (again === undefined) throw new TemplateError("a loop that is called must be marked as recursive");
      if (positional.length !== 1 || named.size > 0)
        throw new TemplateError("a loop is called with the items of the next level");
      return again(positional[0]!);
    },
  });
  return {
    loop,
    next() {
      const item = peek();
      ahead = undefined;
      if (item === undefined) return undefined;
      index++;
      before = current;
      current = item;
      return item;
    },
  };
}
