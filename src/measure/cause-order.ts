/** @file What ranks patches and words before minimal causes are searched: a map of the run, or the scores of all edges of attention. */
import { edgeScores } from "../engine/edge-scores.ts";
import type { MapMethod } from "../run/map-catalogue.ts";
import type { CauseOrder } from "../run/measure-choices.ts";
import type { MinimalRequest } from "../run/measures.ts";
import { predictingPosition } from "../run/positions.ts";
import type { MeasureContext } from "./measure-types.ts";
import { runMap } from "./run-maps.ts";

/** The map of the run that each order reads. Scores of edges are computed when they are needed. */
export const mapOfOrder: Readonly<Record<Exclude<CauseOrder, "edges">, MapMethod>> = {
  relevancy: "relevancy.language",
  attention: "attention",
  lrp: "lrp.language",
};

/** Times that the model is asked for each order: scores of edges are one pass forward and one backward. */
export const callsOfOrder: Readonly<Record<CauseOrder, number>> = { relevancy: 0, edges: 2, attention: 0, lrp: 0 };

/** By place on the key axis: the fall of the token's score, to first order, when no later position attends to it. */
async function edgeSums(
  { token, score }: MinimalRequest,
  { model, probe, signal }: MeasureContext,
): Promise<Float64Array> {
  const { description, pictures } = probe;
  const pixelValues = await Promise.all(pictures.map((picture) => picture.pixelValues({ kind: "none" })));
  const position = predictingPosition(description, token);
  const { nodes } = await edgeScores(
    model,
    await probe.embedded(pixelValues),
    {
      position,
      id: description.tokens[position + 1]!.id,
      target: score === "log-probability" ? { kind: "logprob" } : { kind: "contrast", rivalId: score.contrast },
      groups: new Int32Array(description.tokens.length + description.memory.length).fill(-1),
      groupCount: 0,
    },
    { signal },
  );
  return nodes;
}

/** The values of an order by place on the key axis. Throws a ProblemError `not-recorded` if the run does not hold its map. */
export async function valuesOfOrder(request: MinimalRequest, context: MeasureContext): Promise<ArrayLike<number>> {
  const { token, order } = request;
  if (order !== "edges") return runMap(context.run, { token, method: mapOfOrder[order], pool: context.pool });
  const sums = await edgeSums(request, context);
  for (let call = 0; call < callsOfOrder.edges; call++) context.tick();
  return sums;
}
