/** @file Turns a template into a function that writes its text. */
import {
  frameStart,
  innerFrame,
  reader,
  write,
  type Activation,
  type Execute,
  type Frame,
  type Output,
} from "./activation.ts";
import { compileCall, compileExpression, compileFilter } from "./compile-expression.ts";
import { compileLoop } from "./compile-loop.ts";
import { compileMacro } from "./compile-macro.ts";
import { compileTarget, compileTargetCheck } from "./compile-target.ts";
import { notSupported, TemplateError } from "../python/errors.ts";
import { isTrue } from "../python/compare.ts";
import { textOf } from "../python/repr.ts";
import { createRoutine, Names, namesRead } from "./scope.ts";
import type { Run } from "../python/run.ts";
import {
  namesSet,
  type BlockStatement,
  type CallStatement,
  type FilterExpression,
  type IfStatement,
  type Statement,
  type Target,
} from "./syntax.ts";
import type { Value } from "../python/values.ts";

/** A function that writes the text of the template once. Throws an Error if the template could never be rendered. */
export function compileTemplate(statements: readonly Statement[]): (run: Run, out: Output) => void {
  const names = new Names(createRoutine());
  if (namesRead(statements, ["self"]).size > 0) throw notSupported("the name self");
  names.readStatements(statements);
  const body = compileAll(statements, { names, topLevel: true, soft: false, canBreak: false, inLoop: false });
  const start = frameStart(names);
  requireDifferentBlocks(statements);
  return (run, out) => {
    const at: Activation = { run, values: [], outer: undefined };
    start(at);
    body(at, out);
  };
}

function requireDifferentBlocks(statements: readonly Statement[]): void {
  const seen = new Set<string>();
  const visit = (each: Statement): void => {
    if (each.kind === "block") {
      if (seen.has(each.name)) throw new TemplateError(`the block ${each.name} is defined twice`);
      seen.add(each.name);
    }
    if ("body" in each) each.body.forEach(visit);
    if ("otherwise" in each) each.otherwise.forEach(visit);
    if ("elif" in each) each.elif.forEach(({ body }) => body.forEach(visit));
  };
  statements.forEach(visit);
}

function compileAll(statements: readonly Statement[], frame: Frame): Execute {
  const all = statements.map((each) => compileStatement(each, frame));
  return (at, out) => {
    for (const execute of all) {
      at.run.spend(1);
      const signal = execute(at, out);
      if (signal !== undefined) return signal;
    }
    return undefined;
  };
}

function compileStatement(statement: Statement, frame: Frame): Execute {
  switch (statement.kind) {
    case "output":
      return compileOutput(statement.items, frame);
    case "for":
      return compileLoop(statement, frame, compileAll);
    case "if":
      return compileIf(statement, { ...frame, soft: true });
    case "set": {
      requireNotLoop(statement.target, frame);
      const check = compileTargetCheck(statement.target, frame);
      const value = compileExpression(statement.value, frame);
      const assign = compileAssignment(statement.target, frame);
      return (at) => {
        check(at);
        assign(at, value(at));
        return undefined;
      };
    }
    case "set-block":
      return compileSetBlock(statement, frame);
    case "macro": {
      const macro = compileMacro(statement, frame, compileAll);
      const assign = compileAssignment({ kind: "name", name: statement.name }, frame);
      return (at) => {
        assign(at, macro(at));
        return undefined;
      };
    }
    case "call-block":
      return compileCallBlock(statement, frame);
    case "with":
      return compileWith(statement, frame);
    case "filter-block":
      return compileFilterBlock(statement, frame);
    case "block":
      return compileBlock(statement, frame);
    case "break":
    case "continue":
      if (!frame.canBreak) throw new TemplateError(`${statement.kind} stands outside of a loop`);
      return () => statement.kind;
  }
}

function requireNotLoop(target: Target, frame: Frame): void {
  if (frame.inLoop && namesSet(target).includes("loop"))
    throw new TemplateError("the name loop cannot be set in a loop");
}

/** Outside of loops and macros, a name that is set is also seen by blocks and by macros that look it up later. */
function compileAssignment(target: Target, frame: Frame): (at: Activation, value: Value) => void {
  const assign = compileTarget(target, frame);
  if (!frame.topLevel) return assign;
  const reads = namesSet(target).map((name) => [name, reader(frame.names.routine, frame.names.placeOf(name))] as const);
  return (at, value) => {
    assign(at, value);
    for (const [name, read] of reads) at.run.exported.set(name, read(at)!);
  };
}

function compileOutput(items: Extract<Statement, { kind: "output" }>["items"], frame: Frame): Execute {
  const parts = items.map((item) => (typeof item === "string" ? item : compileExpression(item, frame)));
  return (at, out) => {
    // Values are there before any of them is written, which no template can tell.
    for (const part of parts) write(at.run, out, typeof part === "string" ? part : textOf(at.run, part(at)));
    return undefined;
  };
}

