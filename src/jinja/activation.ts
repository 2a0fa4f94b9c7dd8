/** @file What compiled templates work on: the values of a routine while it runs, and the text that it writes. */
import { TemplateError } from "../python/errors.ts";
import { globals } from "./globals.ts";
import { maxRenderedCharacters, spendText, type Run } from "../python/run.ts";
import type { Names, Place, Routine } from "./scope.ts";
import type { Value } from "../python/values.ts";

/** The values of one run of a routine. A place without a value is undefined. */
export interface Activation {
  readonly run: Run;
  readonly values: (Value | undefined)[];
  /** Of the routine around this one. */
  readonly outer: Activation | undefined;
}

export type Evaluate = (at: Activation) => Value;

/** Ends the round of a loop, or the loop. */
export type Signal = "break" | "continue" | undefined;

export type Execute = (at: Activation, out: Output) => Signal;

/** Text that grows. */
export interface Output {
  text: string;
}

export function write(run: Run, out: Output, text: string): void {
  spendText(run, text.length);
  out.text += text;
  if (out.text.length > maxRenderedCharacters) {
    throw new TemplateError(`it writes more than ${maxRenderedCharacters} characters`);
  }
}

/** The routine that a statement or expression belongs to, and its surroundings. */
export interface Frame {
  readonly names: Names;
  /** True outside of loops, macros and blocks: names that are set are seen by all that runs later. */
  readonly topLevel: boolean;
  /** True inside of a condition: an unknown filter fails only if it is used. */
  readonly soft: boolean;
  /** True if a loop of the same routine can be left. */
  readonly canBreak: boolean;
  /** True inside of any loop: its name "loop" cannot be set. */
  readonly inLoop: boolean;
}

/** A frame inside of `frame`; names that are set in it stay in it. */
export function innerFrame(frame: Frame, names: Names): Frame {
  const sameRoutine = names.routine === frame.names.routine;
  return { names, topLevel: false, soft: false, canBreak: frame.canBreak && sameRoutine, inLoop: frame.inLoop };
}

/** Reads a place from inside of `routine`. */
export function reader(routine: Routine, place: Place): (at: Activation) => Value | undefined {
  const find = finder(routine, place);
  return (at) => find(at).values[place.index];
}

export function writer(routine: Routine, place: Place): (at: Activation, value: Value) => void {
  const find = finder(routine, place);
  return (at, value) => {
    find(at).values[place.index] = value;
  };
}

function finder(routine: Routine, place: Place): (at: Activation) => Activation {
  const steps = routine.depth - place.depth;
  return (at) => {
    let found = at;
    for (let i = 0; i < steps; i++) found = found.outer!;
    return found;
  };
}

/** Puts into the places of a frame what they hold when it begins. */
export function frameStart(names: Names): (at: Activation) => void {
  const loads = [...names.loads].map(([place, load]) => {
    if (load.kind === "given") return undefined;
    if (load.kind === "copy") {
      const read = reader(names.routine, load.from);
      return (at: Activation): void => {
        at.values[place.index] = read(at);
      };
    }
    return (at: Activation): void => {
      at.values[place.index] = load.kind === "look up" ? lookUp(at.run, load.name) : undefined;
    };
  });
  const needed = loads.filter((load) => load !== undefined);
  return (at) => {
    at.run.spend(1 + needed.length);
    for (const load of needed) load(at);
  };
}

function lookUp(run: Run, name: string): Value | undefined {
  const holder = [run.exported, run.variables, globals].find((names) => names.has(name));
  return holder?.get(name);
}
