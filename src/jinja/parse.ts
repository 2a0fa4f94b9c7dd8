/** @file Reads a template into statements. */
import { readTokens } from "./lexer.ts";
import { ExpressionParser } from "./parse-expression.ts";
import type { Expression, Signature, Statement } from "./syntax.ts";

/** Tags of Jinja2 that reach other files, or change how text is escaped. */
const refusedTags = ["extends", "include", "import", "from", "autoescape"];

/** Reads `template`. Throws a TemplateError if it is not Jinja, or uses a tag that is not supported. */
export function parseTemplate(template: string): readonly Statement[] {
  const parser = new StatementParser(new ExpressionParser(readTokens(template)));
  return parser.template();
}

class StatementParser {
  readonly #in: ExpressionParser;

  constructor(expressions: ExpressionParser) {
    this.#in = expressions;
  }

  template(): readonly Statement[] {
    const body = this.#statements([]);
    if (this.#in.current.kind !== "end") this.#in.fail("the template goes on behind its end");
    return body;
  }

  /** Statements up to a tag of one of these names, which is not read. */
  #statements(ends: readonly string[]): Statement[] {
    const body: Statement[] = [];
    let output: (string | Expression)[] = [];
    const flush = (): void => {
      if (output.length > 0) body.push({ kind: "output", items: output });
      output = [];
    };
    while (true) {
      const token = this.#in.current;
      if (token.kind === "data") {
        output.push(this.#in.next().text);
      } else if (token.kind === "begin-print") {
        this.#in.next();
        output.push(this.#in.tuple());
        this.#in.expectKind("end-print");
      } else if (token.kind === "begin-block") {
        flush();
        this.#in.next();
        if (ends.some((name) => this.#in.isName(name))) return body;
        body.push(this.#in.deeper(() => this.#statement()));
        this.#in.expectKind("end-block");
      } else if (token.kind === "end") {
        flush();
        if (ends.length > 0) this.#in.fail(`the tag ${ends.at(-1)!} is missing`);
        return body;
      } else {
        this.#in.fail("a tag is not expected here");
      }
    }
  }

  /** The body of a tag up to one of `ends`; the name of the end is returned, and the end tag stays open. */
  #body(...ends: readonly string[]): { readonly body: Statement[]; readonly end: string } {
    this.#in.skipOperator(":");
    this.#in.expectKind("end-block");
    const body = this.#statements(ends);
    return { body, end: this.#in.next().text };
  }

  #statement(): Statement {
    const tag = this.#in.expectName();
    switch (tag) {
      case "for":
        return this.#for();
      case "if":
        return this.#if();
      case "set":
        return this.#set();
      case "macro": {
        const name = this.#in.nameTarget();
        const signature = this.#signature();
        return { kind: "macro", name, signature, ...this.#bodyOnly("endmacro") };
      }
      case "call": {
        const signature = this.#in.isOperator("(") ? this.#signature() : { parameters: [], defaults: [] };
        const call = this.#in.call();
        return { kind: "call-block", signature, call, ...this.#bodyOnly("endcall") };
      }
      case "generation": {
        const signature = { parameters: [], defaults: [] };
        return { kind: "call-block", signature, call: undefined, ...this.#bodyOnly("endgeneration") };
      }
      case "filter": {
        const filter = this.#in.filter(undefined, true)!;
        return { kind: "filter-block", filter, ...this.#bodyOnly("endfilter") };
      }
      case "with":
        return this.#with();
      case "block":
        return this.#block();
      case "print":
        return this.#print();
      case "break":
      case "continue":
        return { kind: tag };
    }
    if (refusedTags.includes(tag)) this.#in.fail(`the tag ${tag} is not supported`);
    return this.#in.fail(`the tag ${JSON.stringify(tag.slice(0, 40))} is not known here`);
  }

  #bodyOnly(end: string): { readonly body: Statement[] } {
    return { body: this.#body(end).body };
  }

  #for(): Statement {
    const target = this.#in.target({ end: "in" });
    if (!this.#in.skipName("in")) this.#in.fail("the word in is missing in a loop");
    const items = this.#in.tuple({ withCondition: false, end: "recursive" });
    const test = this.#in.skipName("if") ? this.#in.expression() : undefined;
    const recursive = this.#in.skipName("recursive");
    const { body, end } = this.#body("else", "endfor");
    const otherwise = end === "else" ? this.#body("endfor").body : [];
    return { kind: "for", target, items, test, recursive, body, otherwise };
  }

  #if(): Statement {
    const test = this.#in.tuple({ withCondition: false });
    let part = this.#body("elif", "else", "endif");
    const { body } = part;
    const elif: { test: Expression; body: Statement[] }[] = [];
    while (part.end === "elif") {
      const each = this.#in.tuple({ withCondition: false });
      part = this.#body("elif", "else", "endif");
      elif.push({ test: each, body: part.body });
    }
    const otherwise = part.end === "else" ? this.#body("endif").body : [];
    return { kind: "if", test, body, elif, otherwise };
  }

  #set(): Statement {
    const target = this.#in.target({ withAttributes: true });
    if (this.#in.skipOperator("=")) return { kind: "set", target, value: this.#in.tuple() };
    const filter = this.#in.filter(undefined);
    return { kind: "set-block", target, filter, ...this.#bodyOnly("endset") };
  }

  #with(): Statement {
    const targets: { target: ReturnType<ExpressionParser["target"]>; value: Expression }[] = [];
    while (this.#in.current.kind !== "end-block") {
      if (targets.length > 0) this.#in.expectOperator(",");
      const target = this.#in.target();
      this.#in.expectOperator("=");
      targets.push({ target, value: this.#in.expression() });
    }
    return { kind: "with", targets, ...this.#bodyOnly("endwith") };
  }

  #block(): Statement {
    const name = this.#in.expectName();
    const scoped = this.#in.skipName("scoped");
    if (this.#in.isName("required")) this.#in.fail("a required block is not supported");
    const { body } = this.#bodyOnly("endblock");
    this.#in.skipName(name);
    return { kind: "block", name, scoped, body };
  }

  #print(): Statement {
    const items: Expression[] = [];
    while (this.#in.current.kind !== "end-block") {
      if (items.length > 0) this.#in.expectOperator(",");
      items.push(this.#in.expression());
    }
    return { kind: "output", items };
  }

  #signature(): Signature {
    const parameters: string[] = [];
    const defaults: Expression[] = [];
    this.#in.expectOperator("(");
    while (!this.#in.isOperator(")")) {
      if (parameters.length > 0) this.#in.expectOperator(",");
      const name = this.#in.nameTarget();
      if (parameters.includes(name)) this.#in.fail(`the parameter ${name} is given twice`);
      parameters.push(name);
      if (this.#in.skipOperator("=")) defaults.push(this.#in.expression());
      else if (defaults.length > 0) this.#in.fail("a parameter without a default follows one with a default");
    }
    this.#in.next();
    return { parameters, defaults };
  }
}