function compileIf({ test, body, elif, otherwise }: IfStatement, frame: Frame): Execute {
  const branches = [{ test, body }, ...elif].map((branch) => ({
    test: compileExpression(branch.test, frame),
    body: compileAll(branch.body, frame),
  }));
  const last = compileAll(otherwise, frame);
  return (at, out) => {
    const branch = branches.find((each) => isTrue(each.test(at)));
    return (branch?.body ?? last)(at, out);
  };
}

function compileSetBlock({ target, filter, body }: Extract<Statement, { kind: "set-block" }>, frame: Frame): Execute {
  requireNotLoop(target, frame);
  const names = new Names(frame.names.routine, frame.names);
  names.readStatements(body);
  const inner = innerFrame(frame, names);
  const start = frameStart(names);
  const write = captured(body, inner, filter);
  const assign = compileAssignment(target, frame);
  return (at) => {
    start(at);
    const { value, signal } = write(at);
    if (signal === undefined) assign(at, value());
    return signal;
  };
}

/** Runs a body and gives its text, passed through filters. */
function captured(
  body: readonly Statement[],
  frame: Frame,
  filter: FilterExpression | undefined,
): (at: Activation) => { readonly value: () => Value; readonly signal: ReturnType<Execute> } {
  const execute = compileAll(body, frame);
  let text: string;
  const apply = filter && compileFilter(filter, frame, () => text);
  return (at) => {
    const out: Output = { text: "" };
    const signal = execute(at, out);
    const value = (): Value => {
      text = out.text;
      return apply === undefined ? out.text : apply(at);
    };
    return { value, signal };
  };
}

function compileCallBlock({ signature, call, body }: CallStatement, frame: Frame): Execute {
  const macro = compileMacro({ name: undefined, signature, body }, frame, compileAll);
  const nothing = { positional: [], named: new Map<string, Value>() };
  if (call === undefined) {
    return (at, out) => {
      write(at.run, out, textOf(at.run, macro(at).call(at.run, nothing)));
      return undefined;
    };
  }
  if (call.given.named.some(({ name }) => name === "caller"))
    throw new TemplateError("a call block gives caller itself");
  const result = compileCall(call, frame, (at) => [["caller", macro(at)]]);
  return (at, out) => {
    write(at.run, out, textOf(at.run, result(at)));
    return undefined;
  };
}

function compileWith({ targets, body }: Extract<Statement, { kind: "with" }>, frame: Frame): Execute {
  const names = new Names(frame.names.routine, frame.names);
  targets.forEach(({ target }) => names.parametersOf(target));
  names.readStatements(body);
  const inner = innerFrame(frame, names);
  const start = frameStart(names);
  const assignments = targets.map(({ target, value }) => ({
    assign: compileTarget(target, inner),
    value: compileExpression(value, frame),
  }));
  const execute = compileAll(body, inner);
  return (at, out) => {
    start(at);
    for (const { assign, value } of assignments) assign(at, value(at));
    return execute(at, out);
  };
}

function compileFilterBlock({ filter, body }: Extract<Statement, { kind: "filter-block" }>, frame: Frame): Execute {
  const names = new Names(frame.names.routine, frame.names);
  names.readStatements(body);
  names.readAll([filter]);
  const start = frameStart(names);
  const run = captured(body, innerFrame(frame, names), filter);
  return (at, out) => {
    start(at);
    const { value, signal } = run(at);
    if (signal === undefined) write(at.run, out, textOf(at.run, value()));
    return signal;
  };
}

/** A block sees what is set outside of loops and macros; a scoped one sees what its place sees. */
function compileBlock({ scoped, body }: BlockStatement, frame: Frame): Execute {
  if (namesRead(body, ["self", "super"]).size > 0) throw notSupported("a block that reads self or super");
  const names = new Names(createRoutine());
  names.readStatements(body);
  const execute = compileAll(body, { names, topLevel: false, soft: false, canBreak: false, inLoop: frame.inLoop });
  const start = frameStart(names);
  const locals = [...frame.names.allSet].map(([name, place]) => [name, reader(frame.names.routine, place)] as const);
  return (at, out) => {
    const run = scoped ? withLocals(at, locals) : at.run;
    const inside: Activation = { run, values: [], outer: undefined };
    start(inside);
    execute(inside, out);
    return undefined;
  };
}

function withLocals(
  at: Activation,
  locals: readonly (readonly [string, (at: Activation) => Value | undefined])[],
): Run {
  const variables = new Map([...at.run.variables, ...at.run.exported]);
  for (const [name, read] of locals) {
    const value = read(at);
    if (value !== undefined) variables.set(name, value);
  }
  return { ...at.run, variables, exported: new Map() };
}
