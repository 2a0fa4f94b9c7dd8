/** @file Splits a template into text and the tokens of its tags, with blocks trimmed as `trim_blocks` and `lstrip_blocks` do. */
import { TemplateError } from "../python/errors.ts";
import { isSpace, spaceClass, stripEnd } from "../python/text.ts";
import { readStringLiteral } from "./string-literal.ts";

type TokenKind = "data" | "begin-block" | "end-block" | "begin-print" | "end-print" | "name" | "operator" | "end";

export type Token =
  | { readonly kind: TokenKind; readonly text: string; readonly line: number }
  | { readonly kind: "string"; readonly text: string; readonly line: number }
  | { readonly kind: "integer"; readonly text: string; readonly line: number; readonly value: bigint }
  | { readonly kind: "float"; readonly text: string; readonly line: number; readonly value: number };

const integer = /0b(?:_?[01])+|0o(?:_?[0-7])+|0x(?:_?[\da-f])+|[1-9](?:_?\d)*|0(?:_?0)*/iy;
const float = /(?:\d+_)*\d+(?:(?:\.(?:\d+_)*\d+)?e[+-]?(?:\d+_)*\d+|\.(?:\d+_)*\d+)/iy;
const name = /[\p{L}\p{Nl}\p{Nd}\p{Mn}\p{Mc}\p{Pc}]+/uy;
const identifier = /^[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Nd}\p{Mn}\p{Mc}\p{Pc}]*$/u;
const operator = /\/\/|\*\*|==|!=|>=|<=|[-+/*%~[\](){}><=.:|,;]/y;
const string = /'[^'\\]*(?:\\[^][^'\\]*)*'|"[^"\\]*(?:\\[^][^"\\]*)*"/y;

const rawBegin = new RegExp(`\\{%[-+]?[${spaceClass}]*raw[${spaceClass}]*-?%\\}`, "y");
const rawEnd = new RegExp(`\\{%([-+]?)[${spaceClass}]*endraw[${spaceClass}]*(?=[-+]?%\\})`, "g");

const closing: Readonly<Record<string, string>> = { "{": "}", "(": ")", "[": "]" };

/** Templates of 20,000 characters have some 3,000 tokens. */
const maxTokens = 10_000;

/** Tokens of a template, the last one of kind "end". Throws one part of a sentence if it is not Jinja. */
export function readTokens(template: string): Token[] {
  return new Lexer(template).read();
}

function match(pattern: RegExp, source: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0];
}

class Lexer {
  readonly #source: string;
  readonly #tokens: Token[] = [];
  #at = 0;
  #line = 1;
  /** True if the text before is the start of the template, or a line end that a tag took. */
  #lineStarts = true;

  constructor(template: string) {
    this.#source = template.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  }

  read(): Token[] {
    while (this.#at < this.#source.length) {
      this.#readText();
      if (this.#tokens.length > maxTokens) this.#fail(`the template has more than ${maxTokens} words and signs`);
    }
    this.#add("end", "");
    return this.#tokens;
  }

  #add(kind: TokenKind, text: string): void {
    this.#tokens.push({ kind, text, line: this.#line });
  }

  #fail(reason: string): never {
    throw new TemplateError(`line ${this.#line}: ${reason}`);
  }

