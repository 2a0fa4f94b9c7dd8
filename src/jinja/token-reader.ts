/** @file Reads the tokens of a template one by one. */
import { TemplateError } from "../python/errors.ts";
import type { Token } from "./lexer.ts";

/** Deepest nesting of brackets, signs and blocks; published templates reach 10. */
const maxDepth = 100;

/** The place in a row of tokens, and the checks and steps that start there. */
export class TokenReader {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get current(): Token {
    return this.#tokens[this.#at]!;
  }

  next(): Token {
    const token = this.current;
    if (token.kind !== "end") this.#at++;
    return token;
  }

  fail(reason: string): never {
    throw new TemplateError(`line ${this.current.line}: ${reason}`);
  }

  isOperator(text: string, ahead = 0): boolean {
    const token = this.#tokens[this.#at + ahead];
    return token?.kind === "operator" && token.text === text;
  }

  isName(text: string, ahead = 0): boolean {
    const token = this.#tokens[this.#at + ahead];
    return token?.kind === "name" && token.text === text;
  }

  skipOperator(text: string): boolean {
    if (!this.isOperator(text)) return false;
    this.next();
    return true;
  }

  skipName(text: string): boolean {
    if (!this.isName(text)) return false;
    this.next();
    return true;
  }

  expectOperator(text: string): void {
    if (!this.skipOperator(text)) this.fail(`"${text}" is expected, not ${this.shown()}`);
  }

  expectName(): string {
    if (this.current.kind !== "name") this.fail(`a name is expected, not ${this.shown()}`);
    return this.next().text;
  }

  expectKind(kind: Token["kind"]): void {
    if (this.current.kind !== kind) this.fail(`the end of the tag is expected, not ${this.shown()}`);
    this.next();
  }

  /** The current token in words. */
  protected shown(): string {
    const { kind, text } = this.current;
    if (kind === "end") return "the end of the template";
    return text === "" || kind === "data" ? "the end of the tag" : JSON.stringify(text.slice(0, 40));
  }

  /** Reads one level deeper. */
  deeper<T>(read: () => T): T {
    if (this.#depth >= maxDepth) this.fail(`the template is nested more than ${maxDepth} levels deep`);
    this.#depth++;
    const result = read();
    this.#depth--;
    return result;
  }
}
