/** @file Rules on tokens by what came before: penalties, n-grams that may not come twice, and sequences that are favored or forbidden. */
/** Changes scores [vocabulary] in place. `ids` are those of the prompt, image tokens included, and of the answer so far. */
export type LogitsProcessor = (scores: Float32Array, ids: readonly number[]) => void;

/**
 * Divides positive scores of tokens that were there, and multiplies negative ones (Keskar et al.: "CTRL", 2019). The tokens are those of
 * `only`, or all so far.
 */
export function penalizedIds(penalty: number, only?: readonly number[]): LogitsProcessor {
  const factor = Math.fround(penalty);
  const seen = new Set(only);
  let read = 0;
  return (scores, ids) => {
    if (only === undefined) for (; read < ids.length; read++) seen.add(ids[read]!);
    for (const id of seen) {
      const score = scores[id];
      if (score !== undefined) scores[id] = score < 0 ? score * factor : score / factor;
    }
  };
}

/** Forbids each token that would end an n-gram that was there: in `only`, or anywhere so far. */
export function blockedNgrams(size: number, only?: readonly number[]): LogitsProcessor {
  /** Last tokens of n-grams by the tokens before. */
  const endings = new Map<string, Set<number>>();
  const keyOf = (ids: readonly number[], end: number): string => ids.slice(end - size + 1, end).join();
  let read = size - 1;
  function learn(ids: readonly number[]): void {
    for (; read < ids.length; read++) {
      const key = keyOf(ids, read);
      const found = endings.get(key);
      if (found === undefined) endings.set(key, new Set([ids[read]!]));
      else found.add(ids[read]!);
    }
  }
  return (scores, ids) => {
    learn(only ?? ids);
    if (ids.length < size - 1) return;
    for (const id of endings.get(keyOf(ids, ids.length)) ?? []) if (id < scores.length) scores[id] = -Infinity;
  };
}

interface BiasedSequence {
  /** All but the last token. */
  readonly before: readonly number[];
  readonly last: number;
  readonly bias: number;
}

/** Adds a number to the score of each token that would complete a sequence. Of equal sequences the last one counts. */
export function sequenceBiases(pairs: readonly (readonly [readonly number[], number])[]): LogitsProcessor {
  const each = new Map(pairs.map(([ids, bias]) => [ids.join(), { before: ids.slice(0, -1), last: ids.at(-1), bias }]));
  const singles = new Map<number, number>();
  /** Longer ones by the token before the last. */
  const longer = new Map<number, BiasedSequence[]>();
  for (const { before, last, bias } of each.values()) {
    if (last === undefined) continue;
    const previous = before.at(-1);
    if (previous === undefined) {
      singles.set(last, Math.fround(bias));
      continue;
    }
    const sequences = longer.get(previous);
    if (sequences === undefined) longer.set(previous, [{ before, last, bias }]);
    else sequences.push({ before, last, bias });
  }
  return (scores, ids) => {
    const biases = new Map(singles);
    for (const { before, last, bias } of longer.get(ids.at(-1) ?? -1) ?? []) {
      const start = ids.length - before.length;
      if (start < 0 || !before.every((id, i) => ids[start + i] === id)) continue;
      biases.set(last, Math.fround((biases.get(last) ?? 0) + bias));
    }
    for (const [id, bias] of biases) scores[id] = scores[id]! + bias;
  };
}
