/** @file Normalizers of tokenizer.json: they change a text before it is cut. */
import { z } from "zod";
import { byteLevelSpelling, whiteSpace } from "./characters.ts";
import { partKind, patternOf, type PartKind, type PartTable } from "./parts.ts";
import { findMatches, patternSchema } from "./patterns.ts";
import { createPrecompiled } from "./precompiled.ts";

export type Normalize = (text: string) => string;

const spaceBefore = new RegExp(`^${whiteSpace}+`, "u");
const spaceAfter = new RegExp(`${whiteSpace}$`, "u");
const spaces = new RegExp(whiteSpace, "gu");
const controls = /(?![\t\n\r])[\p{Cc}\p{Cf}\p{Co}\p{Cs}\ufffd]/gu;
const chinese =
  /[\u4e00-\u9fff\u3400-\u4dbf\u{20000}-\u{2a6df}\u{2a700}-\u{2b73f}\u{2b740}-\u{2b81f}\u{2b920}-\u{2ceaf}\uf900-\ufaff\u{2f800}-\u{2fa1f}]/gu;
const nmtDropped = /[\u0001-\u0008\u000b\u000e-\u001f\u007f\u008f\u009f]/gu;
const nmtSpaces = /[\t\n\f\r\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd]/gu;

/** Longest text that a part may add: an added mark is one character. */
const maxAddedCharacters = 1_000;

const addedText = z.string().max(maxAddedCharacters);

export const normalizers: PartTable<Normalize> = {
  list: "normalizers",
  join: (parts) => (text) => parts.reduce((result, part) => part(result), text),
  kinds: new Map<string, PartKind<Normalize>>([
    ["NFC", partKind({}, () => (text) => text.normalize("NFC"))],
    ["NFD", partKind({}, () => (text) => text.normalize("NFD"))],
    ["NFKC", partKind({}, () => (text) => text.normalize("NFKC"))],
    ["NFKD", partKind({}, () => (text) => text.normalize("NFKD"))],
    ["Nmt", partKind({}, () => (text) => text.replace(nmtDropped, "").replace(nmtSpaces, " "))],
    ["Lowercase", partKind({}, () => lowercase)],
    ["StripAccents", partKind({}, () => (text) => text.replace(/\p{M}/gu, ""))],
    ["ByteLevel", partKind({}, () => byteLevelSpelling)],
    [
      "Prepend",
      partKind(
        { prepend: addedText },
        ({ prepend }) =>
          (text) =>
            text === "" ? "" : prepend + text,
      ),
    ],
    [
      "Strip",
      partKind({ strip_left: z.boolean(), strip_right: z.boolean() }, (fields) => (text) => {
        const start = fields.strip_left ? text.replace(spaceBefore, "") : text;
        return fields.strip_right ? withoutSpaceAfter(start) : start;
      }),
    ],
    [
      "Replace",
      partKind({ pattern: patternSchema, content: addedText }, ({ pattern, content }, context) => {
        const regex = patternOf(pattern, context);
        return (text) => replaceMatches(text, regex, content);
      }),
    ],
    [
      "BertNormalizer",
      partKind(
        {
          clean_text: z.boolean(),
          handle_chinese_chars: z.boolean(),
          strip_accents: z.boolean().nullish(),
          lowercase: z.boolean(),
        },
        (fields) => (text) => {
          let result = fields.clean_text ? text.replace(controls, "").replace(spaces, " ") : text;
          if (fields.handle_chinese_chars) result = result.replace(chinese, " $& ");
          if (fields.strip_accents ?? fields.lowercase) result = result.normalize("NFD").replace(/\p{Mn}/gu, "");
          return fields.lowercase ? lowercase(result) : result;
        },
      ),
    ],
    [
      "Precompiled",
      partKind({ precompiled_charsmap: z.string() }, ({ precompiled_charsmap }, { file, path }) =>
        createPrecompiled(precompiled_charsmap, `${file}, "${path}"`),
      ),
    ],
  ]),
};

/** `text` with `content` in the place of every match. */
export function replaceMatches(text: string, regex: RegExp, content: string): string {
  let result = "";
  for (const { start, end, isMatch } of findMatches(text, regex)) result += isMatch ? content : text.slice(start, end);
  return result;
}

/** Each character by itself: a sigma at the end of a word has no other small letter. */
function lowercase(text: string): string {
  let result = "";
  for (const character of text) result += character.toLowerCase();
  return result;
}

/** A loop, since a pattern for white space at the end looks at every stretch of it in the text. */
export function withoutSpaceAfter(text: string): string {
  let end = text.length;
  while (end > 0 && spaceAfter.test(text[end - 1]!)) end--;
  return text.slice(0, end);
}
