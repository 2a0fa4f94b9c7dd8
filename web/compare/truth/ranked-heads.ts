/** @file Heads in the order of their scores. */

export interface ScoredHead {
  readonly layer: number;
  readonly head: number;
  readonly score: number;
}

/** Every head with its score, best first; `scores` are [recorded layers, heads]. Of equals the earlier stands first. */
export function rankedHeadScores(
  scores: Float32Array,
  { layers, heads }: { readonly layers: readonly number[]; readonly heads: number },
): ScoredHead[] {
  return Array.from(scores, (score, row) => ({ layer: layers[Math.floor(row / heads)]!, head: row % heads, score }))
    .filter(({ layer }) => (layer as number | undefined) !== undefined)
    .sort((a, b) => b.score - a.score);
}
