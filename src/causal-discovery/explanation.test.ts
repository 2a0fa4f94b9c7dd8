import { describe, expect, it } from "vitest";
import { explain, searchExplanations } from "./explanation.ts";
import { mark } from "./graph.ts";

/** A graph in which each token is adjacent to each other one, so that every set hangs together. */
function completeGraph(size: number) {
  const marks = Uint8Array.from({ length: size * size }, (_, i) =>
    Math.floor(i / size) === i % size ? mark.none : mark.circle,
  );
  const nodes = Array.from({ length: size }, (_, i) => i);
  return { nodes, marks, separators: [], testsBySize: [], conflicts: 0, degenerate: 0 };
}

describe("searchExplanations", () => {
  const graph = completeGraph(12);

  it("finds every set that holds, whatever size is asked for beyond the tree's", () => {
    expect(explain(graph, 0).members).toHaveLength(11);
    const { found, cutAt } = searchExplanations(graph, 0, { mode: "all", maxSize: 1e9, holds: () => true });
    // As many as there are sets of 11 tokens but the empty one.
    expect(found).toHaveLength(2 ** 11 - 1);
    expect(cutAt).toBeUndefined();
  });

  it("is cut short after its limit, and says up to which size it went", () => {
    const search = (limit: number) => searchExplanations(graph, 0, { mode: "all", holds: () => false, limit });
    // 11 sets of one token, 55 of two.
    expect(search(66)).toEqual({ found: [], cutAt: 2 });
    expect(search(65)).toEqual({ found: [], cutAt: 1 });
  });

  it("ends on a graph of as many tokens as it may have", () => {
    const { cutAt } = searchExplanations(completeGraph(300), 0, { mode: "all", maxSize: 10_000, holds: () => false });
    expect(cutAt).toBe(2);
  });
});
