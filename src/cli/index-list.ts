/** @file Lists of numbers as they are written on the command line: "0,3-8". */
import { quote } from "../json/quote.ts";
import { UsageError } from "./usage-error.ts";

const mostIndices = 1_000_000;

/** Ascending numbers, each once. Throws a UsageError that names the option if it is no such list. */
export function readIndexList(text: string, option: string): number[] {
  const found = new Set<number>();
  for (const part of text.split(",")) {
    const [, from, to = from] = /^\s*(\d{1,7})(?:-(\d{1,7}))?\s*$/.exec(part) ?? [];
    const [start, end] = [Number(from), Number(to)];
    if (from === undefined || end < start || end >= mostIndices) {
      throw new UsageError(`--${option} must be numbers with commas between them, such as 0,3-8, got ${quote(text)}.`);
    }
    for (let index = start; index <= end; index++) found.add(index);
  }
  return [...found].sort((a, b) => a - b);
}
