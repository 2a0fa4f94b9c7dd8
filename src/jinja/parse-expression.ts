/** @file Reads expressions and targets of a template, with the precedence of Jinja2. */
import type { BinaryOperator } from "../python/operators.ts";
import type { CallArguments, CallExpression, CompareOperator, Expression, FilterExpression, Target } from "./syntax.ts";
import { TokenReader } from "./token-reader.ts";

const noArguments: CallArguments = { positional: [], named: [], list: undefined, dict: undefined };

const constants: Readonly<Record<string, boolean | null>> = {
  true: true,
  True: true,
  false: false,
  False: false,
  none: null,
  None: null,
};

/** What can be read from a place in a row of tokens. */
export class ExpressionParser extends TokenReader {
  expression(withCondition = true): Expression {
    return this.deeper(() => (withCondition ? this.#condition() : this.#or()));
  }

  /** Expressions between commas are a tuple. `end` is a name that ends it. */
  tuple(
    options: { readonly withCondition?: boolean; readonly inBrackets?: boolean; readonly end?: string } = {},
  ): Expression {
    const items: Expression[] = [];
    let isTuple = false;
    while (true) {
      if (items.length > 0) this.expectOperator(",");
      if (this.#endsTuple(options.end)) break;
      items.push(this.expression(options.withCondition ?? true));
      if (!this.isOperator(",")) break;
      isTuple = true;
    }
    if (isTuple || (items.length === 0 && options.inBrackets === true)) return { kind: "tuple", items };
    return items[0] ?? this.fail(`an expression is expected, not ${this.shown()}`);
  }

  #endsTuple(end: string | undefined): boolean {
    const { kind } = this.current;
    return (
      kind === "end-print" || kind === "end-block" || this.isOperator(")") || (end !== undefined && this.isName(end))
    );
  }

  /** What stands left of `=` or of `in`. */
  target(options: { readonly withAttributes?: boolean; readonly end?: string } = {}): Target {
    const items: Target[] = [];
    let isTuple = false;
    while (true) {
      if (items.length > 0) this.expectOperator(",");
      if (items.length > 0 && this.#endsTuple(options.end)) break;
      items.push(this.deeper(() => this.#primaryTarget(options.withAttributes ?? false)));
      if (!this.isOperator(",")) break;
      isTuple = true;
    }
    return isTuple ? { kind: "targets", items } : items[0]!;
  }

  #primaryTarget(withAttributes: boolean): Target {
    if (this.skipOperator("(")) {
      const inner = this.target({ withAttributes });
      this.expectOperator(")");
      return inner;
    }
    const name = this.nameTarget();
    if (!withAttributes || !this.skipOperator(".")) return { kind: "name", name };
    return { kind: "attribute-target", name, attribute: this.expectName() };
  }

  /** A name that can be set. */
  nameTarget(): string {
    const name = this.expectName();
    if (name in constants) this.fail(`${name} cannot be set`);
    return name;
  }

  #condition(): Expression {
    let result = this.#or();
    while (this.skipName("if")) {
      const test = this.#or();
      const otherwise = this.skipName("else") ? this.deeper(() => this.#condition()) : undefined;
      result = { kind: "condition", test, then: result, otherwise };
    }
    return result;
  }

  #or(): Expression {
    let left = this.#and();
    while (this.skipName("or")) left = { kind: "or", left, right: this.#and() };
    return left;
  }

  #and(): Expression {
    let left = this.#not();
    while (this.skipName("and")) left = { kind: "and", left, right: this.#not() };
    return left;
  }

  #not(): Expression {
    if (this.skipName("not")) return { kind: "not", operand: this.deeper(() => this.#not()) };
    return this.#compare();
  }

  #compare(): Expression {
    const first = this.#sum();
    const rest: { operator: CompareOperator; operand: Expression }[] = [];
    while (true) {
      const operator = this.#compareOperator();
      if (operator === undefined) break;
      rest.push({ operator, operand: this.#sum() });
    }
    return rest.length === 0 ? first : { kind: "compare", first, rest };
  }

  #compareOperator(): CompareOperator | undefined {
    for (const operator of ["==", "!=", "<=", ">=", "<", ">"] as const) {
      if (this.skipOperator(operator)) return operator;
    }
    if (this.skipName("in")) return "in";
    if (!this.isName("not") || !this.isName("in", 1)) return undefined;
    this.next();
    this.next();
    return "not in";
  }

  #binary(operators: readonly BinaryOperator[], read: () => Expression): Expression {
    let left = read();
    while (true) {
      const operator = operators.find((each) => this.isOperator(each));
      if (operator === undefined) return left;
      this.next();
      left = { kind: "binary", operator, left, right: read() };
    }
  }

  #sum(): Expression {
    return this.#binary(["+", "-"], () => this.#concat());
  }

  #concat(): Expression {
    const items = [this.#product()];
    while (this.skipOperator("~")) items.push(this.#product());
    return items.length === 1 ? items[0]! : { kind: "concat", items };
  }

  #product(): Expression {
    return this.#binary(["*", "//", "/", "%"], () => this.#power());
  }

  #power(): Expression {
    return this.#binary(["**"], () => this.#unary(true));
  }

  #unary(withFilter: boolean): Expression {
    let result: Expression;
    if (this.skipOperator("-")) result = { kind: "negative", operand: this.deeper(() => this.#unary(false)) };
    else if (this.skipOperator("+")) result = { kind: "positive", operand: this.deeper(() => this.#unary(false)) };
    else result = this.#primary();
    result = this.#postfix(result);
    return withFilter ? this.#filters(result) : result;
  }

  #primary(): Expression {
    const token = this.current;
    switch (token.kind) {
      case "name":
        this.next();
        return Object.hasOwn(constants, token.text)
          ? { kind: "constant", value: constants[token.text]! }
          : { kind: "load", name: token.text };
      case "string":
        return { kind: "constant", value: this.#texts() };
      case "integer":
      case "float":
        this.next();
        return { kind: "constant", value: token.value };
    }
    if (this.skipOperator("(")) {
      const inner = this.tuple({ inBrackets: true });
      this.expectOperator(")");
      return inner;
    }
    if (this.skipOperator("[")) return { kind: "list", items: this.#itemsUntil("]", () => this.expression()) };
    if (this.skipOperator("{")) return { kind: "dict", items: this.#itemsUntil("}", () => this.#pair()) };
    return this.fail(`${this.shown()} is not expected`);
  }

  /** Texts that follow each other are one. */
  #texts(): string {
    let text = "";
    while (this.current.kind === "string") text += this.next().text;
    return text;
  }

  #pair(): readonly [Expression, Expression] {
    const key = this.expression();
    this.expectOperator(":");
    return [key, this.expression()];
  }

  #itemsUntil<T>(end: string, read: () => T): T[] {
    const items: T[] = [];
    while (!this.isOperator(end)) {
      if (items.length > 0) this.expectOperator(",");
      if (this.isOperator(end)) break;
      items.push(read());
    }
    this.next();
    return items;
  }

  #postfix(node: Expression): Expression {
    let result = node;
    while (true) {
      if (this.skipOperator(".")) result = this.#attribute(result);
      else if (this.skipOperator("[")) result = this.#subscript(result);
      else if (this.isOperator("(")) result = { kind: "call", of: result, given: this.callArguments() };
      else return result;
    }
  }

  #attribute(of: Expression): Expression {
    const token = this.next();
    if (token.kind === "name") return { kind: "attribute", of, name: token.text };
    if (token.kind !== "integer") return this.fail("a name or a number is expected behind the dot");
    return { kind: "item", of, key: { kind: "constant", value: token.value } };
  }

  #subscript(of: Expression): Expression {
    const keys = this.#itemsUntilBracket(of);
    if (keys.length === 1) return keys[0]!.kind === "slice" ? keys[0] : { kind: "item", of, key: keys[0]! };
    if (keys.some(({ kind }) => kind === "slice")) return this.fail("a slice of several dimensions is not supported");
    return { kind: "item", of, key: { kind: "tuple", items: keys } };
  }

  #itemsUntilBracket(of: Expression): Expression[] {
    const keys: Expression[] = [];
    while (!this.isOperator("]")) {
      if (keys.length > 0) this.expectOperator(",");
      keys.push(this.#key(of));
    }
    this.next();
    return keys;
  }

  #key(of: Expression): Expression {
    const start = this.isOperator(":") ? undefined : this.expression();
    if (start !== undefined && !this.isOperator(":")) return start;
    this.expectOperator(":");
    const stop = this.#endOfSlice() ? undefined : this.expression();
    const step = this.skipOperator(":") && !this.#endOfSlice() ? this.expression() : undefined;
    return { kind: "slice", of, start, stop, step };
  }

