/** @file Chooses the next token from scores: greedy, or drawn with a seeded generator from what the filters of sampling keep. */
import type { CheckpointSampling } from "../checkpoint/types.ts";
import { seededRandom } from "../tensor/random.ts";

export interface Sampling extends CheckpointSampling {
  readonly seed: number;
}

/** The id of the largest score, the lowest among equals; -1 if every one is minus infinity. */
function argmax(scores: Float32Array): number {
  let best = -1;
  let most = -Infinity;
  for (let id = 0; id < scores.length; id++) {
    if (scores[id]! > most) {
      best = id;
      most = scores[id]!;
    }
  }
  return best;
}

export interface Candidate {
  readonly id: number;
  readonly probability: number;
}

/** The candidates with probabilities that sum to 1. */
function normalized(candidates: readonly Candidate[]): Candidate[] {
  const total = candidates.reduce((sum, { probability }) => sum + probability, 0);
  return candidates.map(({ id, probability }) => ({ id, probability: probability / total }));
}

/** Entropy in nats of probabilities that sum to 1. */
function entropyOf(candidates: readonly Candidate[]): number {
  return candidates.reduce((sum, { probability: p }) => (p > 0 ? sum - p * Math.log(p) : sum), 0);
}

/** Tokens that top-h looks at. */
const topHTokens = 100;

/** Top-h: a beginning of the most probable tokens with at most the share `topH` of the entropy; never empty. */
function withinEntropy(candidates: readonly Candidate[], topH: number): readonly Candidate[] {
  const few = normalized(candidates.slice(0, topHTokens));
  const most = entropyOf(few) * topH;
  let reached = 0;
  const count = few.findIndex(({ probability: p }) => (reached -= p > 0 ? p * Math.log(p) : 0) > most);
  return count === -1 ? few : few.slice(0, Math.max(1, count));
}

/** Top-p: the shortest beginning whose probabilities reach `topP`; never empty. */
function nucleus(candidates: readonly Candidate[], topP: number): readonly Candidate[] {
  let reached = 0;
  const count = candidates.findIndex(({ probability }) => (reached += probability) >= topP);
  return count === -1 ? candidates : candidates.slice(0, count + 1);
}

/** Locally typical sampling (Meister et al., TACL 2023): tokens whose surprise is near the entropy, until they reach `mass`. */
function typical(candidates: readonly Candidate[], mass: number): readonly Candidate[] {
  const entropy = entropyOf(candidates);
  const distance = ({ probability }: Candidate): number => Math.abs(-Math.log(probability) - entropy);
  const byDistance = candidates.toSorted((a, b) => distance(a) - distance(b));
  let reached = 0;
  const last = byDistance.find(({ probability }) => (reached += probability) >= mass) ?? byDistance.at(-1)!;
  return candidates.filter((candidate) => distance(candidate) <= distance(last));
}

/** Tokens of at least this probability, and the first. */
function atLeast(candidates: readonly Candidate[], probability: number): readonly Candidate[] {
  return candidates.filter((candidate, index) => index === 0 || candidate.probability >= probability);
}

/** The threshold of eta sampling (Hewitt, Manning, Liang: "Truncation Sampling as Language Model Desmoothing", 2022). */
function etaThreshold(candidates: readonly Candidate[], epsilon: number): number {
  return Math.min(epsilon, Math.sqrt(epsilon) * Math.exp(-entropyOf(candidates)));
}

/**
 * What may be drawn under scores [vocabulary], most probable first, with the probability of each. Scores of minus infinity are never
 * drawn. The filters and their order are those of transformers: temperature, top-h, top-k, top-p, min-p, typical, epsilon, eta.
 */
export function drawnFrom(scores: Float32Array, sampling: CheckpointSampling): readonly Candidate[] {
  const { temperature, topH, topK, topP, minP, typicalP, epsilonCutoff, etaCutoff } = sampling;
  const best = argmax(scores);
  const most = scores[best]!;
  // A rule can drive a score beyond the largest number.
  if (most === Infinity) return [{ id: best, probability: 1 }];
  const every: Candidate[] = [];
  for (const [id, score] of scores.entries()) {
    if (score > -Infinity) every.push({ id, probability: Math.exp((score - most) / temperature) });
  }
  every.sort((a, b) => b.probability - a.probability || a.id - b.id);
  let kept: readonly Candidate[] = normalized(every);
  const filter = (
    value: number | undefined,
    keep: (candidates: readonly Candidate[], value: number) => readonly Candidate[],
  ) => {
    if (value !== undefined) kept = normalized(keep(kept, value));
  };
  filter(topH, withinEntropy);
  filter(topK > 0 ? topK : undefined, (candidates, count) => candidates.slice(0, count));
  filter(topP < 1 ? topP : undefined, nucleus);
  filter(minP, (candidates, portion) => atLeast(candidates, portion * candidates[0]!.probability));
  filter(typicalP, typical);
  filter(epsilonCutoff, atLeast);
  filter(etaCutoff, (candidates, epsilon) => atLeast(candidates, etaThreshold(candidates, epsilon)));
  return kept;
}

/**
 * A function that picks an id from scores [vocabulary], which hold no NaN. Scores of minus infinity are never picked; throws an Error if there
 * is no other.
 */
export function tokenSampler(sampling: Sampling): (scores: Float32Array) => number {
  const random = seededRandom(sampling.seed);
  return (scores) => {
    const best = argmax(scores);
    if (best === -1)
      throw new Error("generation: no token may be chosen, since every token of the vocabulary is excluded.");
    if (sampling.temperature === 0) return best;
    const kept = drawnFrom(scores, sampling);
    let remaining = random();
    const chosen = kept.find(({ probability }) => (remaining -= probability) < 0);
    return (chosen ?? kept.at(-1)!).id;
  };
}
