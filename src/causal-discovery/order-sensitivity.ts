/**
 * @file How much the graph of the published method depends on the order in which sets are gone through, which nothing in the method fixes
 * (Colombo, Maathuis, "Order-independent constraint-based causal structure learning", JMLR 15, 2014).
 */
import { defaultSearchLimit } from "./discover.ts";
import { fisherTest } from "./independence.ts";
import type { CausalOptions } from "./options.ts";
import { orderedDiscovery } from "./ordered-icd.ts";

export interface OrderSensitivity {
  /** Of the pairs with an edge in either graph, the share with an edge in both; mean over the orders. 1 if no graph has an edge. */
  readonly edges: number;
  /** The same, counting an edge as equal only if both its marks are. */
  readonly marks: number;
}

export interface OrderOptions {
  readonly options: Pick<CausalOptions, "alpha" | "samples" | "signRule">;
  /** Uniform numbers in [0, 1). */
  readonly random: () => number;
  /** Random orders that are tried. @default 20 */
  readonly orders?: number;
}

/**
 * Learns the graph of a correlation [nodes, nodes] in the reference variant with every set in ascending order, and again with sets in
 * random orders; the causal order stays. Throws a SingularCorrelationError if tokens are exactly alike.
 */
export function orderSensitivity(
  correlation: Float64Array,
  { options, random, orders = 20 }: OrderOptions,
): OrderSensitivity {
  const size = Math.round(Math.sqrt(correlation.length));
  const learn = (idOf: readonly number[]): Uint8Array => marksUnder(correlation, idOf, options);
  const ascending = learn(Array.from({ length: size }, (_, node) => node));
  let [edges, marks] = [0, 0];
  for (let i = 0; i < orders; i++) {
    const other = learn(shuffled(size, random));
    const shares = equalShares(size, ascending, other);
    edges += shares.edges;
    marks += shares.marks;
  }
  return { edges: edges / orders, marks: marks / orders };
}

/** Marks, [nodes, nodes], if node i has the name `idOf[i]` and sets are gone through by ascending names. */
function marksUnder(correlation: Float64Array, idOf: readonly number[], options: OrderOptions["options"]): Uint8Array {
  const size = idOf.length;
  const named = new Float64Array(size * size);
  for (let a = 0; a < size; a++) {
    for (let b = 0; b < size; b++) named[idOf[a]! * size + idOf[b]!] = correlation[a * size + b]!;
  }
  const { isIndependent } = fisherTest(named, { ...options, singular: "signal" });
  const { graph } = orderedDiscovery(size, isIndependent, { order: idOf, limit: defaultSearchLimit });
  const marks = new Uint8Array(size * size);
  for (let a = 0; a < size; a++) {
    for (let b = 0; b < size; b++) marks[a * size + b] = graph.marks[idOf[a]! * size + idOf[b]!]!;
  }
  return marks;
}

/** 0 to size - 1 in a random order (Fisher and Yates). */
function shuffled(size: number, random: () => number): number[] {
  const order = Array.from({ length: size }, (_, i) => i);
  for (let i = size - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

function equalShares(size: number, one: Uint8Array, other: Uint8Array): OrderSensitivity {
  let [either, both, equal] = [0, 0, 0];
  for (let a = 0; a < size; a++) {
    for (let b = a + 1; b < size; b++) {
      const [to, back] = [a * size + b, b * size + a];
      if (one[to] === 0 && other[to] === 0) continue;
      either += 1;
      if (one[to] !== 0 && other[to] !== 0) both += 1;
      if (one[to] === other[to] && one[back] === other[back]) equal += 1;
    }
  }
  return either === 0 ? { edges: 1, marks: 1 } : { edges: both / either, marks: equal / either };
}
