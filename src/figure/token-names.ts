/** @file What tokens are called in sentences: words and pieces of words in quotation marks. */
import { joinedText } from "../methods/token-words.ts";
import type { RunDescription } from "../run/types.ts";

/** A piece of text as it is read inside a sentence: “right”. */
export function quoted(text: string): string {
  return `“${text}”`;
}

/** A token as it is shown: without the space of a word start; white space alone is made visible. */
export function shownText(text: string): string {
  const shown = text.replaceAll("\n", "\\n").replaceAll("\t", "\\t").trim();
  return shown === "" ? "·" : shown;
}

/** Whether a token is white space alone, which a line of words shows as a gap. */
export function isGap(text: string): boolean {
  return text.trim() === "" && !/[\n\t]/.test(text);
}

/** Beyond this many stretches a list of names is longer than a reader takes in. */
const maxStretches = 3;

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
  const names = stretches.map((stretch) => {
    const text = joinedText(stretch.map((position) => tokens[position]!));
    return quoted(text === "" ? shownText(text) : text);
  });
  return names.length < 2 ? (names[0] ?? "") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)!}`;
}
