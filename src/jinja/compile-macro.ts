/** @file Turns macros and call blocks into functions. */
import {
  frameStart,
  innerFrame,
  type Activation,
  type Evaluate,
  type Execute,
  type Frame,
  type Output,
} from "./activation.ts";
import { compileExpression } from "./compile-expression.ts";
import { TemplateError } from "../python/errors.ts";
import type { Run } from "../python/run.ts";
import { createRoutine, Names, namesRead } from "./scope.ts";
import type { Signature, Statement } from "./syntax.ts";
import { Callable, Dict, orElse, Tuple, Undefined, type Arguments, type Value } from "../python/values.ts";

export interface MacroSource {
  /** Undefined for the body of a call block. */
  readonly name: string | undefined;
  readonly signature: Signature;
  readonly body: readonly Statement[];
}

type CompileBody = (body: readonly Statement[], frame: Frame) => Execute;

/** Names that a macro gets without asking for them when its body reads them. */
const specialNames = ["caller", "kwargs", "varargs"] as const;
type SpecialName = (typeof specialNames)[number];

interface Shape {
  readonly name: string | undefined;
  readonly parameters: readonly string[];
  readonly reads: (name: SpecialName) => boolean;
}

/** A function that makes the macro where it is defined. */
export function compileMacro(
  { name, signature, body }: MacroSource,
  frame: Frame,
  compileBody: CompileBody,
): (at: Activation) => Callable {
  const { parameters, defaults } = signature;
  const read = namesRead(body, specialNames);
  requireDefaultOfCaller(signature, read);
  const names = new Names(createRoutine(frame.names.routine), frame.names);
  parameters.forEach((each) => names.parameter(each));
  const implicit = specialNames.filter((each) => read.has(each) && !parameters.includes(each));
  implicit.forEach((each) => names.parameter(each));
  names.readAll(defaults);
  names.readStatements(body);

  const inner = innerFrame(frame, names);
  const places = [...parameters, ...implicit].map((each) => names.placeOf(each).index);
  const standards = parameters.map((parameter, i) => {
    const standard = defaults[i - (parameters.length - defaults.length)];
    return standard === undefined ? undefinedParameter(parameter) : compileExpression(standard, inner);
  });
  const start = frameStart(names);
  const execute = compileBody(body, inner);
  const shape: Shape = { name, parameters, reads: (each) => implicit.includes(each) };
  const fields = fieldsOf(shape);

  return (outer) =>
    new Callable(
      name ?? "caller",
      (run, given) => {
        const at: Activation = { run: outer.run, values: [], outer };
        run.spend(4);
        argumentsOf(run, shape, given).forEach((value, i) => (at.values[places[i]!] = value));
        start(at);
        standards.forEach((standard, i) => (at.values[places[i]!] = orElse(at.values[places[i]!], () => standard(at))));
        const out: Output = { text: "" };
        execute(at, out);
        return out.text;
      },
      fields,
    );
}

function requireDefaultOfCaller({ parameters, defaults }: Signature, read: ReadonlySet<string>): void {
  const index = parameters.indexOf("caller");
  if (index !== -1 && read.has("caller") && index < parameters.length - defaults.length) {
    throw new TemplateError("a macro that names caller among its parameters must give it a default");
  }
}

function undefinedParameter(name: string): Evaluate {
  return () => new Undefined(`the parameter ${name} was not given`);
}

function fieldsOf({ name, parameters, reads }: Shape): ReadonlyMap<string, Value> {
  return new Map<string, Value>([
    ["name", name ?? null],
    ["arguments", new Tuple(parameters)],
    ["catch_kwargs", reads("kwargs")],
    ["catch_varargs", reads("varargs")],
    ["caller", reads("caller")],
    ["explicit_caller", parameters.includes("caller")],
  ]);
}

/** Values for the parameters, then for caller, kwargs and varargs as far as the body reads them; undefined takes the default. */
function argumentsOf(
  run: Run,
  { name, parameters, reads }: Shape,
  { positional, named }: Arguments,
): (Value | undefined)[] {
  const left = new Map(named);
  const take = (key: string): Value | undefined => {
    const value = left.get(key);
    left.delete(key);
    return value;
  };
  const values: (Value | undefined)[] = positional.slice(0, parameters.length);
  for (const parameter of parameters.slice(positional.length)) values.push(take(parameter));
  if (reads("caller")) values.push(take("caller") ?? new Undefined("no caller is given"));
  const shown = name ?? "of a call block";
  if (reads("kwargs")) {
    const dict = new Dict();
    for (const [key, value] of left) dict.set(run, key, value);
    values.push(dict);
  } else if (left.size > 0) {
    throw new TemplateError(`the macro ${shown} has no parameter ${JSON.stringify([...left.keys()][0]!.slice(0, 40))}`);
  }
  if (reads("varargs")) values.push(new Tuple(positional.slice(parameters.length)));
  else if (positional.length > parameters.length) {
    throw new TemplateError(`the macro ${shown} takes no more than ${parameters.length} values`);
  }
  return values;
}
