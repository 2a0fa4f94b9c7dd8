/** @file What ranks patches and words before minimal causes are searched: a map of the run, or the scores of all edges of attention. */
import { mapOfOrder } from "../run/cause-requests.ts";
import { holdsMap } from "../run/maps.ts";
import type { CauseOrder } from "../run/measure-choices.ts";
import type { MinimalRequest } from "../run/measures.ts";
import { edgeEstimates } from "./flow-estimates.ts";
import type { MeasureContext } from "./measure-types.ts";
import { runMap } from "./run-maps.ts";

/** Times that the model is asked for each order: scores of edges are one pass forward and one backward. */
export const callsOfOrder: Readonly<Record<CauseOrder, number>> = { relevancy: 0, edges: 2, attention: 0, lrp: 0 };

/**
 * The order that is asked for, then those whose maps the run holds of the token: a search that finds nothing begins again with the next
 * one. Relevance propagation is used if it is asked for alone.
 */
export function ordersToTry({ token, order }: MinimalRequest, { run }: MeasureContext): CauseOrder[] {
  const { description, tensors } = run;
  const dims = (name: string) => tensors.get(name)?.dims;
  const held = (["relevancy", "attention"] as const).filter(
    (other) => other !== order && holdsMap(mapOfOrder[other], { dims, description }, token),
  );
  return [order, ...held];
}

/** The values of an order by place on the key axis. Throws a ProblemError `not-recorded` if the run does not hold its map. */
export async function valuesOfOrder(request: MinimalRequest, context: MeasureContext): Promise<ArrayLike<number>> {
  const { token, order } = request;
  if (order !== "edges") return runMap(context.run, { token, method: mapOfOrder[order], pool: context.pool });
  const { nodes } = await edgeEstimates(context, request);
  for (let call = 0; call < callsOfOrder.edges; call++) context.tick("passes");
  return nodes;
}
