import { describe, expect, it } from "vitest";
import { randomAttention, uniformNumbers } from "../../test/support/random-graphs.ts";
import { attentionCorrelation } from "./correlation.ts";
import { discoverGraph } from "./discover.ts";
import { colliderGraph } from "./explanation.ts";
import { connectedSets, TooManySetsError } from "./connected-sets.ts";
import { reachOfTree, possibleDSepTree, type PossibleDSepTree } from "./possible-d-sep.ts";

/** All subsets of `size` in lexicographic order. */
function combinations(values: readonly number[], size: number): number[][] {
  if (size === 0) return [[]];
  return values.flatMap((value, i) => combinations(values.slice(i + 1), size - 1).map((rest) => [value, ...rest]));
}

/** Whether every member is reached from the root along tree nodes that all belong to the set. */
function hangsTogether({ node, parent }: PossibleDSepTree, set: readonly number[]): boolean {
  const hangs = (at: number): boolean => at === 0 || (set.includes(node[at]!) && hangs(parent[at]!));
  return set.every((member) => node.some((each, at) => at > 0 && each === member && hangs(at)));
}

function learned(seed: number) {
  const rows = randomAttention(14, { random: uniformNumbers(seed), sharpness: 2 });
  const nodes = [...rows.keys()];
  const correlation = attentionCorrelation((position) => rows[position]!, nodes);
  return discoverGraph(correlation, nodes, { variant: "reference", alpha: 1e-3, samples: 512, signRule: "two-sided" });
}

describe("sets that hang together on a tree", () => {
  it.each([1, 2, 3, 4])("are those that a search through all sets finds, in the same order (seed %i)", (seed) => {
    const g = colliderGraph(learned(seed));
    for (const root of [5, 9, 13]) {
      const tree = possibleDSepTree(g, root, { maxDepth: 4 });
      const reach = reachOfTree(tree, g.size);
      for (let size = 1; size <= 4; size++) {
        const nearest = (member: number) =>
          Math.min(...tree.node.flatMap((each, at) => (at > 0 && each === member ? [tree.depth[at]!] : [])));
        const expected = combinations(tree.members, size)
          .filter((set) => hangsTogether(tree, set))
          .map((members) => ({ members, distance: members.reduce((sum, member) => sum + nearest(member), 0) }))
          .sort((a, b) => a.distance - b.distance);
        expect(connectedSets(reach, { size, limit: 100_000 })).toEqual(expected);
      }
    }
  });

  it("are refused where there are more than the limit", () => {
    const g = colliderGraph(learned(1));
    const reach = reachOfTree(possibleDSepTree(g, 13, { maxDepth: 4 }), g.size);
    expect(() => connectedSets(reach, { size: 3, limit: 2 })).toThrow(TooManySetsError);
  });
});
