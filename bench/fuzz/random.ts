/** @file Chances and choices of one generated input, all of which follow from its seed. */
import { seededRandom } from "../../src/tensor/random.ts";

export interface Random {
  /** A uniform number in [0, 1). */
  next(): number;
  /** A whole number from 0 up to, not including, `count`. */
  below(count: number): number;
  /** True with this probability. */
  chance(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
}

/** Which input it is: the seed of the whole run, the kind, and the number of the input among those of its kind. */
export interface InputPlace {
  readonly seed: number;
  readonly kind: string;
  readonly index: number;
}

/** The random numbers of one input. They depend on its place alone, so that it can be made again without those before it. */
export function randomOf({ seed, kind, index }: InputPlace): Random {
  // FNV-1a over the name (Fowler, Noll, Vo), then over the two numbers.
  let hash = 0x811c9dc5;
  const add = (value: number): void => {
    hash = Math.imul(hash ^ value, 0x01000193) >>> 0;
  };
  for (let i = 0; i < kind.length; i++) add(kind.charCodeAt(i));
  for (const number of [seed, index]) for (let shift = 0; shift < 32; shift += 8) add((number >>> shift) & 0xff);
  const next = seededRandom(hash);
  const below = (count: number): number => Math.floor(next() * count);
  return {
    next,
    below,
    chance: (probability) => next() < probability,
    pick: (list) => list[below(list.length)]!,
  };
}
