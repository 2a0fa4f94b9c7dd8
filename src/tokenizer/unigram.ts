/** @file Unigram language model (sentencepiece): the tokens of a piece whose scores have the largest sum. */
import { z } from "zod";
import { byteIds } from "./bpe.ts";
import { addToTrie, createTrie, type TrieNode } from "./trie.ts";
import type { TokenModel } from "./token-model.ts";
import { readScoredVocabulary } from "./vocabulary.ts";
import { readFields } from "./fields.ts";

/** How much less an unknown character scores than the least token. */
const unknownPenalty = 10;

const schema = z.object({ unk_id: z.int().min(0).nullish(), byte_fallback: z.boolean().nullish() });

/** Builds the model that `description` (the field "model" of tokenizer.json) means. Throws an Error that names `file`. */
export function createUnigram(description: Readonly<Record<string, unknown>>, file: string): TokenModel {
  const place = `${file}, "model"`;
  const fields = readFields(schema, description, place);
  const vocab = readScoredVocabulary(description["vocab"], place);
  const unknownId = fields.unk_id ?? undefined;
  const byteFallback = fields.byte_fallback === true;
  if (unknownId !== undefined && unknownId >= vocab.length) {
    throw new Error(`${place}: "unk_id" is ${unknownId}, but the vocabulary has ${vocab.length} tokens.`);
  }
  const idOf = new Map(vocab.map(([token], id) => [token, id]));
  const trie = createTrie<number>();
  for (const [token, id] of idOf) if (token !== "") addToTrie(trie, token, id);
  const unknownScore = vocab.reduce((least, [, score]) => Math.min(least, score), Infinity) - unknownPenalty;

  const requireUnknown = (): number => {
    if (unknownId === undefined) {
      throw new Error(`${file}: the vocabulary has no token for a part of the text, and no unknown token.`);
    }
    return unknownId;
  };

  return {
    idOf,
    encode(piece) {
      const path = bestPath(piece, { trie, vocab, unknownScore, requireUnknown });
      return fuseUnknown(path, unknownId).flatMap(({ start, end }) => {
        const text = piece.slice(start, end);
        const id = idOf.get(text);
        return id ?? (byteFallback ? byteIds(text, idOf) : undefined) ?? requireUnknown();
      });
    },
  };
}

interface PathToken {
  readonly start: number;
  readonly end: number;
  readonly id: number;
}

interface PathSource {
  readonly trie: TrieNode<number>;
  readonly vocab: readonly (readonly [string, number])[];
  readonly unknownScore: number;
  readonly requireUnknown: () => number;
}

/** Viterbi over the places of a piece; of equal sums the first found wins. */
function bestPath(piece: string, { trie, vocab, unknownScore, requireUnknown }: PathSource): PathToken[] {
  const size = piece.length;
  const scores = new Float64Array(size + 1);
  const starts = new Int32Array(size + 1).fill(-1);
  const ids = new Int32Array(size + 1);
  const offer = (end: number, start: number, { id, score }: { id: () => number; score: number }): void => {
    const sum = score + scores[start]!;
    if (starts[end] !== -1 && sum <= scores[end]!) return;
    scores[end] = sum;
    starts[end] = start;
    ids[end] = id();
  };
  for (let start = 0; start < size;) {
    const width = piece.codePointAt(start)! > 0xffff ? 2 : 1;
    let hasSingle = false;
    let node: TrieNode<number> | undefined = trie;
    for (let end = start; end < size;) {
      node = node.next.get(piece.charCodeAt(end++));
      if (node === undefined) break;
      const id = node.value;
      if (id === undefined) continue;
      offer(end, start, { id: () => id, score: vocab[id]![1] });
      hasSingle ||= end === start + width;
    }
    if (!hasSingle) offer(start + width, start, { id: requireUnknown, score: unknownScore });
    start += width;
  }
  const path: PathToken[] = [];
  for (let end = size; end > 0; end = starts[end]!) path.push({ start: starts[end]!, end, id: ids[end]! });
  return path.reverse();
}

/** Neighboring unknown tokens as one. */
function fuseUnknown(path: readonly PathToken[], unknownId: number | undefined): PathToken[] {
  const fused: PathToken[] = [];
  for (const token of path) {
    const last = fused.at(-1);
    if (last !== undefined && last.id === unknownId && token.id === unknownId) {
      fused[fused.length - 1] = { ...last, end: token.end };
    } else {
      fused.push(token);
    }
  }
  return fused;
}
