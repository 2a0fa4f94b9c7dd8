/** @file Tests of both drawings of a causal graph. */
import { describe, expect, it } from "vitest";
import { circle, findingOf, randomFinding, tail } from "../../../../test/support/causal-finding.ts";
import type { CausalGraphFinding } from "../../../run/causes.ts";
import { boxesCrossed } from "./edge-curve.ts";
import { graphEdges, treeEdgeKeys } from "../graph-edges.ts";
import { shortestDepths, type GraphToken } from "../graph-tokens.ts";
import { radialLayout } from "./radial-layout.ts";
import { treeLayout } from "./tree-layout.ts";

const room = { width: 600, height: 440 };

/** Every fifth token is a word, the others are patches. */
function toPlace(finding: CausalGraphFinding) {
  const depths = shortestDepths(finding.tree);
  const tokens = finding.nodes.map((position): GraphToken => {
    const kind = position === finding.target ? "target" : position % 5 === 0 ? "question" : "patch";
    return { position, kind, radius: depths.get(position) ?? Infinity, label: `word ${position}`, name: "" };
  });
  return { tree: finding.tree, tokens, edges: graphEdges(finding), ...room };
}

const cases = [3, 8, 15, 22, 31, 45, 60].flatMap((count) => [1, 2, 3].map((seed) => [count, seed] as const));

describe("the graph by rings", () => {
  it.each(cases)("of %i tokens (seed %i) has no node over another, and all of them in the picture", (count, seed) => {
    const { nodes, width, height } = radialLayout(toPlace(randomFinding(count, seed)));
    expect(nodes).toHaveLength(count + 1);
    for (const [i, a] of nodes.entries()) {
      expect(a.x - a.width / 2).toBeGreaterThanOrEqual(0);
      expect(a.x + a.width / 2).toBeLessThanOrEqual(width);
      expect(a.y - a.height / 2).toBeGreaterThanOrEqual(0);
      expect(a.y + a.height / 2).toBeLessThanOrEqual(height);
      for (const b of nodes.slice(i + 1)) {
        const isApart =
          Math.abs(a.x - b.x) > (a.width + b.width) / 2 || Math.abs(a.y - b.y) > (a.height + b.height) / 2;
        expect(isApart, `${a.key} over ${b.key}`).toBe(true);
      }
    }
  });

  it("draws edges of the tree past the other nodes, and of the others more than straight lines do", () => {
    let [through, straight, treeThrough, tree] = [0, 0, 0, 0];
    for (const [count, seed] of cases) {
      const { nodes, edges } = radialLayout(toPlace(randomFinding(count, seed)));
      const at = new Map(nodes.map((node) => [node.token.position, node]));
      for (const { edge, path } of edges) {
        const [a, b] = [at.get(edge.a)!, at.get(edge.b)!];
        const others = nodes.filter((node) => node !== a && node !== b);
        const [x1, y1, bx, by, x2, y2] = path.match(/-?[\d.]+/g)!.map(Number) as [
          number,
          number,
          number,
          number,
          number,
          number,
        ];
        const line = { from: { x: x1, y: y1 }, bend: { x: bx, y: by }, to: { x: x2, y: y2 } };
        const isThrough = boxesCrossed(line, others) > 0;
        if (isThrough) through++;
        if (edge.inTree) tree++;
        if (edge.inTree && isThrough) treeThrough++;
        const middle = { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
        if (boxesCrossed({ from: a, bend: middle, to: b }, others) > 0) straight++;
      }
    }
    expect(treeThrough / tree).toBeLessThan(0.08);
    expect(through / straight).toBeLessThan(0.6);
  });

  it("puts each token on the ring of its shortest distance, those outside the tree on the last", () => {
    const finding = randomFinding(31, 4);
    const depths = shortestDepths(finding.tree);
    const { nodes, radii } = radialLayout(toPlace(finding));
    expect(radii.map(({ radius }) => radius)).toEqual([1, 2, 3, Infinity]);
    for (const { token, x, y } of nodes) {
      if (token.kind === "target") {
        expect([x, y]).toEqual([room.width / 2, room.height / 2]);
        continue;
      }
      const { ring } = radii.find(({ radius }) => radius === (depths.get(token.position) ?? Infinity))!;
      expect(((x - ring!.cx) / ring!.rx) ** 2 + ((y - ring!.cy) / ring!.ry) ** 2).toBeCloseTo(1, 6);
    }
  });

  it("is the same each time, and its nodes come by radius", () => {
    const finding = toPlace(randomFinding(40, 5));
    const drawn = radialLayout(finding);
    expect(radialLayout(finding)).toEqual(drawn);
    const radii = drawn.nodes.map(({ radius }) => radius);
    expect(radii).toEqual([...radii].sort((a, b) => (a === b ? 0 : a - b)));
  });

  it("draws fewer tokens larger", () => {
    const side = (count: number): number =>
      radialLayout(toPlace(randomFinding(count, 1))).nodes.find(({ token }) => token.kind === "patch")!.width;
    expect(side(8)).toBeGreaterThan(side(60));
    expect(side(60)).toBeGreaterThanOrEqual(12);
  });

  it("is the explained token alone where nothing is joined to it", () => {
    const drawn = radialLayout(toPlace(findingOf({ target: 9, nodes: [9], edges: [] })));
    expect(drawn.nodes).toHaveLength(1);
    expect(drawn.edges).toEqual([]);
  });
});

describe("the tree by columns", () => {
  const tree = {
    position: 9,
    children: [
      { position: 2, children: [{ position: 4, children: [] }] },
      { position: 3, children: [{ position: 4, children: [] }] },
    ],
  };
  const finding = findingOf({
    target: 9,
    nodes: [2, 3, 4, 6, 9],
    edges: [
      [2, tail, circle, 9],
      [3, circle, circle, 9],
      [2, circle, circle, 4],
      [3, circle, circle, 4],
      [2, circle, circle, 6],
    ],
    tree,
  });

  it("has a node for each place in the tree, and the edges of the tree alone", () => {
    const { nodes, edges, radii } = treeLayout(toPlace(finding));
    expect(nodes.map(({ token }) => token.position)).toEqual([9, 2, 3, 4, 4]);
    expect(new Set(nodes.map(({ key }) => key)).size).toBe(5);
    expect(edges).toHaveLength(4);
    const inTree = treeEdgeKeys(tree);
    for (const { edge } of edges) expect(inTree).toContain(`${edge.a} ${edge.b}`);
    expect(radii.map(({ label }) => label)).toEqual(["radius 1", "radius 2"]);
  });

  it("has a column for each distance, and children beside their parents", () => {
    const { nodes } = treeLayout(toPlace(finding));
    const columns = [0, 1, 2].map((radius) => nodes.filter((node) => node.radius === radius));
    const xs = columns.map((column) => new Set(column.map(({ x }) => x)));
    expect(xs.map((each) => each.size)).toEqual([1, 1, 1]);
    expect(columns[0]![0]!.x).toBeLessThan(columns[1]![0]!.x);
    expect(columns[1]!.map(({ y }) => y)).toEqual(columns[2]!.map(({ y }) => y));
  });

  it.each(cases)("of %i tokens (seed %i) has no node over another", (count, seed) => {
    const { nodes, height } = treeLayout(toPlace(randomFinding(count, seed)));
    for (const [i, a] of nodes.entries()) {
      expect(a.y + a.height / 2).toBeLessThanOrEqual(height);
      for (const b of nodes.slice(i + 1)) {
        if (a.radius === b.radius) expect(Math.abs(a.y - b.y)).toBeGreaterThan((a.height + b.height) / 2);
      }
    }
  });
});
