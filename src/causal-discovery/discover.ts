/** @file From the correlation of tokens to their causal graph. */
import type { CausalGraph } from "./graph.ts";
import { exactDiscovery } from "./exact-icd.ts";
import { fisherTest } from "./independence.ts";
import { orderedDiscovery } from "./ordered-icd.ts";
import type { CausalOptions } from "./options.ts";

/** Tests and candidate sets after which a search is cut short; graphs of attention take some thousand. */
export const defaultSearchLimit = 2_000_000;

/**
 * Learns the graph of tokens in causal order from their correlation [nodes, nodes]. Throws a SingularCorrelationError in the reference
 * variant if tokens are exactly alike.
 */
export function discoverGraph(
  correlation: Float64Array,
  nodes: readonly number[],
  options: Pick<CausalOptions, "variant" | "alpha" | "samples" | "signRule"> & { readonly limit?: number },
): CausalGraph {
  const { variant, limit = defaultSearchLimit } = options;
  const singular = variant === "reference" ? "signal" : "drop";
  const test = fisherTest(correlation, { ...options, singular });
  const discover = variant === "reference" ? orderedDiscovery : exactDiscovery;
  const { graph, testsBySize, cutAt } = discover(nodes.length, test.isIndependent, { limit });
  return {
    nodes,
    marks: graph.marks,
    separators: graph.separators,
    testsBySize,
    conflicts: graph.conflicts,
    degenerate: test.degenerate(),
    ...(cutAt === undefined ? {} : { cutAt }),
  };
}
