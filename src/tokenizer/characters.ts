/** @file Classes of characters as the tokenizers library in Rust has them, and the alphabet of byte-level vocabularies. */

/** White space (`char::is_whitespace`): unlike `\s` of JavaScript with U+0085 and without U+FEFF. */
export const whiteSpace = "\\p{White_Space}";

/** Characters of a word (`\w` of the regex crate). */
export const wordCharacter = "\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\p{Join_Control}";

/** Punctuation: ASCII punctuation, symbols such as "$" included, and the categories P of Unicode. */
export const punctuation = "\\p{P}!-/:-@[-`{-~";

const oneCharacter = /^.$/su;

/** True for a text of one code point. */
export function isOneCharacter(text: string): boolean {
  return oneCharacter.test(text);
}

const utf8 = new TextEncoder();

/** Character of each byte in byte-level vocabularies: GPT-2's `bytes_to_unicode`. */
const characterOfByte: readonly string[] = (() => {
  const printable = (byte: number): boolean =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || (byte >= 0xae && byte <= 0xff);
  let moved = 0;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(printable(byte) ? byte : 0x100 + moved++));
})();

const byteOfCharacter: ReadonlyMap<string, number> = new Map(
  characterOfByte.map((character, byte) => [character, byte]),
);

/** The byte-level spelling of a text: one character for each byte of its UTF-8. */
export function byteLevelSpelling(text: string): string {
  let spelling = "";
  for (const byte of utf8.encode(text)) spelling += characterOfByte[byte]!;
  return spelling;
}

/** Bytes of a byte-level spelling; a spelling with any other character in it stands for itself. */
export function byteLevelBytes(spelling: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of spelling) {
    const byte = byteOfCharacter.get(character);
    if (byte === undefined) return utf8.encode(spelling);
    bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}
