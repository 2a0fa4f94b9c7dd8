/** @file Patterns of tokenizer parts, which are written for Oniguruma, and texts cut at their matches. */
import { toRegExp } from "oniguruma-to-es";
import { z } from "zod";

/** A part of a text, by UTF-16 units: a match, or what lies between two. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
  readonly isMatch: boolean;
}

/** What becomes of the matches of a pattern at which a text is cut. */
export const splitBehaviors = ["Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"] as const;

export type SplitBehavior = (typeof splitBehaviors)[number];

/** Published patterns have some 300 characters. */
const maxPatternCharacters = 10_000;

/** A text that is found as it is, or a regular expression. */
export const patternSchema = z.union(
  [
    z.strictObject({ String: z.string().max(maxPatternCharacters) }),
    z.strictObject({ Regex: z.string().max(maxPatternCharacters) }),
  ],
  'it must be {"String": text} or {"Regex": text}',
);

export type PatternDescription = z.infer<typeof patternSchema>;

/** The regular expression that finds what `pattern` describes. Throws when it cannot be one, or cannot mean the same in JavaScript. */
export function compilePattern(pattern: PatternDescription): RegExp {
  if ("String" in pattern) return new RegExp(pattern.String.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"), "gu");
  return toRegExp(withWordsSpelledOut(pattern.Regex), { global: true, accuracy: "strict" });
}

/** Characters of a word, in a class; outside of one, those of Latin-1 that are numbers count as well. */
const wordInClass = "\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}";
const word = `[${wordInClass}²³¹¼½¾]`;
const notWord = `[^${wordInClass}²³¹¼½¾]`;

const wordsOutside: Readonly<Record<string, string>> = {
  "\\w": word,
  "\\W": notWord,
  "\\b": `(?:(?<=${word})(?!${word})|(?<!${word})(?=${word}))`,
  "\\B": `(?:(?<=${word})(?=${word})|(?<!${word})(?!${word}))`,
};
const wordsInClass: Readonly<Record<string, string>> = { "\\w": wordInClass, "\\W": `[^${wordInClass}]` };

/** What stands by itself in a pattern: an escape, a class of POSIX, the beginning of a class with a bracket in it, a bracket. */
const symbols = /\\[\s\S]|\[:\^?\w+:\]|\[\^?\]?|\]/g;

/** Spells out what Oniguruma takes for characters of a word, which oniguruma-to-es takes to be all letters, marks and numbers. */
function withWordsSpelledOut(pattern: string): string {
  let depth = 0;
  return pattern.replace(symbols, (symbol) => {
    if (symbol.startsWith("\\")) return (depth > 0 ? wordsInClass : wordsOutside)[symbol] ?? symbol;
    if (symbol === "[:word:]" && depth > 0) return wordInClass;
    if (symbol.startsWith("[:") && depth > 0) return symbol;
    depth = Math.max(0, depth + (symbol === "]" ? -1 : 1));
    return symbol;
  });
}

/**
 * Cuts `text` at every match of `regex` (with flag g). The stretches cover the text. As in Oniguruma's iterator, an empty match is
 * one unless it stands at the end of the match before.
 */
export function findMatches(text: string, regex: RegExp): Stretch[] {
  const stretches: Stretch[] = [];
  // No pattern matches in an empty text.
  if (text === "") return stretches;
  let end = 0;
  let from = 0;
  let lastMatchEnd = -1;
  while (from <= text.length) {
    regex.lastIndex = from;
    const match = regex.exec(text);
    if (match === null) break;
    const start = match.index;
    const stop = start + match[0].length;
    if (start === stop && stop === lastMatchEnd) {
      from += (text.codePointAt(from) ?? 0) > 0xffff ? 2 : 1;
      continue;
    }
    if (start > end) stretches.push({ start: end, end: start, isMatch: false });
    stretches.push({ start, end: stop, isMatch: true });
    end = stop;
    from = stop;
    lastMatchEnd = stop;
  }
  if (end < text.length) stretches.push({ start: end, end: text.length, isMatch: false });
  return stretches;
}

/** The stretches that `behavior` leaves of those that `findMatches` gives; empty ones may be among them. */
export function splitStretches(stretches: readonly Stretch[], behavior: SplitBehavior): Stretch[] {
  switch (behavior) {
    case "Isolated":
      return [...stretches];
    case "Removed":
      return stretches.filter(({ isMatch }) => !isMatch);
    case "Contiguous":
      return joined(stretches, (stretch, before) => stretch.isMatch === before);
    case "MergedWithPrevious":
      return joined(stretches, (stretch, before) => stretch.isMatch && !before);
    case "MergedWithNext":
      return joined([...stretches].reverse(), (stretch, before) => stretch.isMatch && !before).reverse();
  }
}

/** Joins each stretch to the one before it in the list when `joins` says so; `before` is whether that one ended with a match. */
function joined(stretches: readonly Stretch[], joins: (stretch: Stretch, before: boolean) => boolean): Stretch[] {
  const result: Stretch[] = [];
  let before = false;
  for (const stretch of stretches) {
    const last = result.at(-1);
    if (last !== undefined && joins(stretch, before)) {
      const start = Math.min(last.start, stretch.start);
      result[result.length - 1] = { start, end: Math.max(last.end, stretch.end), isMatch: false };
    } else {
      result.push({ ...stretch, isMatch: false });
    }
    before = stretch.isMatch;
  }
  return result;
}
