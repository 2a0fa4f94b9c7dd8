/** @file Tests of flow graphs: bands, the order in which a graph grows, and random graphs. */
import { describe, expect, test } from "vitest";
import { seededRandom } from "../../tensor/random.ts";
import { enoughPrefix, growthOrder, layerBands, randomGraph, type GroupEdge } from "./flow-graph.ts";

const edge = (from: number, to: number, first: number, last = first): GroupEdge => ({
  from,
  to,
  layers: [first, last],
});

describe("bands", () => {
  test.each([
    [6, 3],
    [7, 3],
    [32, 5],
    [2, 8],
    [1, 1],
  ])("of %d layers in %d parts hold each layer once, in parts of nearly one size", (layers, count) => {
    const bands = layerBands(layers, count);
    expect(bands).toHaveLength(Math.min(layers, count));
    const held = bands.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, i) => first + i));
    expect(held).toEqual(Array.from({ length: layers }, (_, layer) => layer));
    const sizes = bands.map(([first, last]) => last - first + 1);
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
  });
});

describe("a graph grows", () => {
  const target = 3;

  test("from the target backwards, the heaviest edge that leads on first", () => {
    const edges = [edge(0, 1, 0), edge(1, target, 1), edge(2, target, 0), edge(2, 1, 0), edge(0, 2, 0)];
    expect(growthOrder(edges, { weights: [9, 1, 2, 0.5, 7], target })).toEqual([2, 1, 0, 3]);
  });

  test("without edges that come too late, lead nowhere or raise the score", () => {
    // What enters group 1 in layer 1 is read in layer 2 at the earliest.
    const late = [edge(0, 1, 1), edge(1, target, 1)];
    expect(growthOrder(late, { weights: [5, 1], target })).toEqual([1]);
    expect(growthOrder([edge(0, 1, 0, 1), edge(1, target, 0, 1)], { weights: [5, 1], target })).toEqual([1, 0]);
    expect(growthOrder([edge(0, 1, 0), edge(2, target, 1)], { weights: [5, -1], target })).toEqual([]);
    expect(growthOrder([edge(0, 1, 0), edge(1, target, 1)], { weights: [5, 0], target })).toEqual([]);
  });
});

describe("the beginning that is enough", () => {
  const of = (values: readonly number[]) => {
    const tried: number[] = [];
    const valuesOf = (lengths: readonly number[]) => {
      tried.push(...lengths);
      return Promise.resolve(lengths.map((length) => values[length - 1]!));
    };
    return { tried, found: enoughPrefix(values.length, { enough: 0.8, valuesOf }) };
  };

  test("is the shortest one", async () => {
    const { found, tried } = of([0.1, 0.9, 0.3, 1, 2, 2, 2, 2, 2]);
    expect(await found).toEqual({ length: 2, value: 0.9 });
    // Later ones are asked about in the same go, and no more.
    expect(tried).toEqual([1, 2, 3, 4]);
  });

  test("is the best one if none is", async () => {
    expect(await of([0.1, 0.5, 0.3, 0.5, 0.2]).found).toEqual({ length: 2, value: 0.5 });
    expect(await of([]).found).toBeUndefined();
  });
});

describe("random graphs", () => {
  const target = 4;
  // Groups 0 to 2 are regions, 3 is a word.
  const edges = [0, 1, 2].flatMap((region) => [edge(region, 3, 0), edge(region, target, 0), edge(region, target, 1)]);
  edges.push(edge(3, target, 0), edge(3, target, 1));
  const kindOf = ({ from, to }: GroupEdge) => `${from < 3 ? "region" : "word"} ${to < 4 ? "word" : "target"}`;
  const like = [0, 1, 10];

  test("have as many edges of each kind, all of which lead on if they can", () => {
    const random = seededRandom(5);
    const kinds = (graph: readonly number[]) => graph.map((index) => kindOf(edges[index]!)).sort();
    for (let round = 0; round < 200; round++) {
      const graph = randomGraph(edges, { like, kindOf, target, random });
      expect(kinds(graph)).toEqual(kinds(like));
      expect(new Set(graph).size).toBe(3);
    }
  });

  test("take each edge of a kind as often", () => {
    const random = seededRandom(8);
    const counts = new Map<number, number>();
    const rounds = 3000;
    for (let round = 0; round < rounds; round++)
      for (const index of randomGraph(edges, { like: [1], kindOf, target, random }))
        counts.set(index, (counts.get(index) ?? 0) + 1);
    expect(counts.size).toBe(6);
    // Five degrees of freedom: exceeded by one in a thousand.
    const expected = rounds / 6;
    const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    expect(chiSquare).toBeLessThan(20.5);
  });
});
