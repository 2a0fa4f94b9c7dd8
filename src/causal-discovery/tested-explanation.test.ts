/** @file The tester of CLEANN over hand-made graphs and predictions. */
import { describe, expect, test } from "vitest";
import { explanationCandidates } from "./explanation.ts";
import { mark } from "./graph.ts";
import { testedExplanations, testedPrefix, type Tester } from "./tested-explanation.ts";

/** Edges without direction between tokens 10, 11, ...; each token is named by its position. */
function graphOf(size: number, edges: readonly (readonly [number, number])[]) {
  const marks = new Uint8Array(size * size);
  for (const [a, b] of edges) {
    marks[(a - 10) * size + (b - 10)] = mark.circle;
    marks[(b - 10) * size + (a - 10)] = mark.circle;
  }
  return { nodes: Array.from({ length: size }, (_, i) => 10 + i), marks };
}

/** The prediction changes without every one of the needed tokens of a source. */
function tester(...sources: readonly (readonly number[])[]): { asked: (readonly number[])[]; changes: Tester } {
  const asked: (readonly number[])[] = [];
  return {
    asked,
    changes: (sets) => {
      asked.push(...sets);
      return Promise.resolve(sets.map((set) => sources.some((source) => source.every((each) => set.includes(each)))));
    },
  };
}

describe("the tester of a graph", () => {
  // 14 is explained; 13 and 12 are its neighbors, 11 that of 13 and 14, 10 hangs on none.
  const graph = graphOf(5, [
    [14, 13],
    [14, 12],
    [14, 11],
    [13, 11],
  ]);
  const candidates = explanationCandidates(graph, 14);

  test("keeps every set of the smallest size that changes the prediction", async () => {
    const { asked, changes } = tester([12], [13], [11, 12]);
    const found = await testedExplanations(candidates, { changes, budget: 100 });
    expect(found).toEqual({ sets: [[12], [13]], first: 2, calls: 3, complete: true });
    expect(asked).toEqual([[11], [12], [13]]);
  });

  test("goes on to larger sets, nearer ones first", async () => {
    const { changes } = tester([11, 13]);
    expect(await testedExplanations(candidates, { changes, budget: 100 })).toEqual({
      sets: [[11, 13]],
      first: 5,
      calls: 6,
      complete: true,
    });
  });

  test("finds nothing outside of the tree, and says whether it tried everything", async () => {
    const { changes } = tester([10]);
    const found = await testedExplanations(candidates, { changes, budget: 100 });
    expect(found).toEqual({ sets: [], first: null, calls: 7, complete: true });
    const short = await testedExplanations(candidates, { changes, budget: 5 });
    expect(short).toEqual({ sets: [], first: null, calls: 5, complete: false });
  });

  test("keeps to the budget within the size that has a set", async () => {
    const { changes } = tester([11], [13]);
    const found = await testedExplanations(candidates, { changes, budget: 2 });
    expect(found).toEqual({ sets: [[11]], first: 1, calls: 2, complete: false });
  });
});

test("the order of attention is tried one token more at a time", async () => {
  const order = [13, 10, 12, 11];
  expect(await testedPrefix(order, { ...tester([10]), budget: 9 })).toEqual({ positions: [10, 13], calls: 2 });
  expect(await testedPrefix(order, { ...tester([20]), budget: 9 })).toEqual({ positions: null, calls: 4 });
  expect(await testedPrefix(order, { ...tester([11]), budget: 3 })).toEqual({ positions: null, calls: 3 });
});
