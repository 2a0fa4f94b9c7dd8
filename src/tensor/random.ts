/** @file Random numbers that repeat for a seed on every machine. */

/** What the state of the generator grows by with each number. */
const stateStep = 0x6d2b79f5;

/** Uniform numbers in [0, 1): the mulberry32 generator, which repeats for a seed on every machine. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + stateStep) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** The seed whose numbers are those of `seed` after the first `count`. */
export function seedAfter(seed: number, count: number): number {
  return (seed + Math.imul(stateStep, count)) >>> 0;
}

/** Uniform numbers that `normalNumber` takes. */
export const normalNumberDraws = 2;

/** A number of the standard normal distribution, made of two uniform ones (Box, Muller, Annals of Mathematical Statistics 29, 1958). */
export function normalNumber(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Shuffles a list in place, each order as likely (Fisher-Yates: Durstenfeld, CACM 7, 1964), and gives it back. */
export function shuffle<T>(list: T[], random: () => number): T[] {
  for (let last = list.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [list[last], list[other]] = [list[other]!, list[last]!];
  }
  return list;
}
