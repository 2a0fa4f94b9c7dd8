/** @file Words of a run's tokens: whose bytes they are, and which tokens a reader takes for one word. */
import { groupWords } from "./words.ts";

/** What a run knows of a token: its text (a lone byte of a split character is written "\xNN"), and its role in the conversation. */
export interface SequenceToken {
  readonly text: string;
  readonly role: string;
}

export interface TokenWord {
  /** Positions of its tokens, ascending. */
  readonly positions: readonly number[];
  /** Its text without the space around it. */
  readonly text: string;
}

const utf8 = new TextEncoder();

/** The bytes that a token stands for. */
export function tokenBytes(text: string): Uint8Array {
  const parts = text.split(/\\x([0-9A-Fa-f]{2})/);
  const bytes = parts.map((part, i) => (i % 2 === 0 ? utf8.encode(part) : Uint8Array.of(Number.parseInt(part, 16))));
  return Uint8Array.from(bytes.flatMap((each) => Array.from(each)));
}

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The character of UTF-8 that begins at a byte; undefined if none does. */
function characterAt(bytes: Uint8Array, start: number): string | undefined {
  const lead = bytes[start]!;
  const length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  try {
    return strictUtf8.decode(bytes.subarray(start, start + length));
  } catch {
    return undefined;
  }
}

/** Tokens as one text: characters that were split over tokens are whole again, and lone bytes are written as in the tokens. */
export function joinedText(tokens: readonly Pick<SequenceToken, "text">[]): string {
  const bytes = Uint8Array.from(tokens.flatMap(({ text }) => Array.from(tokenBytes(text))));
  let joined = "";
  for (let i = 0; i < bytes.length;) {
    const character = characterAt(bytes, i);
    joined += character ?? `\\x${bytes[i]!.toString(16).toUpperCase().padStart(2, "0")}`;
    i += character === undefined ? 1 : utf8.encode(character).length;
  }
  return joined.trim();
}

function stretches(positions: readonly number[]): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = [];
  for (const position of positions) {
    const last = found.at(-1);
    if (last?.end === position) last.end++;
    else found.push({ start: position, end: position + 1 });
  }
  return found;
}

/** The words at ascending positions of a sequence. A word does not reach over a gap, and a special token stands alone. */
export function wordsAt(tokens: readonly SequenceToken[], positions: readonly number[]): TokenWord[] {
  return stretches(positions).flatMap(({ start, end }) => {
    const stretch = tokens.slice(start, end);
    const words = groupWords(
      stretch.map(({ text, role }) => ({ bytes: tokenBytes(text), special: role === "special" })),
    );
    return words.map((word) => ({
      positions: Array.from({ length: word.end - word.start }, (_, i) => start + word.start + i),
      text: joinedText(stretch.slice(word.start, word.end)),
    }));
  });
}
