/** @file A map of the causal explanations of a layer: in how many of its heads' explanation sets each token lies. */
import { NotRecordedError } from "../../run/attention-block.ts";
import { defaultCausalSettings, type CausalGraphFinding, type CausalSettings } from "../../run/causes.ts";
import { keyCount } from "../../run/positions.ts";
import type { Run } from "../../run/types.ts";
import type { GraphLearner } from "./graph-learner.ts";
import { runGraphs } from "./run-graphs.ts";

/** Share of heads whose explanation holds each place of the key axis, [keys]. */
export function sharesOfExplanations(
  graphs: readonly Pick<CausalGraphFinding, "explanation">[],
  keys: number,
): Float32Array {
  const shares = new Float32Array(keys);
  for (const { explanation } of graphs) for (const position of explanation) shares[position]! += 1 / graphs.length;
  return shares;
}

/** The same of every head of the last layer; undefined if its attention was not recorded whole. */
export async function explanationShares(
  run: Run,
  token: number,
  options: { readonly pool: GraphLearner; readonly settings?: CausalSettings; readonly signal?: AbortSignal },
): Promise<Float32Array | undefined> {
  const { model } = run.description;
  const { settings = defaultCausalSettings } = options;
  const layer = model.languageLayers - 1;
  const queries = Array.from({ length: model.languageHeads }, (_, head) => ({ ...settings, token, layer, head }));
  try {
    return sharesOfExplanations(await runGraphs(run, queries, options), keyCount(run.description));
  } catch (error) {
    if (error instanceof NotRecordedError) return undefined;
    throw error;
  }
}
