/** @file What tokens are called in sentences: words and pieces of words in quotation marks. */
import { joinedText, tokenBytes } from "../methods/token-words.ts";
import type { RunDescription } from "../run/types.ts";

/** A piece of text as it is read inside a sentence: “right”. */
export function quoted(text: string): string {
  return `“${text}”`;
}

const escapes: Readonly<Record<string, string>> = { "\n": "\\n", "\t": "\\t", "\r": "\\r" };
/** C0 and C1 controls, which fonts draw as boxes or not at all. */
const controls = /\p{Cc}/gu;

/** A text with its control characters as escapes: "\n", "\x07" as a lone byte is written, "\u0085" beyond them. */
export function withoutControls(text: string): string {
  return text.replace(controls, (control) => {
    const code = control.charCodeAt(0);
    const digits = code.toString(16).toUpperCase();
    return escapes[control] ?? (code < 0x80 ? `\\x${digits.padStart(2, "0")}` : `\\u${digits.padStart(4, "0")}`);
  });
}

/** A token as it is shown: without the space of a word start; white space alone and control characters are made visible. */
export function shownText(text: string): string {
  const shown = withoutControls(text).trim();
  return shown === "" ? "·" : shown;
}

const loneByte = /\\x[0-9A-Fa-f]{2}/;
const strictUtf8 = new TextDecoder("utf-8", { fatal: true });

/** Tokens that hold one character at most: its bytes. */
const longestSplit = 4;

/** The character whose bytes lie in the tokens [start, end); undefined if they are not whole characters. */
function characterOf(tokens: RunDescription["tokens"], start: number, end: number): string | undefined {
  try {
    return strictUtf8.decode(Uint8Array.from(tokens.slice(start, end).flatMap(({ text }) => [...tokenBytes(text)])));
  } catch {
    return undefined;
  }
}

/** A token of a sequence as it is shown. One that holds some bytes of a character is the character with its part: "\u732b 1/3". */
export function shownToken({ tokens }: Pick<RunDescription, "tokens">, position: number): string {
  const { text } = tokens[position]!;
  if (!loneByte.test(text)) return shownText(text);
  for (let start = position; start > position - longestSplit && loneByte.test(tokens[start]?.text ?? ""); start--) {
    for (let end = Math.max(position + 1, start + 2); end <= start + longestSplit && end <= tokens.length; end++) {
      const character = characterOf(tokens, start, end);
      if (character !== undefined) return `${shownText(character)} ${position - start + 1}/${end - start}`;
    }
  }
  return shownText(text);
}

const punctuationAround = /^\p{P}+(?=.*[\p{L}\p{N}])|(?<=[\p{L}\p{N}].*)\p{P}+$/gsu;

/** A token as a word in a sentence: as it is shown, without the punctuation that touches it; a token of punctuation alone keeps it. */
export function bareText(text: string): string {
  return shownText(text).replace(punctuationAround, "");
}

/** A word as it is shown, by its text without the space around it; one of white space alone by its tokens. */
export function shownWord(
  { tokens }: Pick<RunDescription, "tokens">,
  positions: readonly number[],
  text: string,
): string {
  if (positions.length === 1) return shownToken({ tokens }, positions[0]!);
  return shownText(text === "" ? positions.map((position) => tokens[position]!.text).join("") : text);
}

/** Whether a token is white space alone, which a line of words shows as a gap. */
export function isGap(text: string): boolean {
  return text.trim() === "" && withoutControls(text) === text;
}

/** Beyond this many stretches a list of names is longer than a reader takes in. */
const maxStretches = 3;

/** What an answer token is called, by its index in the answer. */
export function nameOfAnswerToken(description: Pick<RunDescription, "tokens" | "answer">, token: number): string {
  return nameOfTokens(description, [description.answer.start + token]);
}

/**
 * Names tokens by their positions, ascending: neighbors are one text, “spoon”; others stand apart, “The” and “right”; many are counted.
 */
export function nameOfTokens({ tokens }: Pick<RunDescription, "tokens">, positions: readonly number[]): string {
  const stretches: number[][] = [];
  for (const position of positions) {
    const last = stretches.at(-1);
    if (last?.at(-1) === position - 1) last.push(position);
    else stretches.push([position]);
  }
  if (stretches.length > maxStretches) return `${positions.length} tokens`;
  const names = stretches.map((stretch) =>
    quoted(shownWord({ tokens }, stretch, joinedText(stretch.map((position) => tokens[position]!)))),
  );
  return names.length < 2 ? (names[0] ?? "") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)!}`;
}
