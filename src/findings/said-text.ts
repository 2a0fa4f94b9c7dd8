/** @file The text of a stretch of tokens, and the words in it, each with the tokens that it came from. */
import { tokenBytes } from "../methods/token-words.ts";

/** A text with the token of each of its characters. */
export interface SaidText {
  readonly text: string;
  /** By UTF-16 unit of the text: the index of the token that holds the character's first byte. */
  readonly tokenAt: readonly number[];
}

/** A word of a text: what Unicode's rules for words find, which also part texts without spaces. */
export interface SaidWord {
  /** As it was said. */
  readonly text: string;
  /** In lower case. */
  readonly bare: string;
  /** Stretch [start, end) of the text, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
  /** Index of the token that holds the first character, and of the one that holds the last. */
  readonly token: number;
  readonly lastToken: number;
  /** Index of its sentence. */
  readonly sentence: number;
  /** Index of its clause: the stretch between marks of punctuation. */
  readonly clause: number;
}

const strict = new TextDecoder("utf-8", { fatal: true });
const lenient = new TextDecoder();

/** The characters of some bytes, or undefined if they end within a character or are not text. */
function wholeCharacters(bytes: readonly number[]): string | undefined {
  try {
    return strict.decode(Uint8Array.from(bytes));
  } catch {
    return undefined;
  }
}

function utf8Length(character: string): number {
  const code = character.codePointAt(0)!;
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x10000 ? 3 : 4;
}

/** Tokens within which a split character is looked for; what is not text by then is taken as it is. */
const longestSplit = 8;

/** Tokens as one text. A character that is split over tokens belongs to the first of them. */
export function saidText(tokens: readonly { readonly text: string }[]): SaidText {
  let text = "";
  const tokenAt: number[] = [];
  let bytes: number[] = [];
  let owners: number[] = [];
  let first = 0;
  function take(characters: string): void {
    let byte = 0;
    for (const character of characters) {
      const owner = owners[Math.min(byte, owners.length - 1)]!;
      for (let unit = 0; unit < character.length; unit++) tokenAt.push(owner);
      byte += utf8Length(character);
    }
    text += characters;
    bytes = [];
    owners = [];
  }
  for (const [index, token] of tokens.entries()) {
    if (bytes.length === 0) first = index;
    for (const byte of tokenBytes(token.text)) {
      bytes.push(byte);
      owners.push(index);
    }
    const whole = wholeCharacters(bytes);
    if (whole !== undefined) take(whole);
    else if (index - first >= longestSplit) take(lenient.decode(Uint8Array.from(bytes)));
  }
  if (bytes.length > 0) take(lenient.decode(Uint8Array.from(bytes)));
  return { text, tokenAt };
}

const segmenter = new Intl.Segmenter(undefined, { granularity: "word" });

/** A mark that ends a sentence: a full stop only before white space or the end, since it also stands in numbers. */
const sentenceEnd = /[!?\u2026\u3002\uff01\uff1f\u0964\u061f\n]|\.(?=\s|["')\]\u201d*]|$)/u;
const clauseEnd = /[,;:\u2014\u3001\uff0c\uff1b\uff1a\u060c]/u;

/** The words of a text, in order. */
export function saidWords({ text, tokenAt }: SaidText): SaidWord[] {
  const words: SaidWord[] = [];
  let sentence = 0;
  let clause = 0;
  let behind = 0;
  for (const { segment, index, isWordLike } of segmenter.segment(text)) {
    if (isWordLike !== true) continue;
    const between = text.slice(behind, index);
    // Marks before the first word part nothing.
    if (words.length > 0 && sentenceEnd.test(between)) sentence++;
    if (words.length > 0 && (sentenceEnd.test(between) || clauseEnd.test(between))) clause++;
    const end = index + segment.length;
    const bare = segment.toLowerCase();
    const tokens = { token: tokenAt[index]!, lastToken: tokenAt[end - 1]! };
    words.push({ text: segment, bare, start: index, end, ...tokens, sentence, clause });
    behind = end;
  }
  return words;
}
