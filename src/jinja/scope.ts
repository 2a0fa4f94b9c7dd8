/**
 * @file Which place each name of a template means. Jinja2 decides this before a template runs: a name that a loop, macro or block
 * sets anywhere is its own, and begins each round with the value from outside; a name that is only read is looked up once, at
 * the start of its block.
 */
import { TemplateError } from "../python/errors.ts";
import { namesSet, partsOf, type Expression, type Statement, type Target } from "./syntax.ts";

/** Names that one frame may have; each condition copies them. Published templates have up to 60. */
const maxNames = 250;

/** Code that runs with its own values each time: the template, a macro, a recursive loop, the test of a loop, a block. */
export interface Routine {
  /** Routines around this one. */
  readonly depth: number;
  readonly places: Map<string, Place>;
}

/** The place of a value in the row of values of its routine. */
export interface Place {
  readonly depth: number;
  readonly index: number;
}

/** What a place holds when its frame begins. */
export type Load =
  | { readonly kind: "given" }
  | { readonly kind: "look up"; readonly name: string }
  | { readonly kind: "copy"; readonly from: Place }
  | { readonly kind: "nothing" };

export function createRoutine(outer?: Routine): Routine {
  return { depth: outer === undefined ? 0 : outer.depth + 1, places: new Map() };
}

function placeOf(routine: Routine, level: number, name: string): Place {
  const key = `${level} ${name}`;
  const known = routine.places.get(key);
  if (known !== undefined) return known;
  const place = { depth: routine.depth, index: routine.places.size };
  routine.places.set(key, place);
  return place;
}

/** The names of one frame: the template, or the body of a loop, macro or block. */
export class Names {
  readonly #outer: Names | undefined;
  readonly #level: number;
  readonly routine: Routine;
  #places = new Map<string, Place>();
  #loads = new Map<Place, Load>();
  #set = new Set<string>();

  constructor(routine: Routine, outer?: Names) {
    this.routine = routine;
    this.#outer = outer;
    this.#level = outer === undefined ? 0 : outer.#level + 1;
  }

  /** What to put into the places when the frame begins. */
  get loads(): ReadonlyMap<Place, Load> {
    return this.#loads;
  }

  /** All names that this frame and those around it set, each with its place. */
  get allSet(): ReadonlyMap<string, Place> {
    const outer = this.#outer?.allSet ?? new Map<string, Place>();
    return new Map([...outer, ...[...this.#set].map((name) => [name, this.placeOf(name)] as const)]);
  }

  find(name: string): Place | undefined {
    return this.#places.get(name) ?? this.#outer?.find(name);
  }

  placeOf(name: string): Place {
    const place = this.find(name);
    if (place === undefined) throw new TemplateError(`the name ${name} cannot be used here`);
    return place;
  }

  parameter(name: string): Place {
    this.#set.add(name);
    return this.#define(name, { kind: "given" });
  }

  #define(name: string, load: Load): Place {
    if (this.#places.size >= maxNames) throw new TemplateError(`it has more than ${maxNames} names in one place`);
    const place = placeOf(this.routine, this.#level, name);
    this.#places.set(name, place);
    this.#loads.set(place, load);
    return place;
  }

  #read(name: string): void {
    if (this.find(name) === undefined) this.#define(name, { kind: "look up", name });
  }

  #write(name: string): void {
    this.#set.add(name);
    if (this.#places.has(name)) return;
    const from = this.#outer?.find(name);
    this.#define(name, from === undefined ? { kind: "nothing" } : { kind: "copy", from });
  }

  readAll(expressions: readonly (Expression | undefined)[]): void {
    for (const expression of expressions) {
      if (expression === undefined) continue;
      if (expression.kind === "load") this.#read(expression.name);
      else this.readAll(partsOf(expression));
    }
  }

  writeTarget(target: Target): void {
    if (target.kind === "targets") target.items.forEach((item) => this.writeTarget(item));
    else if (target.kind === "name") this.#write(target.name);
    else this.#read(target.name);
  }

  parametersOf(target: Target): void {
    for (const name of namesSet(target)) this.parameter(name);
  }

  /** Finds the names of statements. The bodies of loops, macros and blocks are frames of their own. */
  readStatements(statements: readonly Statement[]): void {
    for (const statement of statements) this.#readStatement(statement);
  }

  #readStatement(statement: Statement): void {
    switch (statement.kind) {
      case "output": {
        this.readAll(statement.items.filter((item) => typeof item !== "string"));
        return;
      }
      case "for": {
        this.readAll([statement.items]);
        return;
      }
      case "if": {
        this.readAll([statement.test]);
        // Tests of later branches are read as if they stood inside of their branch.
        this.#readBranches([
          () => this.readStatements(statement.body),
          () => this.#readElif(statement.elif),
          () => this.readStatements(statement.otherwise),
        ]);
        return;
      }
      case "macro": {
        this.#write(statement.name);
        return;
      }
      case "call-block": {
        this.readAll([statement.call]);
        return;
      }
      case "set":
        this.readAll([statement.value]);
        {
          this.writeTarget(statement.target);
          return;
        }
      case "set-block": {
        this.writeTarget(statement.target);
        return;
      }
      case "with": {
        this.readAll(statement.targets.map(({ value }) => value));
        return;
      }
      case "filter-block": {
        this.readAll([statement.filter]);
        return;
      }
    }
  }

