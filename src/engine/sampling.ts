/** @file Chooses the next token from logits: greedy, or temperature, top-k and top-p with a seeded generator. */
import { seededRandom } from "../tensor/random.ts";

export interface Sampling {
  /** 0 is greedy: the largest logit, the lowest id among equals. */
  readonly temperature: number;
  /** Keeps the k most probable tokens; 0 is off. */
  readonly topK: number;
  /** Keeps the fewest most probable tokens whose probabilities reach this sum; 1 is off. */
  readonly topP: number;
  readonly seed: number;
}

export const greedy: Sampling = { temperature: 0, topK: 0, topP: 1, seed: 0 };

function argmax(logits: Float32Array, excluded: ReadonlySet<number>): number {
  let best = -1;
  for (let id = 0; id < logits.length; id++) {
    if (!excluded.has(id) && (best === -1 || logits[id]! > logits[best]!)) best = id;
  }
  return best;
}

interface Candidate {
  readonly id: number;
  weight: number;
}

/** Candidates by falling probability; `weight` is proportional to it. */
function candidatesOf(logits: Float32Array, temperature: number, excluded: ReadonlySet<number>): Candidate[] {
  const best = logits[argmax(logits, excluded)]!;
  const candidates: Candidate[] = [];
  for (let id = 0; id < logits.length; id++) {
    if (!excluded.has(id)) candidates.push({ id, weight: Math.exp((logits[id]! - best) / temperature) });
  }
  return candidates.sort((a, b) => b.weight - a.weight || a.id - b.id);
}

/** The shortest beginning whose weights reach the share `topP`; never empty. */
function nucleus(candidates: readonly Candidate[], topP: number): readonly Candidate[] {
  const total = candidates.reduce((sum, { weight }) => sum + weight, 0);
  let reached = 0;
  const count = candidates.findIndex(({ weight }) => (reached += weight) >= topP * total);
  return count === -1 ? candidates : candidates.slice(0, count + 1);
}

/**
 * A function that picks an id from logits [vocabulary]. Temperature is applied first, then top-k, then top-p.
 * `excluded` ids are never picked. Throws where the logits hold NaN or plus infinity, or every id is excluded.
 */
export function tokenSampler(sampling: Sampling): (logits: Float32Array, excluded?: ReadonlySet<number>) => number {
  const random = seededRandom(sampling.seed);
  const none: ReadonlySet<number> = new Set();
  return (logits, excluded = none) => {
    if (!logits.every((logit) => logit < Infinity)) {
      throw new Error("generation: the model gave a logit that is not a number; its weights are damaged or overflow");
    }
    const best = argmax(logits, excluded);
    if (best === -1)
      throw new Error("generation: no token may be chosen, since every token of the vocabulary is excluded");
    if (sampling.temperature === 0) return best;
    const sorted = candidatesOf(logits, sampling.temperature, excluded);
    const few = sampling.topK > 0 ? sorted.slice(0, sampling.topK) : sorted;
    const kept = sampling.topP < 1 ? nucleus(few, sampling.topP) : few;
    const total = kept.reduce((sum, { weight }) => sum + weight, 0);
    let remaining = random() * total;
    const chosen = kept.find(({ weight }) => (remaining -= weight) < 0);
    return (chosen ?? kept.at(-1)!).id;
  };
}
