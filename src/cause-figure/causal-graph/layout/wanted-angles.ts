/** @file Where on their rings the nodes of a causal graph want to be: below their place in the tree, near what they are joined to. */
import type { CauseTree } from "../../../run/causes.ts";
import type { GraphEdge } from "../graph-edges.ts";
import { angleBetween, meanAngle, wrapAngle } from "./ring-angles.ts";

/** A position at its first, shortest occurrence in the tree. */
interface Branch {
  readonly position: number;
  children: Branch[];
}

/** The tree with each position once, where it first occurs. */
function firstOccurrences(tree: CauseTree): Branch {
  const root: Branch = { position: tree.position, children: [] };
  const seen = new Set([tree.position]);
  let level: { from: CauseTree; to: Branch }[] = [{ from: tree, to: root }];
  while (level.length > 0) {
    const next: typeof level = [];
    for (const { from, to } of level) {
      for (const child of from.children) {
        if (seen.has(child.position)) continue;
        seen.add(child.position);
        const branch = { position: child.position, children: [] };
        to.children.push(branch);
        next.push({ from: child, to: branch });
      }
    }
    level = next;
  }
  return root;
}

const turn = 2 * Math.PI;
/** Children of a node stay within this many times the room that they need. */
const looseness = 1.6;
const top = -Math.PI / 2;

/** Each branch gets a wedge as wide as it and its children need; `need` is the angle that a node takes on its own ring. */
function wedges(root: Branch, need: (position: number) => number): Map<number, number> {
  const weights = new Map<Branch, number>();
  const weigh = (branch: Branch, isRoot = false): number => {
    const below = branch.children.reduce((sum, child) => sum + weigh(child), 0);
    const weight = isRoot ? below : Math.max(need(branch.position), below);
    weights.set(branch, weight);
    return weight;
  };
  weigh(root, true);
  const angles = new Map<number, number>();
  const spread = ({ children }: Branch, start: number, width: number): void => {
    const total = children.reduce((sum, child) => sum + weights.get(child)!, 0);
    const used = Math.min(width, looseness * total);
    let at = start + (width - used) / 2;
    for (const child of children) {
      const part = (used * weights.get(child)!) / total;
      angles.set(child.position, wrapAngle(at + part / 2));
      spread(child, at, part);
      at += part;
    }
  };
  const total = weights.get(root)!;
  let at = top - (total > 0 ? (turn * (weights.get(root.children[0]!) ?? 0)) / total / 2 : 0);
  for (const child of root.children) {
    const part = (turn * weights.get(child)!) / total;
    angles.set(child.position, wrapAngle(at + part / 2));
    spread(child, at, part);
    at += part;
  }
  return angles;
}

function cost(angles: ReadonlyMap<number, number>, edges: readonly Pick<GraphEdge, "a" | "b">[]): number {
  let sum = 0;
  for (const { a, b } of edges) {
    const [one, other] = [angles.get(a), angles.get(b)];
    if (one !== undefined && other !== undefined) sum += angleBetween(one, other);
  }
  return sum;
}

const passes = 6;

/** Swaps neighbors among brothers as long as edges become shorter by it. */
function orderBranches(
  root: Branch,
  need: (position: number) => number,
  edges: readonly GraphEdge[],
): Map<number, number> {
  const all: Branch[] = [];
  const collect = (branch: Branch): void => {
    all.push(branch);
    branch.children.forEach(collect);
  };
  collect(root);
  let angles = wedges(root, need);
  let best = cost(angles, edges);
  for (let pass = 0; pass < passes; pass++) {
    let isBetter = false;
    for (const branch of all) {
      for (let i = 0; i + 1 < branch.children.length; i++) {
        const before = branch.children;
        branch.children = [...before.slice(0, i), before[i + 1]!, before[i]!, ...before.slice(i + 2)];
        const tried = wedges(root, need);
        const found = cost(tried, edges);
        if (found < best - 1e-6) [angles, best, isBetter] = [tried, found, true];
        else branch.children = before;
      }
    }
    if (!isBetter) break;
  }
  return angles;
}

/** Turns by the golden angle spread points evenly, however many there are. */
const goldenAngle = Math.PI * (3 - Math.sqrt(5));

/** The wanted angle of each position but the root's. Positions outside the tree stand by the nodes that they are joined to. */
export function wantedAngles({
  tree,
  positions,
  edges,
  need,
}: {
  readonly tree: CauseTree;
  readonly positions: readonly number[];
  readonly edges: readonly GraphEdge[];
  readonly need: (position: number) => number;
}): Map<number, number> {
  const angles = orderBranches(firstOccurrences(tree), need, edges);
  const outside = positions.filter((position) => position !== tree.position && !angles.has(position));
  let alone = 0;
  for (const position of outside) {
    const joined = edges.flatMap(({ a, b }) => (a === position ? [b] : b === position ? [a] : []));
    const near = meanAngle(joined.flatMap((other) => angles.get(other) ?? []));
    angles.set(position, near ?? wrapAngle(top + goldenAngle * alone++));
  }
  return angles;
}
