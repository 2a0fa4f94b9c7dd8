import { describe, expect, it } from "vitest";
import { dSeparationOracle } from "../../test/support/d-separation.ts";
import { randomAttention, randomStructure, uniformNumbers } from "../../test/support/random-graphs.ts";
import { attentionCorrelation } from "./correlation.ts";
import { discoverGraph } from "./discover.ts";
import { exactDiscovery } from "./exact-icd.ts";
import { mark } from "./graph.ts";
import { defaultCausalSettings } from "../run/causes.ts";

const limit = 1_000_000;
type Oracle = (x: number, y: number, given: readonly number[]) => boolean;

function subsetsOf(nodes: readonly number[]): number[][] {
  return nodes.reduce<number[][]>((sets, node) => [...sets, ...sets.map((set) => [...set, node])], [[]]);
}

/** For every pair and every set of the others, whether the set separates the pair. */
function separations(size: number, oracle: Oracle): boolean[] {
  const found: boolean[] = [];
  for (let a = 0; a < size; a++) {
    for (let b = a + 1; b < size; b++) {
      const others = Array.from({ length: size }, (_, node) => node).filter((node) => node !== a && node !== b);
      for (const set of subsetsOf(others)) found.push(oracle(a, b, set));
    }
  }
  return found;
}

/** Pairs that no set of other nodes separates. */
function inseparablePairs(size: number, oracle: Oracle): string[] {
  const found: string[] = [];
  for (let a = 0; a < size; a++) {
    for (let b = a + 1; b < size; b++) {
      const others = Array.from({ length: size }, (_, node) => node).filter((node) => node !== a && node !== b);
      if (!subsetsOf(others).some((set) => oracle(a, b, set))) found.push(`${a} ${b}`);
    }
  }
  return found;
}

function edgesOf(marks: Uint8Array, size: number): [number, number][] {
  const found: [number, number][] = [];
  for (let a = 0; a < size; a++) for (let b = a + 1; b < size; b++) if (marks[a * size + b] !== 0) found.push([a, b]);
  return found;
}

function isAncestor(edges: readonly (readonly [number, number])[], a: number, b: number): boolean {
  return edges.some(([parent, child]) => parent === a && (child === b || isAncestor(edges, child, b)));
}

const seeds = Array.from({ length: 40 }, (_, seed) => seed);

describe("the exact variant with an oracle", () => {
  it.each(seeds)("has an edge where no set separates, and only there (seed %i)", (seed) => {
    const random = uniformNumbers(seed);
    const structure = randomStructure({ observed: 7, latent: seed % 4, density: 0.2 + 0.02 * (seed % 10), random });
    const oracle = dSeparationOracle(structure.size, structure.edges);
    const { graph } = exactDiscovery(7, oracle, { limit });
    expect(edgesOf(graph.marks, 7).map((pair) => pair.join(" "))).toEqual(inseparablePairs(7, oracle));
  });

  it.each(seeds)(
    "puts an arrowhead or tail where every graph with the same separations has it, a circle elsewhere (seed %i)",
    (seed) => {
      const size = 5;
      const random = uniformNumbers(1000 + seed);
      const structure = randomStructure({ observed: size, latent: seed % 3, density: 0.45, random });
      const oracle = dSeparationOracle(structure.size, structure.edges);
      const truth = separations(size, oracle);
      const { graph } = exactDiscovery(size, oracle, { limit });
      const edges = edgesOf(graph.marks, size);
      // Each edge a -> b or a <-> b, the latter as a latent parent of both: all graphs over these edges that respect the order.
      const tailsSeen = edges.map(() => new Set<boolean>());
      for (let choice = 0; choice < 2 ** edges.length; choice++) {
        const isDirected = edges.map((_, i) => (choice & (1 << i)) === 0);
        const parents = edges.flatMap(([a, b], i): [number, number][] =>
          isDirected[i]!
            ? [[a, b]]
            : [
                [size + i, a],
                [size + i, b],
              ],
        );
        const other = separations(size, dSeparationOracle(size + edges.length, parents));
        if (other.some((value, i) => value !== truth[i])) continue;
        edges.forEach(([a, b], i) => tailsSeen[i]!.add(isAncestor(parents, a, b)));
      }
      for (const [i, [a, b]] of edges.entries()) {
        expect(tailsSeen[i]!.size).toBeGreaterThan(0);
        expect(graph.marks[a * size + b]).toBe(mark.arrowhead);
        const atEarlier = graph.marks[b * size + a];
        const expected = tailsSeen[i]!.size === 2 ? mark.circle : tailsSeen[i]!.has(true) ? mark.tail : mark.arrowhead;
        expect(atEarlier, `edge ${a} - ${b}`).toBe(expected);
      }
    },
  );
});

describe("the exact variant on attention", () => {
  const learn = (rows: readonly ArrayLike<number>[], nodes: readonly number[], samples = 128) =>
    discoverGraph(
      attentionCorrelation((position) => rows[position]!, nodes),
      nodes,
      { ...defaultCausalSettings, samples },
    );

  it.each([1, 2, 3])("does not depend on the order of keys or on positions without attention (seed %i)", (seed) => {
    const random = uniformNumbers(seed);
    const size = 18;
    const rows = randomAttention(size, { random });
    const nodes = Array.from({ length: size }, (_, node) => node);
    const plain = learn(rows, nodes, 512);
    // Every key moves to a later place, and five tokens that nobody attends to come before.
    const moved = rows.map((row) => {
      const wider = new Float64Array(size + 5);
      row.forEach((value, key) => (wider[((key * 7) % size) + 5] = value));
      return wider;
    });
    const shifted = learn(
      [...Array.from({ length: 5 }, () => new Float64Array(size + 5)), ...moved],
      nodes.map((node) => node + 5),
      512,
    );
    expect(shifted.marks).toEqual(plain.marks);
    expect(shifted.separators).toEqual(plain.separators);
    expect(shifted.testsBySize).toEqual(plain.testsBySize);
  });

  it.each([4, 5, 6])("is the same without a token that is isolated from the start (seed %i)", (seed) => {
    const random = uniformNumbers(seed);
    const size = 16;
    const rows = randomAttention(size, { random });
    // Token 7 attends to itself alone, and nobody attends to it.
    for (const [query, row] of rows.entries()) {
      if (query === 7) row.fill(0);
      row[7] = query === 7 ? 1 : 0;
    }
    const nodes = Array.from({ length: size }, (_, node) => node);
    const without = nodes.filter((node) => node !== 7);
    const whole = learn(rows, nodes, 256);
    const smaller = learn(rows, without, 256);
    expect(nodes.every((b) => whole.marks[7 * size + b] === mark.none)).toBe(true);
    const kept = without.flatMap((a) => without.map((b) => whole.marks[a * size + b]));
    expect([...smaller.marks]).toEqual(kept);
  });
});
