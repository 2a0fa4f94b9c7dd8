/** @file Causal graphs that a run holds. */
import type { CausalGraphFinding, CausalQuery } from "../../run/causes.ts";
import type { Run } from "../../run/types.ts";

const fields = ["token", "layer", "head", "variant", "alpha", "samples", "signRule", "threshold"] as const;

/** The graph that was learned with the same settings when the run was recorded; undefined if there is none. */
export async function recordedGraph(run: Run, query: CausalQuery): Promise<CausalGraphFinding | undefined> {
  const found = run.description.causes?.find((each) => fields.every((field) => each[field] === query[field]));
  if (found === undefined) return undefined;
  const { layer, head, token, noGraph } = found;
  if (noGraph !== undefined) return { ...found, marks: [] };
  const { data } = await run.tensor(`causal.${layer}.${head}.${token}.marks`);
  return { ...found, marks: [...data] };
}