  /** Each later test is an `if` of its own, with branches of its own. */
  #readElif(branches: readonly { readonly test: Expression; readonly body: readonly Statement[] }[]): void {
    for (const { test, body } of branches) {
      this.readAll([test]);
      this.#readBranches([() => this.readStatements(body)]);
    }
  }

  /** A name that some branch sets may stay as it was: it begins with the value from outside. */
  #readBranches(branches: readonly (() => void)[]): void {
    const before = { places: this.#places, loads: this.#loads, set: this.#set };
    const after = branches.map((read) => {
      this.#places = new Map(before.places);
      this.#loads = new Map(before.loads);
      this.#set = new Set(before.set);
      read();
      return { places: this.#places, loads: this.#loads, set: this.#set };
    });
    this.#places = new Map(after.flatMap(({ places }) => [...places]));
    this.#loads = new Map(after.flatMap(({ loads }) => [...loads]));
    this.#set = new Set(after.flatMap(({ set }) => [...set]));
    for (const name of this.#set) {
      if (before.set.has(name)) continue;
      const from = this.#outer?.find(name);
      this.#loads.set(this.placeOf(name), from === undefined ? { kind: "look up", name } : { kind: "copy", from });
    }
  }
}

/** Those of `names` that `statements` read before they set them, inner frames included, blocks left out. */
export function namesRead(statements: readonly Statement[], names: readonly string[]): ReadonlySet<string> {
  const open = new Set(names);
  const found = new Set<string>();
  const set = (target: Target): void => namesSet(target).forEach((name) => open.delete(name));
  const read = (expressions: readonly (Expression | undefined)[]): void => {
    for (const expression of expressions) {
      if (expression?.kind === "load" && open.has(expression.name)) found.add(expression.name);
      else if (expression !== undefined) read(partsOf(expression));
    }
  };
  const visit = (each: Statement): void => {
    switch (each.kind) {
      case "output": {
        read(each.items.filter((item) => typeof item !== "string"));
        return;
      }
      case "for":
        set(each.target);
        read([each.items]);
        each.body.forEach(visit);
        each.otherwise.forEach(visit);
        {
          read([each.test]);
          return;
        }
      case "if":
        read([each.test]);
        each.body.forEach(visit);
        for (const { test, body } of each.elif) {
          read([test]);
          body.forEach(visit);
        }
        {
          each.otherwise.forEach(visit);
          return;
        }
      case "macro":
      case "call-block":
        if (each.kind === "call-block") read([each.call]);
        each.signature.parameters.forEach((name) => open.delete(name));
        read(each.signature.defaults);
        {
          each.body.forEach(visit);
          return;
        }
      case "set":
        set(each.target);
        {
          read([each.value]);
          return;
        }
      case "set-block":
        set(each.target);
        read([each.filter]);
        {
          each.body.forEach(visit);
          return;
        }
      case "with":
        each.targets.forEach(({ target }) => set(target));
        read(each.targets.map(({ value }) => value));
        {
          each.body.forEach(visit);
          return;
        }
      case "filter-block":
        each.body.forEach(visit);
        {
          read([each.filter]);
          return;
        }
    }
  };
  statements.forEach(visit);
  return found;
}
