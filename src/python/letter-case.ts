/** @file Upper, lower and title case, and what kind of characters a text has, as Python's `str` sees them. */
import { notSupported } from "./errors.ts";

/** Letters whose title form is a third one beside their upper and lower form. */
const digraphs: readonly (readonly [letters: string, title: string])[] = [
  ["\u01c4\u01c5\u01c6", "\u01c5"],
  ["\u01c7\u01c8\u01c9", "\u01c8"],
  ["\u01ca\u01cb\u01cc", "\u01cb"],
  ["\u01f1\u01f2\u01f3", "\u01f2"],
];

/** The form of a character at the start of a word. */
function titleForm(character: string): string {
  if (character < "\u0080") return character.toUpperCase();
  const digraph = digraphs.find(([letters]) => letters.includes(character));
  if (digraph !== undefined) return digraph[1];
  if (/[\u10d0-\u10ff]/.test(character)) return character;
  if (/[\u1f80-\u1ffc]/.test(character) && character.toUpperCase().length > 1) {
    throw notSupported("the title form of a Greek letter with a subscript");
  }
  if (/[\u00df\u0587\ufb00-\ufb06\ufb13-\ufb17]/.test(character)) {
    const [first, ...rest] = Array.from(character.toUpperCase());
    return first! + rest.join("").toLowerCase();
  }
  return character.toUpperCase();
}

export function capitalize(text: string): string {
  const first = text === "" ? "" : String.fromCodePoint(text.codePointAt(0)!);
  return titleForm(first) + lower(text.slice(first.length));
}

/** `str.lower()`; a capital sigma at the end of a word has its own small form in both languages. */
export function lower(text: string): string {
  return text.toLowerCase();
}

const cased = /[\p{Lowercase}\p{Uppercase}\p{Lt}]/u;

/** `str.title()`: a word begins behind each character that has no case. */
export function titleCase(text: string): string {
  let result = "";
  let inWord = false;
  for (const character of text) {
    result += inWord ? character.toLowerCase() : titleForm(character);
    inWord = cased.test(character);
  }
  return result;
}

export function swapCase(text: string): string {
  return Array.from(text, (each) => (/[\p{Uppercase}]/u.test(each) ? each.toLowerCase() : each.toUpperCase())).join("");
}

export function isLower(text: string): boolean {
  return /\p{Lowercase}/u.test(text) && !/[\p{Uppercase}\p{Lt}]/u.test(text);
}

export function isUpper(text: string): boolean {
  return /\p{Uppercase}/u.test(text) && !/[\p{Lowercase}\p{Lt}]/u.test(text);
}

const others = /[\p{No}\p{Nl}\p{Script=Han}]/u;

/** Whether a number sign outside of plain digits counts as digit or number is in no table here. */
function requireKnownNumbers(text: string, method: string): void {
  if (others.test(text)) throw notSupported(`${method} with number signs that are no plain digits`);
}

export const kinds: Readonly<Record<string, (text: string) => boolean>> = {
  isalpha: (text) => /^\p{L}+$/u.test(text),
  isdecimal: (text) => /^\p{Nd}+$/u.test(text),
  isdigit(text) {
    requireKnownNumbers(text, "isdigit");
    return /^\p{Nd}+$/u.test(text);
  },
  isnumeric(text) {
    requireKnownNumbers(text, "isnumeric");
    return /^\p{Nd}+$/u.test(text);
  },
  isalnum: (text) => /^[\p{L}\p{N}]+$/u.test(text),
  isascii: (text) => !/[^\0-\u007f]/.test(text),
  isidentifier: (text) => /^[\p{XIDS}_]\p{XIDC}*$/u.test(text),
  isprintable: (text) => !/(?! )[\p{C}\p{Z}]/u.test(text),
  islower: isLower,
  isupper: isUpper,
};
