/** @file Relevancy of words: the mean over their tokens, and what the published tool takes for it (test/fixtures/README.md). */
import type { FloatTensor } from "../tensor/tensor.ts";

/** A row of relevancy and the position that its identity stands at: the one that predicts the token. */
export interface OwnedRow {
  /** Index of the row in its tensor: the answer token. */
  readonly token: number;
  readonly own: number;
}

function rowOf({ dims, data }: FloatTensor, token: number): Float32Array {
  const length = dims[1]!;
  return data.subarray(token * length, (token + 1) * length);
}

// Views ask for rows of thousands of tokens while the pointer moves, so that loops take the place of `Float32Array.from`.
function divided(sums: Float64Array, count: number): Float32Array {
  const means = new Float32Array(sums.length);
  for (let i = 0; i < sums.length; i++) means[i] = sums[i]! / count;
  return means;
}

/** The row of a word: the mean of its tokens' rows [tokens, length], each without its own position, which says nothing about the input. */
export function wordRow(rows: FloatTensor, word: readonly OwnedRow[]): Float32Array {
  const sums = new Float64Array(rows.dims[1]!);
  for (const { token, own } of word) {
    const row = rowOf(rows, token);
    for (let position = 0; position < row.length; position++) if (position !== own) sums[position]! += row[position]!;
  }
  return divided(sums, word.length);
}

/** The mean of some rows of a map [tokens, image tokens]. */
export function meanRow(rows: FloatTensor, tokens: readonly number[]): Float32Array {
  const sums = new Float64Array(rows.dims[1]!);
  for (const token of tokens) {
    const row = rowOf(rows, token);
    for (let i = 0; i < row.length; i++) sums[i]! += row[i]!;
  }
  return divided(sums, tokens.length);
}

/** A word as the published tool has it. */
export interface ReferenceWord {
  /** Vocabulary entries put together, with its marks. */
  readonly text: string;
  /** Indices in the answer, ascending. */
  readonly tokens: readonly number[];
}

/** Vocabulary entries that open a word of the published tool, besides those that begin with the mark of a space. */
const separators: ReadonlySet<string> = new Set(
  Array.from(" .,?!:;/()[]{}<>|\\-_+=*&^%$#@~`\t\n\r\v\f").concat("</s>"),
);
const spaceMark = "\u2581";

/**
 * The words of an answer by the published tool's rules, from vocabulary entries as they are spelled. An entry that came before gets "_"
 * appended, and is no separator any more; a word that comes twice stands in the place of the first.
 */
export function referenceWords(entries: readonly string[]): ReferenceWord[] {
  const seen = new Set<string>();
  const words = new Map<string, readonly number[]>();
  let word = { text: "", tokens: [] as number[] };
  for (const [token, entry] of entries.entries()) {
    const name = seen.has(entry) ? `${entry}_` : entry;
    seen.add(name);
    const opens = token > 0 && (name.startsWith(spaceMark) || separators.has(name));
    if (opens) {
      words.set(word.text, word.tokens);
      word = { text: "", tokens: [] };
    }
    word = { text: word.text + name, tokens: [...word.tokens, token] };
  }
  if (entries.length > 0) words.set(word.text, word.tokens);
  return Array.from(words, ([text, tokens]) => ({ text, tokens }));
}

/**
 * The published tool's language row of a word, from rows [tokens, length]. It averages whole maps of growing size, the smaller ones padded
 * with zeros, and shows the last row: the last token's row divided by the number of tokens.
 */
export function referenceWordRow(rows: FloatTensor, { tokens }: Pick<ReferenceWord, "tokens">): Float32Array {
  return rowOf(rows, tokens.at(-1)!).map((value) => value / tokens.length);
}
