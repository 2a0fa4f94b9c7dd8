/** @file The parts of a template: statements and expressions, as plain data. */
import type { BinaryOperator } from "../python/operators.ts";

export type CompareOperator = "==" | "!=" | "<" | "<=" | ">" | ">=" | "in" | "not in";

/** Arguments of a call, filter or test, in the order of the template. */
export interface CallArguments {
  readonly positional: readonly Expression[];
  readonly named: readonly { readonly name: string; readonly value: Expression }[];
  /** What stands behind `*`. */
  readonly list: Expression | undefined;
  /** What stands behind `**`. */
  readonly dict: Expression | undefined;
}

/** What a value can be given to: a name, the attribute of a namespace, or several of them. */
export type Target =
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "attribute-target"; readonly name: string; readonly attribute: string }
  | { readonly kind: "targets"; readonly items: readonly Target[] };

export type Expression =
  | { readonly kind: "constant"; readonly value: string | bigint | number | boolean | null }
  | { readonly kind: "load"; readonly name: string }
  | { readonly kind: "tuple" | "list"; readonly items: readonly Expression[] }
  | { readonly kind: "dict"; readonly items: readonly (readonly [Expression, Expression])[] }
  | { readonly kind: "and" | "or"; readonly left: Expression; readonly right: Expression }
  | { readonly kind: "not" | "negative" | "positive"; readonly operand: Expression }
  | {
      readonly kind: "binary";
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: "concat"; readonly items: readonly Expression[] }
  | {
      readonly kind: "compare";
      readonly first: Expression;
      readonly rest: readonly { readonly operator: CompareOperator; readonly operand: Expression }[];
    }
  | {
      readonly kind: "condition";
      readonly test: Expression;
      readonly then: Expression;
      readonly otherwise: Expression | undefined;
    }
  | { readonly kind: "attribute"; readonly of: Expression; readonly name: string }
  | { readonly kind: "item"; readonly of: Expression; readonly key: Expression }
  | SliceExpression
  | CallExpression
  | FilterExpression
  | { readonly kind: "test"; readonly of: Expression; readonly name: string; readonly given: CallArguments };

export interface SliceExpression {
  readonly kind: "slice";
  readonly of: Expression;
  readonly start: Expression | undefined;
  readonly stop: Expression | undefined;
  readonly step: Expression | undefined;
}

export interface CallExpression {
  readonly kind: "call";
  readonly of: Expression;
  readonly given: CallArguments;
}

/** `of` is undefined at the innermost filter of a filter block or of a `set` block: it takes the block's text. */
export interface FilterExpression {
  readonly kind: "filter";
  readonly of: Expression | undefined;
  readonly name: string;
  readonly given: CallArguments;
}

/** Parameters of a macro or call block, with the defaults of the last ones. */
export interface Signature {
  readonly parameters: readonly string[];
  readonly defaults: readonly Expression[];
}

export interface ForStatement {
  readonly kind: "for";
  readonly target: Target;
  readonly items: Expression;
  readonly test: Expression | undefined;
  readonly recursive: boolean;
  readonly body: readonly Statement[];
  readonly otherwise: readonly Statement[];
}

export interface IfStatement {
  readonly kind: "if";
  readonly test: Expression;
  readonly body: readonly Statement[];
  readonly elif: readonly { readonly test: Expression; readonly body: readonly Statement[] }[];
  readonly otherwise: readonly Statement[];
}

interface MacroStatement {
  readonly kind: "macro";
  readonly name: string;
  readonly signature: Signature;
  readonly body: readonly Statement[];
}

/** `call` is undefined for a block that only marks text (`generation`). */
export interface CallStatement {
  readonly kind: "call-block";
  readonly signature: Signature;
  readonly call: CallExpression | undefined;
  readonly body: readonly Statement[];
}

export interface BlockStatement {
  readonly kind: "block";
  readonly name: string;
  readonly scoped: boolean;
  readonly body: readonly Statement[];
}

export type Statement =
  | { readonly kind: "output"; readonly items: readonly (string | Expression)[] }
  | ForStatement
  | IfStatement
  | MacroStatement
  | CallStatement
  | BlockStatement
  | { readonly kind: "set"; readonly target: Target; readonly value: Expression }
  | {
      readonly kind: "set-block";
      readonly target: Target;
      readonly filter: FilterExpression | undefined;
      readonly body: readonly Statement[];
    }
  | {
      readonly kind: "with";
      readonly targets: readonly { readonly target: Target; readonly value: Expression }[];
      readonly body: readonly Statement[];
    }
  | { readonly kind: "filter-block"; readonly filter: FilterExpression; readonly body: readonly Statement[] }
  | { readonly kind: "break" | "continue" };

/** Expressions directly inside an expression, in the order in which Jinja2 visits them. */
export function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case "constant":
    case "load":
      return [];
    case "tuple":
    case "list":
    case "concat":
      return expression.items;
    case "dict":
      return expression.items.flat();
    case "and":
    case "or":
    case "binary":
      return [expression.left, expression.right];
    case "not":
    case "negative":
    case "positive":
      return [expression.operand];
    case "compare":
      return [expression.first, ...expression.rest.map(({ operand }) => operand)];
    case "condition":
      return [expression.test, expression.then, ...present([expression.otherwise])];
    case "attribute":
      return [expression.of];
    case "item":
      return [expression.of, expression.key];
    case "slice":
      return [expression.of, ...present([expression.start, expression.stop, expression.step])];
    case "call":
    case "filter":
    case "test":
      return [...present([expression.of]), ...argumentParts(expression.given)];
  }
}

function argumentParts({ positional, named, list, dict }: CallArguments): Expression[] {
  return [...positional, ...named.map(({ value }) => value), ...present([list, dict])];
}

function present(expressions: readonly (Expression | undefined)[]): Expression[] {
  return expressions.filter((each) => each !== undefined);
}

/** Names that a target sets. */
export function namesSet(target: Target): readonly string[] {
  if (target.kind === "targets") return target.items.flatMap(namesSet);
  return target.kind === "name" ? [target.name] : [];
}
