/** @file Text as Python sees it: a row of code points, with Python's white space. */
import { spendText, type Run } from "./run.ts";

/** White space of `str.isspace()`: U+001C to U+001F and U+0085 are, U+FEFF is not. */
export const spaceClass =
  "\\t-\\r\\u001c-\\u0020\\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const onlySpace = new RegExp(`^[${spaceClass}]+$`);
const spaceCharacter = new RegExp(`[${spaceClass}]`);
const surrogate = /[\ud800-\udfff]/;

/** True if `text` has at least one character, and all are white space. */
export function isSpace(text: string): boolean {
  return onlySpace.test(text);
}

/** `str.lstrip()`: `text` without white space at its start. */
export function stripStart(text: string): string {
  let start = 0;
  while (start < text.length && spaceCharacter.test(text[start]!)) start++;
  return text.slice(start);
}

/** `str.rstrip()`: `text` without white space at its end. */
export function stripEnd(text: string): string {
  let end = text.length;
  while (end > 0 && spaceCharacter.test(text[end - 1]!)) end--;
  return text.slice(0, end);
}

/** True if each UTF-16 unit is a code point. */
export function isPlain(text: string): boolean {
  return !surrogate.test(text);
}

/** The code points of a text, each as a text. Takes a step for each. */
export function characters(run: Run, text: string): string[] {
  spendText(run, text.length);
  run.spend(text.length / 4);
  return isPlain(text) ? text.split("") : Array.from(text);
}

/** The first `count` code points, without a walk over the rest; the whole text if `count` is undefined. */
export function firstCharacters(text: string, count: number | undefined): string {
  return count === undefined
    ? text
    : Array.from(text.slice(0, 2 * count))
        .slice(0, count)
        .join("");
}

/** Number of code points. */
export function textLength(run: Run, text: string): number {
  spendText(run, text.length);
  if (isPlain(text)) return text.length;
  run.spend(text.length / 8);
  let length = 0;
  for (let at = 0; at < text.length; at += text.codePointAt(at)! > 0xffff ? 2 : 1) length++;
  return length;
}

/** Words between white space, as `str.split()` finds them; what follows `limit` splits stays one. */
export function splitWords(text: string, limit = Infinity): string[] {
  const words: string[] = [];
  let at = 0;
  while (true) {
    while (at < text.length && spaceCharacter.test(text[at]!)) at++;
    if (at >= text.length) return words;
    if (words.length >= limit) return [...words, text.slice(at)];
    const start = at;
    while (at < text.length && !spaceCharacter.test(text[at]!)) at++;
    words.push(text.slice(start, at));
  }
}

/** As `splitWords`, from the end. */
export function splitWordsFromEnd(text: string, limit: number): string[] {
  const words: string[] = [];
  let end = text.length;
  while (true) {
    while (end > 0 && spaceCharacter.test(text[end - 1]!)) end--;
    if (end === 0) return words.reverse();
    if (words.length >= limit) return [text.slice(0, end), ...words.reverse()];
    const stop = end;
    while (end > 0 && !spaceCharacter.test(text[end - 1]!)) end--;
    words.push(text.slice(end, stop));
  }
}

/** Lines as `str.splitlines()` finds them, with their ends if `keepEnds`. */
export function splitLines(text: string, keepEnds = false): string[] {
  const lines = text.match(
    /[^\n\r\v\f\u001c-\u001e\u0085\u2028\u2029]*(?:\r\n|[\n\r\v\f\u001c-\u001e\u0085\u2028\u2029]|$)/g,
  )!;
  if (lines.at(-1) === "") lines.pop();
  return keepEnds
    ? lines
    : lines.map((line) => line.replace(/(?:\r\n|[\n\r\v\f\u001c-\u001e\u0085\u2028\u2029])$/, ""));
}

/** Order of two texts by code points; UTF-16 units order the last planes otherwise. */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [left, right] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
