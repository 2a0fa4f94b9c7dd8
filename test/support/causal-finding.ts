/** @file Causal graphs as the server gives them, for tests of the page. */
import { defaultCausalSettings, type CausalGraphFinding, type CauseTree } from "../../src/run/causes.ts";
import { seededRandom } from "../../src/tensor/random.ts";

/** Codes of the marks at the ends of an edge. */
export const [circle, arrow, tail] = [1, 2, 3] as const;

export interface FindingParts extends Partial<CausalGraphFinding> {
  readonly target: number;
  readonly nodes: readonly number[];
  /** [a, mark at a, mark at b, b] */
  readonly edges: readonly (readonly [number, number, number, number])[];
}

/** A graph of these edges. Levels and explanation follow from the tree, which is the target alone unless it is given. */
export function findingOf({ edges, nodes, target, ...rest }: FindingParts): CausalGraphFinding {
  const marks = new Array<number>(nodes.length ** 2).fill(0);
  for (const [a, atA, atB, b] of edges) {
    marks[nodes.indexOf(a) * nodes.length + nodes.indexOf(b)] = atB;
    marks[nodes.indexOf(b) * nodes.length + nodes.indexOf(a)] = atA;
  }
  const tree = rest.tree ?? { position: target, children: [] };
  const levels: Set<number>[] = [];
  const visit = (node: CauseTree, depth: number): void => {
    for (const child of node.children) {
      (levels[depth] ??= new Set()).add(child.position);
      visit(child, depth + 1);
    }
  };
  visit(tree, 0);
  const radiusSets = levels.map((level) => [...level].sort((a, b) => a - b));
  return {
    token: 0,
    layer: 1,
    head: 2,
    ...defaultCausalSettings,
    testsBySize: [nodes.length],
    conflicts: 0,
    degenerate: 0,
    leftOut: { image: 0, text: 0 },
    radiusSets,
    explanation: [...new Set(radiusSets.flat())].sort((a, b) => a - b),
    ...rest,
    target,
    nodes,
    marks,
    tree,
  };
}

/** A tree of `count` positions from 1 on below the target, three steps deep at most, with further edges between them. */
export function randomFinding(count: number, seed: number): CausalGraphFinding {
  const random = seededRandom(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const target = count + 1;
  interface Growing extends CauseTree {
    readonly children: Growing[];
  }
  const tree: Growing = { position: target, children: [] };
  const levels: Growing[][] = [[tree], [], []];
  const edges: [number, number, number, number][] = [];
  const mark = (): number => pick([circle, arrow, tail]);
  for (let position = 1; position <= count; position++) {
    const depth = position <= 3 ? 0 : Math.floor(random() * 3);
    const parent = pick(levels[depth]!.length > 0 ? levels[depth]! : levels[0]!);
    const node: Growing = { position, children: [] };
    // One in eight stands outside the tree, joined to it by nothing.
    if (position > 3 && random() < 0.125) continue;
    parent.children.push(node);
    edges.push([position, mark(), mark(), parent.position]);
    levels[levels.findIndex((level) => level.includes(parent)) + 1]?.push(node);
  }
  for (let i = 0; i < count; i++) {
    const a = 1 + Math.floor(random() * count);
    const b = 1 + Math.floor(random() * count);
    const isThere = edges.some(([x, , , y]) => (x === a && y === b) || (x === b && y === a));
    if (a !== b && !isThere) edges.push([a, mark(), mark(), b]);
  }
  const nodes = [...Array.from({ length: count }, (_, i) => i + 1), target];
  return findingOf({ target, nodes, edges, tree });
}
