/** @file Reads the escapes of a text in quotes, as Python's `unicode_escape` does. */
import { TemplateError } from "../python/errors.ts";

const plainEscapes: Readonly<Record<string, string>> = {
  "\n": "",
  "\\": "\\",
  "'": "'",
  '"': '"',
  a: "\u0007",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

const digitsOf: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** The text that stands between quotes as `raw`. An escape that Python does not know stays as it is. */
export function readStringLiteral(raw: string): string {
  if (!raw.includes("\\")) return raw;
  return raw.replace(/\\(?:[0-7]{1,3}|[xuU][0-9a-fA-F]{0,8}|[^]|$)/gu, (escape) => escaped(escape.slice(1)));
}

/** What stands for a backslash with `rest` behind it. */
function escaped(rest: string): string {
  if (/^[0-7]/.test(rest)) return String.fromCharCode(parseInt(rest, 8));
  if (/^[xuU]/.test(rest)) return hexEscape(rest[0]!, rest.slice(1));
  if (rest === "N") throw new TemplateError("a text has a character by its name (\\N), which is not supported");
  // Jinja2 writes what is not ASCII as an escape first, whose backslash is then taken by the one before it.
  if (/^[^\0-\u007f]/.test(rest)) return escapeOf(rest);
  return plainEscapes[rest] ?? `\\${rest}`;
}

function escapeOf(character: string): string {
  const code = character.codePointAt(0)!;
  const hex = code.toString(16);
  if (code > 0xffff) return `\\U${hex.padStart(8, "0")}`;
  return code > 0xff ? `\\u${hex.padStart(4, "0")}` : `\\x${hex.padStart(2, "0")}`;
}

function hexEscape(kind: string, hex: string): string {
  const length = digitsOf[kind]!;
  const code = parseInt(hex.slice(0, length), 16);
  if (hex.length < length || code > 0x10ffff) {
    throw new TemplateError(`a text has the escape \\${kind} without ${length} hexadecimal digits of a character`);
  }
  return String.fromCodePoint(code) + hex.slice(length);
}