  #endOfSlice(): boolean {
    return this.isOperator(":") || this.isOperator("]") || this.isOperator(",");
  }

  #filters(node: Expression): Expression {
    let result = node;
    while (true) {
      if (this.isOperator("|")) result = this.filter(result)!;
      else if (this.isName("is")) result = this.#test(result);
      else if (this.isOperator("(")) result = { kind: "call", of: result, given: this.callArguments() };
      else return result;
    }
  }

  /** Filters that follow; with `isInside` the first one stands without its bar. */
  filter(of: Expression | undefined, isInside = false): FilterExpression | undefined {
    let result: FilterExpression | undefined;
    let first = isInside;
    while (first || this.skipOperator("|")) {
      first = false;
      const name = this.#dottedName();
      result = { kind: "filter", of: result ?? of, name, given: this.#optionalArguments() };
    }
    return result;
  }

  #dottedName(): string {
    let name = this.expectName();
    while (this.skipOperator(".")) name += `.${this.expectName()}`;
    return name;
  }

  #optionalArguments(): CallArguments {
    return this.isOperator("(") ? this.callArguments() : noArguments;
  }

  #test(of: Expression): Expression {
    this.next();
    const isNegative = this.skipName("not");
    const name = this.#dottedName();
    const test: Expression = { kind: "test", of, name, given: this.#testArguments() };
    return isNegative ? { kind: "not", operand: test } : test;
  }

  #testArguments(): CallArguments {
    if (this.isOperator("(")) return this.callArguments();
    const { kind, text } = this.current;
    const begins =
      ["name", "string", "integer", "float"].includes(kind) || this.isOperator("[") || this.isOperator("{");
    if (!begins || (kind === "name" && ["else", "or", "and"].includes(text))) return noArguments;
    if (this.isName("is")) this.fail("tests cannot follow each other");
    return { ...noArguments, positional: [this.#postfix(this.#primary())] };
  }

  callArguments(): CallArguments {
    this.expectOperator("(");
    const positional: Expression[] = [];
    const named: { name: string; value: Expression }[] = [];
    let list: Expression | undefined;
    let dict: Expression | undefined;
    let isFirst = true;
    while (!this.isOperator(")")) {
      if (!isFirst) this.expectOperator(",");
      if (!isFirst && this.isOperator(")")) break;
      isFirst = false;
      if (this.skipOperator("*")) {
        if (list !== undefined || dict !== undefined) this.fail("arguments are in the wrong order");
        list = this.expression();
      } else if (this.skipOperator("**")) {
        if (dict !== undefined) this.fail("arguments are in the wrong order");
        dict = this.expression();
      } else if (this.current.kind === "name" && this.isOperator("=", 1)) {
        if (dict !== undefined) this.fail("arguments are in the wrong order");
        const name = this.next().text;
        this.next();
        if (named.some((each) => each.name === name)) this.fail(`the argument ${name} is given twice`);
        named.push({ name, value: this.expression() });
      } else {
        if (list !== undefined || dict !== undefined || named.length > 0) this.fail("arguments are in the wrong order");
        positional.push(this.expression());
      }
    }
    this.next();
    return { positional, named, list, dict };
  }

  /** The expression of a call block, which must be a call. */
  call(): CallExpression {
    const call = this.expression();
    return call.kind === "call" ? call : this.fail("a call is expected");
  }
}
