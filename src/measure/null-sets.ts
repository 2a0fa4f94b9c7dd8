/** @file The null sets of evidence of a run: what a set that was chosen for a reason is compared with. */
import { randomHeadSets, randomSets, type MemberClass, type RandomSets } from "../methods/perturbation/random-sets.ts";
import { shiftedSets } from "../methods/perturbation/shifted-sets.ts";
import { tokenLattices } from "../run/lattices.ts";
import type { EdgeName, HeadName } from "../run/measures.ts";
import { predictingPosition } from "../run/positions.ts";
import { tokenClasses, wordClasses } from "../run/token-classes.ts";
import type { RunDescription } from "../run/types.ts";

export interface NullSetOptions {
  /** Index of the explained answer token. */
  readonly token: number;
  /** Null sets that are wanted; fewer if no more exist. */
  readonly count: number;
  readonly seed: number;
}

/** Evidence of one kind. */
export interface TestedPositions extends NullSetOptions {
  /** Positions on the key axis. */
  readonly positions: readonly number[];
}

/**
 * Null sets of image tokens: `shifted`, the same shape elsewhere in the picture, or `random`, as many patches drawn each on its own. Only
 * tokens with picture under them are drawn. All sets are different, and none the tested one. Throws a RangeError for another token.
 */
export function imageNullSets(
  description: RunDescription,
  { token, positions, kind, count, seed }: TestedPositions & { readonly kind: "shifted" | "random" },
): RandomSets<number> {
  const pool = tokenClasses(description, predictingPosition(description, token)).image;
  if (kind === "random") return randomSets({ classes: [{ name: "image", pool, tested: positions }], count, seed });
  return shiftedSets({ tested: positions, lattices: tokenLattices(description, pool), count, seed });
}

/** The classes with those of the positions that are members of each, and the positions that are in none. */
function inClasses(
  classes: readonly { readonly name: string; readonly pool: readonly number[] }[],
  positions: readonly number[],
): { readonly classes: readonly MemberClass[]; readonly stray: readonly number[] } {
  const found = classes.map(({ name, pool }) => {
    const members = new Set(pool);
    return { name, pool, tested: positions.filter((position) => members.has(position)) };
  });
  const known = new Set(found.flatMap(({ tested }) => tested));
  return { classes: found, stray: positions.filter((position) => !known.has(position)) };
}

/**
 * Null sets of words: as many words of each class, question words for question words. Words of the template are in none. Throws a RangeError
 * for a position that is no word.
 */
export function wordNullSets(
  description: RunDescription,
  { token, positions, count, seed }: TestedPositions,
): RandomSets<number> {
  const words = wordClasses(description, predictingPosition(description, token));
  const { classes, stray } = inClasses(
    words.map(({ name, positions: pool }) => ({ name, pool })),
    positions,
  );
  if (stray.length > 0) {
    throw new RangeError(`null sets: position ${stray[0]!} is no word before the explained token; leave it out.`);
  }
  return randomSets({ classes, count, seed });
}

/** Null sets of heads: as many heads of the same layers, or of any layer. Throws a RangeError for a head that the model does not have. */
export function headNullSets(
  { model }: RunDescription,
  {
    heads,
    ofSameLayers,
    count,
    seed,
  }: Omit<NullSetOptions, "token"> & {
    readonly heads: readonly HeadName[];
    readonly ofSameLayers: boolean;
  },
): RandomSets<HeadName> {
  const { languageLayers: layers, languageHeads } = model;
  return randomHeadSets({ tested: heads, layers, heads: languageHeads, ofSameLayers, count, seed });
}

/**
 * Null sets of edges: to the same positions in the same layers and heads, each from as many other tokens of the same class, patches for patches
 * and question words for question words. What is of no class, as the first token, stays.
 */
export function edgeNullSets(
  description: RunDescription,
  { token, edges, count, seed }: NullSetOptions & { readonly edges: readonly EdgeName[] },
): EdgeName[][] {
  const pools = Object.entries(tokenClasses(description, predictingPosition(description, token))) as [
    string,
    readonly number[],
  ][];
  const drawn = edges.map(({ from }, index) => {
    const { classes, stray: staying } = inClasses(
      pools.map(([name, pool]) => ({ name, pool })),
      from,
    );
    const { sets } = randomSets({ classes, count, seed: seed + index });
    return sets.map((set) => [...staying, ...set].sort((a, b) => a - b));
  });
  const common = Math.min(...drawn.map((sets) => sets.length));
  return Array.from({ length: common }, (_, i) => edges.map((edge, index) => ({ ...edge, from: drawn[index]![i]! })));
}
