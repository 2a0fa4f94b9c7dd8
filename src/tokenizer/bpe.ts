/** @file Byte-pair encoding: a piece of text as characters, and the pairs of them merged in the order of the file. */
import { z } from "zod";
import { quote } from "../json/quote.ts";
import type { TokenModel } from "./token-model.ts";
import { readVocabularyObject } from "./vocabulary.ts";
import { readFields } from "./fields.ts";

/** Ids are below 2^22, so that a pair of them, or a rank with an id, is one exact number. */
const idRange = 2 ** 22;

/** Pieces of a text repeat; those that are longer do not. */
const maxCachedCharacters = 256;
const maxCachedPieces = 10_000;

const flag = z.boolean().nullish();
const affix = z.string().max(100).nullish();

const schema = z.object({
  merges: z.custom<readonly unknown[]>(Array.isArray, "it must be a list"),
  unk_token: z.string().nullish(),
  dropout: z.number().min(0).max(1).nullish(),
  byte_fallback: flag,
  fuse_unk: flag,
  ignore_merges: flag,
  continuing_subword_prefix: affix,
  end_of_word_suffix: affix,
});

type BpeFields = z.infer<typeof schema>;

/** Builds the model that `description` (the field "model" of tokenizer.json) means. Throws an Error that names `file`. */
export function createBpe(description: Readonly<Record<string, unknown>>, file: string): TokenModel {
  const place = `${file}, "model"`;
  const fields = readFields(schema, description, place);
  if (fields.dropout != null && fields.dropout > 0) {
    throw new Error(`${place}: "dropout" is ${fields.dropout}, which makes ids random; only 0 or null is supported.`);
  }
  const idOf = readVocabularyObject(description["vocab"], place);
  const merges = readMerges(fields, idOf, place);
  const cache = new Map<string, readonly number[]>();
  const { ignore_merges } = fields;

  return {
    idOf,
    encode(piece) {
      const whole = ignore_merges === true ? idOf.get(piece) : undefined;
      if (whole !== undefined) return [whole];
      const known = cache.get(piece);
      if (known !== undefined) return known;
      const ids = mergeAll(symbolsOf(piece, { fields, idOf, file }), merges);
      if (piece.length <= maxCachedCharacters) {
        if (cache.size >= maxCachedPieces) cache.clear();
        cache.set(piece, ids);
      }
      return ids;
    },
  };
}

/** Rank and new id by pair, as one number each. */
function readMerges(
  { merges, continuing_subword_prefix }: BpeFields,
  idOf: ReadonlyMap<string, number>,
  place: string,
): ReadonlyMap<number, number> {
  const ranked = new Map<number, number>();
  const prefixLength = continuing_subword_prefix?.length ?? 0;
  const idOfPiece = (piece: string, rank: number): number => {
    const id = idOf.get(piece);
    if (id !== undefined) return id;
    throw new Error(`${place}: "merges.${rank}" needs the token ${quote(piece)}, which the vocabulary does not have.`);
  };
  let rank = 0;
  // A schema for each of some 600,000 merges takes seconds.
  for (const line of merges) {
    if (typeof line === "string" && line.startsWith("#version")) continue;
    const [left, right] = readMerge(line, `${place}: "merges.${rank}" is wrong`);
    const pair = idOfPiece(left, rank) * idRange + idOfPiece(right, rank);
    const id = idOfPiece(left + (prefixLength === 0 ? right : right.slice(prefixLength)), rank);
    ranked.set(pair, rank * idRange + id);
    rank++;
  }
  return ranked;
}

function readMerge(line: unknown, place: string): readonly [string, string] {
  if (typeof line === "string") {
    const space = line.indexOf(" ");
    if (space !== -1 && !line.includes(" ", space + 1)) return [line.slice(0, space), line.slice(space + 1)];
  } else if (Array.isArray(line) && line.length === 2) {
    const [left, right] = line as [unknown, unknown];
    if (typeof left === "string" && typeof right === "string") return [left, right];
  }
  throw new Error(
    `${place}: a merge must be two texts with a space between them, or a list of two, got ${quote(line)}.`,
  );
}

interface SymbolSource {
  readonly fields: BpeFields;
  readonly idOf: ReadonlyMap<string, number>;
  readonly file: string;
}

