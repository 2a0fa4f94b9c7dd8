/** @file The entries of a vocabulary, checked one by one: a schema would copy them, and lose names such as "__proto__". */
import { quote } from "../json/quote.ts";
import { maxTokenId } from "./token-id.ts";

/** The object of tokens and ids of a BPE model. Throws an Error if an id is no id or stands twice. */
export function readVocabularyObject(vocab: unknown, place: string): ReadonlyMap<string, number> {
  if (typeof vocab !== "object" || vocab === null || Array.isArray(vocab)) {
    throw new Error(`${place}: "vocab" is wrong: it must be an object of tokens and their ids.`);
  }
  const idOf = new Map<string, number>();
  const seen = new Uint8Array(maxTokenId + 1);
  for (const [token, id] of Object.entries(vocab) as [string, unknown][]) {
    if (typeof id !== "number" || !Number.isInteger(id) || id < 0 || id > maxTokenId) {
      throw new Error(
        `${place}: ${quote(`vocab.${token}`)} is wrong: an id must be an integer from 0 to ${maxTokenId}, got ${quote(id)}.`,
      );
    }
    if (seen[id] === 1) {
      const other = [...idOf].find(([, otherId]) => otherId === id)?.[0];
      throw new Error(`${place}: the tokens ${quote(other)} and ${quote(token)} of "vocab" have the same id ${id}.`);
    }
    idOf.set(token, id);
    seen[id] = 1;
  }
  return idOf;
}

/** Token and score of each entry of a Unigram model; the id is the index. Throws an Error if an entry is none. */
export function readScoredVocabulary(vocab: unknown, place: string): readonly (readonly [string, number])[] {
  if (!Array.isArray(vocab) || vocab.length === 0 || vocab.length > maxTokenId) {
    throw new Error(`${place}: "vocab" is wrong: it must be a list of up to ${maxTokenId} pairs of token and score.`);
  }
  return vocab.map((entry: unknown, id) => {
    const [token, score] = Array.isArray(entry) && entry.length === 2 ? (entry as [unknown, unknown]) : [];
    if (typeof token !== "string" || typeof score !== "number" || !Number.isFinite(score)) {
      throw new Error(`${place}: "vocab.${id}" is wrong: an entry must be a token and its score, got ${quote(entry)}.`);
    }
    return [token, score] as const;
  });
}
