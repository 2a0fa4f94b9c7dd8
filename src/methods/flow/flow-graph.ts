/**
 * @file Graphs of edges between groups of tokens that lead to one of them: grown backwards from the target, searched for the smallest that is
 * enough, and drawn at random.
 */

/** Attention of the group `to` to the group `from`, in the layers from the first to the last. */
export interface GroupEdge {
  readonly from: number;
  readonly to: number;
  readonly layers: readonly [first: number, last: number];
}

/** Divides layers into bands of nearly the same size, from the first layer on; as many bands as layers if there are fewer. */
export function layerBands(layers: number, count: number): [first: number, last: number][] {
  const bands = Math.min(layers, count);
  const start = (band: number) => Math.round((band * layers) / bands);
  return Array.from({ length: bands }, (_, band) => [start(band), start(band + 1) - 1]);
}

/**
 * Whether what an edge brings can go on to the target: it ends there, or some edge of the graph begins where it ends, and has a layer after
 * the edge's first one.
 */
function leadsOn(
  { to, layers: [first] }: GroupEdge,
  { graph, target }: { graph: readonly GroupEdge[]; target: number },
) {
  return to === target || graph.some(({ from, layers: [, last] }) => from === to && last > first);
}

/**
 * Edges in the order in which a graph takes them: always the heaviest one that leads on to the target by way of those taken before (Prim's
 * order of a tree, backwards). Edges without a positive weight, and those that never lead on, are left out. Returns indices.
 */
export function growthOrder(
  edges: readonly GroupEdge[],
  { weights, target }: { readonly weights: readonly number[]; readonly target: number },
): number[] {
  const order: number[] = [];
  const graph: GroupEdge[] = [];
  const left = edges
    .map((_, index) => index)
    .filter((index) => weights[index]! > 0)
    .sort((a, b) => weights[b]! - weights[a]!);
  for (;;) {
    const place = left.findIndex((index) => leadsOn(edges[index]!, { graph, target }));
    if (place === -1) return order;
    const [index] = left.splice(place, 1);
    order.push(index!);
    graph.push(edges[index!]!);
  }
}

/** A beginning of an order, and what it keeps. */
export interface Prefix {
  readonly length: number;
  readonly value: number;
}

/** Beginnings that are tried together. */
const triedTogether = 4;

/**
 * The shortest beginning of an order of `size` members, of one or more, that keeps at least `enough`. Each is tried, since one more member may
 * keep less. Without any the one that keeps most; undefined without members.
 */
export async function enoughPrefix(
  size: number,
  {
    enough,
    valuesOf,
  }: { readonly enough: number; readonly valuesOf: (lengths: readonly number[]) => Promise<number[]> },
): Promise<Prefix | undefined> {
  let best: Prefix | undefined;
  for (let tried = 0; tried < size; tried += triedTogether) {
    const lengths = Array.from({ length: Math.min(triedTogether, size - tried) }, (_, i) => tried + 1 + i);
    for (const [place, value] of (await valuesOf(lengths)).entries()) {
      if (best === undefined || value > best.value) best = { length: lengths[place]!, value };
      if (value >= enough) return { length: lengths[place]!, value };
    }
  }
  return best;
}

/**
 * A graph with as many edges of each kind as a given one, grown backwards from the target as that was: each time one of the edges of a kind
 * that is still missing and that lead on, each as likely; of all that are missing if none does. Returns indices, ascending.
 */
export function randomGraph(
  edges: readonly GroupEdge[],
  {
    like,
    kindOf,
    target,
    random,
  }: {
    readonly like: readonly number[];
    readonly kindOf: (edge: GroupEdge) => string;
    readonly target: number;
    readonly random: () => number;
  },
): number[] {
  const missing = new Map<string, number>();
  for (const index of like) {
    const kind = kindOf(edges[index]!);
    missing.set(kind, (missing.get(kind) ?? 0) + 1);
  }
  const graph: GroupEdge[] = [];
  const taken = new Set<number>();
  while (taken.size < like.length) {
    const open = edges.flatMap((edge, index) =>
      !taken.has(index) && (missing.get(kindOf(edge)) ?? 0) > 0 ? [index] : [],
    );
    const leading = open.filter((index) => leadsOn(edges[index]!, { graph, target }));
    const choice = leading.length > 0 ? leading : open;
    const drawn = choice[Math.floor(random() * choice.length)]!;
    taken.add(drawn);
    graph.push(edges[drawn]!);
    const kind = kindOf(edges[drawn]!);
    missing.set(kind, missing.get(kind)! - 1);
  }
  return [...taken].sort((a, b) => a - b);
}
