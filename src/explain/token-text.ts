/** @file The text of single tokens, for people to read. */
import type { Tokenizer } from "../tokenizer/types.ts";

/** Length of the UTF-8 character that begins with this byte; 0 for a byte that begins none. */
function characterLength(byte: number): number {
  if (byte < 0x80) return 1;
  if (byte >= 0xc2 && byte <= 0xdf) return 2;
  if (byte >= 0xe0 && byte <= 0xef) return 3;
  return byte >= 0xf0 && byte <= 0xf4 ? 4 : 0;
}

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decodeCharacter(bytes: Uint8Array): string | undefined {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return undefined;
  }
}

/** UTF-8 bytes as text; each byte that belongs to no whole character is written "\xNN", with two hexadecimal digits. */
export function readableText(bytes: Uint8Array): string {
  let text = "";
  let at = 0;
  while (at < bytes.length) {
    const length = characterLength(bytes[at]!);
    const character = length === 0 ? undefined : decodeCharacter(bytes.subarray(at, at + length));
    text += character ?? `\\x${bytes[at]!.toString(16).padStart(2, "0").toUpperCase()}`;
    at += character === undefined ? 1 : length;
  }
  return text;
}

/** The text a token stands for, word-start marks as spaces; a lone byte of a split character is written "\xNN". */
export function tokenText(tokenizer: Pick<Tokenizer, "bytesOf">, id: number): string {
  return readableText(tokenizer.bytesOf(id));
}