/** The characters of a piece as ids; those that the vocabulary does not have as bytes, as the unknown token, or not at all. */
function symbolsOf(piece: string, { fields, idOf, file }: SymbolSource): number[] {
  const { unk_token, byte_fallback, fuse_unk, continuing_subword_prefix, end_of_word_suffix } = fields;
  const symbols: number[] = [];
  // An unknown token is written when something else follows, since the next one may join it.
  let unknown: number | undefined;
  let start = 0;
  for (const character of piece) {
    const end = start + character.length;
    const prefix = start === 0 ? "" : (continuing_subword_prefix ?? "");
    const suffix = end < piece.length ? "" : (end_of_word_suffix ?? "");
    const spelled = prefix + character + suffix;
    start = end;
    const id = idOf.get(spelled);
    if (id !== undefined) {
      if (unknown !== undefined) symbols.push(unknown);
      unknown = undefined;
      symbols.push(id);
      continue;
    }
    const bytes = byte_fallback === true ? byteIds(spelled, idOf) : undefined;
    if (bytes !== undefined) {
      symbols.push(...bytes);
    } else if (unk_token != null) {
      const unknownId = idOf.get(unk_token);
      if (unknownId === undefined) {
        throw new Error(`${file}: the vocabulary has no token for a part of the text, and no unknown token.`);
      }
      if (unknown !== undefined && fuse_unk !== true) symbols.push(unknown);
      unknown = unknownId;
    }
  }
  if (unknown !== undefined) symbols.push(unknown);
  return symbols;
}

const utf8 = new TextEncoder();

/** Ids of the byte tokens of a text; undefined if the vocabulary lacks one. */
export function byteIds(text: string, idOf: ReadonlyMap<string, number>): number[] | undefined {
  const ids: number[] = [];
  for (const byte of utf8.encode(text)) {
    const id = idOf.get(`<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`);
    if (id === undefined) return undefined;
    ids.push(id);
  }
  return ids;
}

/** Merges pairs of neighbors, the one of lowest rank first and of those the leftmost, until no pair has a merge. */
function mergeAll(symbols: readonly number[], merges: ReadonlyMap<number, number>): readonly number[] {
  const count = symbols.length;
  if (count < 2) return symbols;
  const ids = Float64Array.from(symbols);
  const next = Int32Array.from({ length: count }, (_, i) => (i + 1 < count ? i + 1 : -1));
  const previous = Int32Array.from({ length: count }, (_, i) => i - 1);
  const removed = new Uint8Array(count);
  const queue = createMergeQueue();
  const offer = (left: number): void => {
    const right = next[left]!;
    const found = right === -1 ? undefined : merges.get(ids[left]! * idRange + ids[right]!);
    if (found !== undefined) queue.push(found, left);
  };
  for (let i = 0; i + 1 < count; i++) offer(i);
  for (let top = queue.pop(); top !== undefined; top = queue.pop()) {
    const { position } = top;
    const right = next[position]!;
    if (removed[position] === 1 || right === -1) continue;
    const id = top.merge % idRange;
    const current = merges.get(ids[position]! * idRange + ids[right]!);
    // The pair of an old offer may have changed.
    if (current === undefined || current % idRange !== id) continue;
    ids[position] = id;
    removed[right] = 1;
    const after = next[right]!;
    next[position] = after;
    if (after !== -1) previous[after] = position;
    const before = previous[position]!;
    if (before >= 0) offer(before);
    offer(position);
  }
  return Array.from(ids.filter((_, i) => removed[i] === 0));
}

interface MergeQueue {
  push(merge: number, position: number): void;
  pop(): { readonly merge: number; readonly position: number } | undefined;
}

/** A binary heap of merges by rank, then by position. A rank has one id, so that merges compare as their ranks do. */
function createMergeQueue(): MergeQueue {
  const merges: number[] = [];
  const positions: number[] = [];
  const put = (at: number, merge: number, position: number): void => {
    merges[at] = merge;
    positions[at] = position;
  };
  const isBefore = (at: number, merge: number, position: number): boolean =>
    merges[at]! < merge || (merges[at] === merge && positions[at]! < position);
  return {
    push(merge, position) {
      let at = merges.length;
      while (at > 0) {
        const parent = (at - 1) >> 1;
        if (isBefore(parent, merge, position)) break;
        put(at, merges[parent]!, positions[parent]!);
        at = parent;
      }
      put(at, merge, position);
    },
    pop() {
      if (merges.length === 0) return undefined;
      const top = { merge: merges[0]!, position: positions[0]! };
      const merge = merges.pop()!;
      const position = positions.pop()!;
      const count = merges.length;
      if (count === 0) return top;
      let at = 0;
      for (let child = 1; child < count; child = 2 * at + 1) {
        const other = child + 1;
        if (other < count && isBefore(other, merges[child]!, positions[child]!)) child = other;
        if (!isBefore(child, merge, position)) break;
        put(at, merges[child]!, positions[child]!);
        at = child;
      }
      put(at, merge, position);
      return top;
    },
  };
}
