/** @file Random sets of evidence of the same size as a tested one, to tell its effect from what chance does. */
import { seededRandom, shuffle } from "../../tensor/random.ts";

/** A class of members, such as image tokens or question tokens: a random set has as many of each class as the tested one. */
export interface MemberClass {
  /** For messages. */
  readonly name: string;
  /** What can be drawn; pools of different classes share nothing. */
  readonly pool: readonly number[];
  readonly tested: readonly number[];
}

export interface RandomSets<Member> {
  /** All different, none the tested one; members ascending. */
  readonly sets: readonly (readonly Member[])[];
  /** True if no other set of this size exists beyond these. */
  readonly isAll: boolean;
}

interface Drawing {
  readonly count: number;
  readonly seed: number;
}

/** Sets are counted up to here; beyond it there are more than any test draws. */
const countLimit = 1e9;

/** Number of ways to choose `size` of `total`, up to `countLimit`. */
function combinations(total: number, size: number): number {
  let ways = 1;
  for (let i = 0; i < Math.min(size, total - size); i++) {
    ways = Math.round((ways * (total - i)) / (i + 1));
    if (ways > countLimit) return countLimit;
  }
  return ways;
}

/** Every choice of `size` of a pool, in lexicographic order of their places. */
function choices(pool: readonly number[], size: number): number[][] {
  const places = Array.from({ length: size }, (_, i) => i);
  const found: number[][] = [];
  for (;;) {
    found.push(places.map((place) => pool[place]!));
    // The last place that can still move on does, and those behind it follow closely.
    const moving = places.findLastIndex((place, i) => place < pool.length - size + i);
    if (moving === -1) return found;
    const start = places[moving]! + 1 - moving;
    for (let i = moving; i < size; i++) places[i] = start + i;
  }
}

/** `size` of a pool, each choice as likely (Floyd's sampling, Bentley & Floyd, CACM 30, 1987). */
function sample(pool: readonly number[], size: number, random: () => number): number[] {
  const chosen = new Set<number>();
  for (let last = pool.length - size; last < pool.length; last++) {
    const drawn = Math.floor(random() * (last + 1));
    chosen.add(chosen.has(drawn) ? last : drawn);
  }
  return [...chosen].map((index) => pool[index]!);
}

const keyOf = (members: readonly number[]): string => members.join();
const ascending = (members: readonly number[]): number[] => [...members].sort((a, b) => a - b);

/** As many sets of all classes together as there are, up to `countLimit`. */
function setCount(classes: readonly MemberClass[]): number {
  return classes.reduce(
    (ways, { pool, tested }) => Math.min(countLimit, ways * combinations(pool.length, tested.length)),
    1,
  );
}

function everySet(classes: readonly MemberClass[]): number[][] {
  return classes.reduce<number[][]>(
    (sets, { pool, tested }) =>
      sets.flatMap((set) => choices(pool, tested.length).map((chosen) => [...set, ...chosen])),
    [[]],
  );
}

/** Classes without repeated members. Throws an Error if a member is tested that its pool does not have. */
function distinct(classes: readonly MemberClass[]): MemberClass[] {
  return classes.map(({ name, pool, tested }) => {
    const members = new Set(pool);
    const stray = tested.find((member) => !members.has(member));
    if (stray !== undefined) {
      throw new RangeError(
        `random sets: ${stray} is tested as ${name}, but is not among the ${members.size} that can be drawn; test members of the pool.`,
      );
    }
    return { name, pool: [...members], tested: [...new Set(tested)] };
  });
}

/**
 * Draws `count` sets with as many members of each class as the tested set, all different and none the tested one; each choice of sets is as
 * likely. If fewer exist, gives them all. Repeated members count once. Throws a RangeError for a tested member outside of its pool.
 */
export function randomSets({
  count,
  seed,
  ...given
}: Drawing & { readonly classes: readonly MemberClass[] }): RandomSets<number> {
  const classes = distinct(given.classes);
  const random = seededRandom(seed);
  const testedKey = keyOf(ascending(classes.flatMap(({ tested }) => tested)));
  const others = setCount(classes) - 1;
  // Drawing until enough different ones are found would take long if few are left.
  if (others <= 4 * count) {
    const all = everySet(classes)
      .map(ascending)
      .filter((set) => keyOf(set) !== testedKey);
    return { sets: shuffle(all, random).slice(0, count), isAll: others <= count };
  }
  const seen = new Set([testedKey]);
  const sets: number[][] = [];
  while (sets.length < count) {
    const set = ascending(classes.flatMap(({ pool, tested }) => sample(pool, tested.length, random)));
    if (seen.has(keyOf(set))) continue;
    seen.add(keyOf(set));
    sets.push(set);
  }
  return { sets, isAll: false };
}

/** A head by its place. */
export interface HeadPlace {
  readonly layer: number;
  readonly head: number;
}

/**
 * The same for sets of heads, drawn from all heads of the model, or with as many heads of each layer as the tested set. Throws a RangeError
 * for a head that the model does not have.
 */
export function randomHeadSets({
  tested,
  layers,
  heads,
  ofSameLayers = false,
  ...drawing
}: Drawing & {
  readonly tested: readonly HeadPlace[];
  readonly layers: number;
  readonly heads: number;
  readonly ofSameLayers?: boolean;
}): RandomSets<HeadPlace> {
  const pool = Array.from({ length: layers * heads }, (_, index) => index);
  const wrong = tested.find(({ head }) => head < 0 || head >= heads);
  if (wrong !== undefined) {
    throw new RangeError(
      `random sets: a layer has heads 0 to ${heads - 1}, got head ${wrong.head}; test heads of the model.`,
    );
  }
  const indices = tested.map(({ layer, head }) => layer * heads + head);
  const layerOf = (index: number): number => Math.floor(index / heads);
  const stray = indices.find((index) => index < 0 || index >= pool.length);
  const byLayer = ofSameLayers && stray === undefined;
  const classes = byLayer
    ? [...new Set(indices.map(layerOf))].map((layer) => ({
        name: "head",
        pool: pool.filter((index) => layerOf(index) === layer),
        tested: indices.filter((index) => layerOf(index) === layer),
      }))
    : [{ name: "head", pool, tested: indices }];
  const { sets, isAll } = randomSets({ classes, ...drawing });
  return {
    sets: sets.map((set) => set.map((index) => ({ layer: Math.floor(index / heads), head: index % heads }))),
    isAll,
  };
}
