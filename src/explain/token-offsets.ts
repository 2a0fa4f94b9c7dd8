/** @file The start of each token in a text. Tokenizers give none, so the tokens' bytes are laid along the text's. */

const utf8 = new TextEncoder();
const space = 0x20;

/** How far ahead the text is searched after tokens that stand for none of it, in bytes. */
const searchWindow = 512;

/** A text as the tokenizer may see it, and the origin of each of its bytes. */
interface ByteStream {
  readonly bytes: Uint8Array;
  /** Index of the character (UTF-16 unit) of the text that each byte belongs to; one entry more for the end. */
  readonly characters: Int32Array;
}

/** A character with the marks that combine with it, or a Hangul syllable in pieces: what normalization may compose. */
const cluster = /[\u1100-\u11ff]+|.\p{M}*/gsu;

function byteStream(text: string, form: "NFC" | "NFKC" | "NFD" | null): ByteStream {
  const pieces: { bytes: Uint8Array; at: number }[] = [];
  if (form === null) {
    let at = 0;
    for (const character of text) {
      pieces.push({ bytes: utf8.encode(character), at });
      at += character.length;
    }
  } else {
    for (const match of text.matchAll(cluster)) {
      pieces.push({ bytes: utf8.encode(match[0].normalize(form)), at: match.index });
    }
  }
  const length = pieces.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const bytes = new Uint8Array(length);
  const characters = new Int32Array(length + 1).fill(text.length);
  let offset = 0;
  for (const piece of pieces) {
    bytes.set(piece.bytes, offset);
    characters.fill(piece.at, offset, offset + piece.bytes.length);
    offset += piece.bytes.length;
  }
  return { bytes, characters };
}

function matchesAt(text: Uint8Array, at: number, token: Uint8Array, from = 0): boolean {
  if (at + token.length - from > text.length) return false;
  for (let i = from; i < token.length; i++) if (text[at + i - from] !== token[i]) return false;
  return true;
}

function isWhiteSpace(byte: number | undefined): boolean {
  return byte === space || (byte !== undefined && byte >= 0x09 && byte <= 0x0d);
}

interface Place {
  readonly start: number;
  readonly end: number;
}

/** The token at this place of the text: as it is, or without a leading space that the tokenizer added. */
function placeAt(text: Uint8Array, at: number, token: Uint8Array): Place | undefined {
  if (matchesAt(text, at, token)) return { start: at, end: at + token.length };
  if (token[0] === space && matchesAt(text, at, token, 1)) return { start: at, end: at + token.length - 1 };
  return undefined;
}

function findPlace(text: Uint8Array, at: number, { token, isLost }: { token: Uint8Array; isLost: boolean }) {
  const here = placeAt(text, at, token);
  if (here !== undefined) return here;
  // Special tokens may take the white space around them.
  let next = at;
  while (isWhiteSpace(text[next])) next++;
  const afterSpace = next === at ? undefined : placeAt(text, next, token);
  if (afterSpace !== undefined || !isLost) return afterSpace;
  for (let ahead = at + 1; ahead <= Math.min(text.length, at + searchWindow); ahead++) {
    if (matchesAt(text, ahead, token)) return { start: ahead, end: ahead + token.length };
  }
  return undefined;
}

interface Alignment {
  readonly starts: Int32Array;
  /** Number of tokens whose bytes the text does not have. */
  readonly lost: number;
}

function align(tokens: readonly Uint8Array[], { bytes, characters }: ByteStream): Alignment {
  const starts = new Int32Array(tokens.length);
  let at = 0;
  let lost = 0;
  let isLost = false;
  for (const [i, token] of tokens.entries()) {
    const place = findPlace(bytes, at, { token, isLost });
    starts[i] = characters[place?.start ?? at]!;
    if (place === undefined) lost++;
    else at = place.end;
    isLost = place === undefined;
  }
  return { starts, lost };
}

/**
 * The index in `text` (UTF-16 units) of the first character of each token, ascending; the text's length for tokens after its end.
 * `tokens` are the bytes that the tokens of the whole text stand for. A leading space that only a token has, white space that
 * special tokens take, and Unicode normalization are allowed for; a token that stands for none of the text (an unknown one)
 * begins at the end of the last one.
 */
export function tokenOffsets(tokens: readonly Uint8Array[], text: string): Int32Array {
  let best = align(tokens, byteStream(text, null));
  for (const form of ["NFC", "NFKC", "NFD"] as const) {
    if (best.lost === 0) break;
    const other = align(tokens, byteStream(text, form));
    if (other.lost < best.lost) best = other;
  }
  return best.starts;
}
