/** @file Options that a question lists by marks, such as "(a) Open (b) Closed", and which of them an answer names. */
import type { SaidText } from "./said-text.ts";

/** The marks of the options that a question lists, in order: single letters or digits that begin with the first; none if there are not two. */
function optionMarks(question: string): string[] {
  const marks = [...question.matchAll(/(?<![\p{L}\p{N}])\(?([A-Za-z]|\d)[).:](?=\s|$)/gu)].map(([, mark]) => mark!);
  const start = marks.findIndex((mark, i) => /[aA1]/.test(mark) && follows(marks[i + 1], mark));
  if (start < 0) return [];
  const rest = marks.slice(start);
  const end = rest.findIndex((mark, i) => i > 0 && !follows(mark, rest[i - 1]!));
  return end < 0 ? rest : rest.slice(0, end);
}

function follows(mark: string | undefined, before: string): boolean {
  return mark !== undefined && mark.charCodeAt(0) === before.charCodeAt(0) + 1;
}

/** A mark in an answer: in brackets, or standing alone. */
interface Mention {
  readonly index: number;
  readonly text: string;
  readonly start: number;
  /** True if it cannot be a word or a number of a sentence. */
  readonly isMarked: boolean;
}

function mentions(marks: readonly string[], { text, tokenAt }: SaidText): Mention[] {
  const known = new Set(marks.map((mark) => mark.toLowerCase()));
  return [...text.matchAll(/(?<![\p{L}\p{N}])(\(?)([A-Za-z]|\d)(\)?)(?![\p{L}\p{N}])/gu)].flatMap((found) => {
    const [whole, open, mark, close] = found as unknown as [string, string, string, string];
    if (!known.has(mark.toLowerCase())) return [];
    const behind = text.slice(found.index + whole.length);
    const isAlone = text.slice(0, found.index).trim() === "" && /^\s*([.:,*\n]|$)/u.test(behind);
    const isCapital = /[A-Z]/.test(mark) && marks.includes(mark) && /^\s*([.,*]|$)/u.test(behind);
    const isMarked = close === ")" || isAlone || isCapital;
    return [{ index: tokenAt[found.index + open.length]!, text: whole, start: found.index, isMarked }];
  });
}

/**
 * The option that an answer names: the one that it begins with, else the one that it names last, as a conclusion does. Undefined if the question
 * lists none, or the answer names none.
 */
export function optionMention(question: string, said: SaidText): { index: number; text: string } | undefined {
  const marks = optionMarks(question);
  if (marks.length === 0) return undefined;
  const marked = mentions(marks, said).filter(({ isMarked }) => isMarked);
  const begins = marked.find(({ start }) => said.text.slice(0, start).trim() === "");
  const found = begins ?? marked.at(-1);
  return found && { index: found.index, text: found.text };
}
