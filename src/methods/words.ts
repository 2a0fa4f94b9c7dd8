/** @file Tokens grouped to words by the white space of the decoded text. */

/** A token as bytes of text; `special` tokens (BOS, end of turn) stand alone. */
export interface WordToken {
  /** UTF-8 bytes of the token, which may be part of a character. */
  readonly bytes: Uint8Array;
  readonly special: boolean;
}

/** Tokens [start, end). */
export interface WordSpan {
  readonly start: number;
  readonly end: number;
}

/** Marks in Unicode's White_Space beyond ASCII, as their UTF-8 bytes in hexadecimal. */
const wideWhiteSpace = new Set(
  ["c285", "c2a0", "e19a80", "e280a8", "e280a9", "e280af", "e2819f", "e38080"].concat(
    Array.from({ length: 11 }, (_, i) => `e280${(0x80 + i).toString(16)}`),
  ),
);

function isAsciiWhiteSpace(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}

/** One entry per byte of UTF-8 text: 1 if the byte belongs to a white space character. */
function whiteSpaceMask(text: Uint8Array): Uint8Array {
  const mask = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    if (isAsciiWhiteSpace(text[i]!)) mask[i] = 1;
    // Lead bytes of two-byte characters begin with 110, those of three-byte ones with 1110.
    const length = text[i]! >> 5 === 0b110 ? 2 : 3;
    if (text[i]! < 0xc2) continue;
    const character = Array.from(text.subarray(i, i + length), (byte) => byte.toString(16).padStart(2, "0")).join("");
    if (wideWhiteSpace.has(character)) mask.fill(1, i, i + length);
  }
  return mask;
}

/** Words of a stretch of tokens [start, end) without special tokens. */
function wordsOfStretch(tokens: readonly WordToken[], { start, end }: WordSpan): WordSpan[] {
  const stretch = tokens.slice(start, end);
  const text = new Uint8Array(stretch.reduce((length, token) => length + token.bytes.length, 0));
  let offset = 0;
  for (const { bytes } of stretch) {
    text.set(bytes, offset);
    offset += bytes.length;
  }
  const isSpace = whiteSpaceMask(text);
  const words: WordSpan[] = [];
  let wordStart = start;
  let wordHasText = false;
  let byte = 0;
  for (const [i, { bytes }] of stretch.entries()) {
    const next = byte + bytes.length;
    const touchesSpace = bytes.length > 0 && (isSpace[byte] === 1 || (byte > 0 && isSpace[byte - 1] === 1));
    if (wordHasText && touchesSpace) {
      words.push({ start: wordStart, end: start + i });
      wordStart = start + i;
      wordHasText = false;
    }
    for (; byte < next; byte++) wordHasText ||= isSpace[byte] === 0;
  }
  if (wordStart < end) words.push({ start: wordStart, end });
  return words;
}

/**
 * Groups tokens to words: a word is a stretch of text between white space, so punctuation belongs to
 * the word it touches and a character that is split over tokens stays whole. White space belongs to the word that follows it;
 * a token that holds the ends of two words belongs to the first. A special token is a group of its own. White space with no word
 * after it is a group of its own, too.
 *
 * @returns groups [start, end) in order, which cover every token once
 */
export function groupWords(tokens: readonly WordToken[]): WordSpan[] {
  const words: WordSpan[] = [];
  let start = 0;
  for (const [i, token] of tokens.entries()) {
    if (!token.special) continue;
    words.push(...wordsOfStretch(tokens, { start, end: i }), { start: i, end: i + 1 });
    start = i + 1;
  }
  return [...words, ...wordsOfStretch(tokens, { start, end: tokens.length })];
}
