/** @file Random causal structures and random attention for tests of causal discovery, the same for a seed. */
import { normalNumber } from "../../src/tensor/random.ts";

/** Uniform numbers in [0, 1) that repeat for a seed (a linear congruential generator, the high bits of its state). */
export function uniformNumbers(seed: number): () => number {
  let state = BigInt(seed) * 2654435761n + 1n;
  return () => {
    state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
    return Number(state >> 11n) / 2 ** 53;
  };
}

export interface RandomStructure {
  readonly size: number;
  readonly edges: readonly (readonly [parent: number, child: number])[];
}

/**
 * A directed acyclic graph: observed nodes 0 to `observed` - 1 in causal order, then latent ones, each a parent of two observed ones.
 */
export function randomStructure({
  observed,
  latent,
  density,
  random,
}: {
  readonly observed: number;
  readonly latent: number;
  readonly density: number;
  readonly random: () => number;
}): RandomStructure {
  const edges: [number, number][] = [];
  for (let child = 1; child < observed; child++) {
    for (let parent = 0; parent < child; parent++) if (random() < density) edges.push([parent, child]);
  }
  for (let node = observed; node < observed + latent; node++) {
    const first = Math.floor(random() * observed);
    const second = (first + 1 + Math.floor(random() * (observed - 1))) % observed;
    edges.push([node, first], [node, second]);
  }
  return { size: observed + latent, edges };
}

/** Causal attention, [size, size], whose rows are softmax of normal scores; the sharper, the fewer tokens a row attends to. */
export function randomAttention(
  size: number,
  { random, sharpness = 3 }: { random: () => number; sharpness?: number },
): Float64Array[] {
  return Array.from({ length: size }, (_, query) => {
    const row = new Float64Array(size);
    let sum = 0;
    for (let key = 0; key <= query; key++) {
      row[key] = Math.exp(sharpness * normalNumber(random));
      sum += row[key]!;
    }
    return row.map((value) => value / sum);
  });
}