  #take(text: string): void {
    this.#at += text.length;
    for (const character of text) if (character === "\n") this.#line++;
    this.#lineStarts = text.endsWith("\n");
  }

  /** Text up to the next tag, and the tag. */
  #readText(): void {
    const tag = /\{[%{#]/g;
    tag.lastIndex = this.#at;
    const found = tag.exec(this.#source);
    if (found === null) {
      const rest = this.#source.slice(this.#at);
      this.#add("data", rest);
      this.#take(rest);
      return;
    }
    const raw = match(rawBegin, this.#source, found.index);
    const sign = this.#source[found.index + 2] ?? "";
    const data = this.#source.slice(this.#at, found.index);
    this.#addData(data, { sign, canStripLine: found[0] !== "{{" });
    const begin = found[0] + (sign === "-" || sign === "+" ? sign : "");
    this.#take(data + (raw ?? begin));
    if (raw !== undefined) {
      if (raw.endsWith("-%}")) this.#takeSpace();
      this.#readRaw();
    } else if (found[0] === "{#") this.#readComment();
    else this.#readTag(found[0] === "{{" ? "print" : "block");
  }

  #addData(data: string, tag: { readonly sign: string; readonly canStripLine: boolean }): void {
    let kept = data;
    if (tag.sign === "-") kept = stripEnd(data);
    else if (tag.sign !== "+" && tag.canStripLine) {
      const lineStart = data.lastIndexOf("\n") + 1;
      const rest = data.slice(lineStart);
      if ((lineStart > 0 || this.#lineStarts) && rest !== "" && isSpace(rest)) kept = data.slice(0, lineStart);
    }
    if (kept !== "") this.#add("data", kept);
  }

  /** White space after "-%}" and the like. */
  #takeSpace(): void {
    let end = this.#at;
    while (end < this.#source.length && isSpace(this.#source[end]!)) end++;
    if (end > this.#at) this.#take(this.#source.slice(this.#at, end));
  }

  /** Takes the end of a block or comment: its sign, its brackets, and what it removes behind them. */
  #takeEnd(brackets: string): boolean {
    const sign = this.#source[this.#at] === "-" || this.#source[this.#at] === "+" ? this.#source[this.#at]! : "";
    if (!this.#source.startsWith(brackets, this.#at + sign.length)) return false;
    if (sign === "+" && brackets === "}}") return false;
    this.#take(sign + brackets);
    if (sign === "-") this.#takeSpace();
    else if (sign === "" && brackets !== "}}" && this.#source[this.#at] === "\n") this.#take("\n");
    return true;
  }

  #readComment(): void {
    // Jinja2 takes what begins at the very end of a template for nothing.
    if (this.#at === this.#source.length) return;
    const end = this.#source.indexOf("#}", this.#at);
    if (end === -1) this.#fail("a comment has no end");
    const hasSign = end > this.#at && /[-+]/.test(this.#source[end - 1]!);
    this.#take(this.#source.slice(this.#at, hasSign ? end - 1 : end));
    this.#takeEnd("#}");
  }

  #readRaw(): void {
    if (this.#at === this.#source.length) return;
    rawEnd.lastIndex = this.#at;
    const found = rawEnd.exec(this.#source);
    if (found === null) this.#fail("a raw block has no end");
    const data = this.#source.slice(this.#at, found.index);
    this.#addData(data, { sign: found[1]!, canStripLine: true });
    this.#take(data + found[0]);
    this.#takeEnd("%}");
  }

  #readTag(kind: "print" | "block"): void {
    this.#add(`begin-${kind}`, "");
    const open: string[] = [];
    while (this.#at < this.#source.length) {
      if (open.length === 0 && this.#takeEnd(kind === "print" ? "}}" : "%}")) {
        this.#add(`end-${kind}`, "");
        return;
      }
      if (this.#tokens.length > maxTokens) this.#fail(`the template has more than ${maxTokens} words and signs`);
      if (isSpace(this.#source[this.#at]!)) this.#takeSpace();
      else this.#readToken(open);
    }
    this.#fail("a tag has no end");
  }

  #readToken(open: string[]): void {
    const source = this.#source;
    const line = this.#line;
    const number = source[this.#at - 1] === "." ? undefined : match(float, source, this.#at);
    if (number !== undefined) {
      const value = Number(number.replaceAll("_", ""));
      if (!Number.isFinite(value)) this.#fail("a number is too large");
      this.#tokens.push({ kind: "float", text: number, line, value });
      this.#take(number);
      return;
    }
    const whole = match(integer, source, this.#at);
    if (whole !== undefined) {
      this.#tokens.push({ kind: "integer", text: whole, line, value: BigInt(whole.replaceAll("_", "")) });
      this.#take(whole);
      return;
    }
    const word = match(name, source, this.#at);
    if (word !== undefined) {
      if (!identifier.test(word)) this.#fail("a name has a character that is not allowed");
      this.#add("name", word);
      this.#take(word);
      return;
    }
    const quoted = match(string, source, this.#at);
    if (quoted !== undefined) {
      this.#tokens.push({ kind: "string", text: readStringLiteral(quoted.slice(1, -1)), line });
      this.#take(quoted);
      return;
    }
    const sign = match(operator, source, this.#at);
    if (sign === undefined) this.#fail(`the character ${JSON.stringify(source[this.#at])} is not expected in a tag`);
    if (sign in closing) open.push(closing[sign]!);
    else if (/[})\]]/.test(sign) && open.pop() !== sign) this.#fail(`"${sign}" is not expected`);
    this.#add("operator", sign);
    this.#take(sign);
  }
}
