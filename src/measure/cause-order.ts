/** @file What ranks patches and words before minimal causes are searched: a map of the run, or the scores of all edges of attention. */
import { orderByMap } from "../methods/perturbation/curves.ts";
import { mapOfOrder } from "../run/cause-requests.ts";
import { holdsMap } from "../run/maps.ts";
import type { CauseKind, CauseOrder, UnitOrder } from "../run/measure-choices.ts";
import type { MinimalRequest } from "../run/measures.ts";
import { predictingPosition } from "../run/positions.ts";
import { imagePlaces, type CausePlace, type CauseUnit } from "./cause-units.ts";
import { edgeEstimates } from "./flow-estimates.ts";
import type { MeasureContext } from "./measure-types.ts";
import { runMap } from "./run-maps.ts";

/** Times that the model is asked for each order: scores of edges are one pass forward and one backward. */
export const callsOfOrder: Readonly<Record<UnitOrder, number>> = { relevancy: 0, edges: 2, attention: 0, lrp: 0 };

/** Times that the values of an order are spread over neighboring places, in the orders that a search chooses from. */
const spreads = [0, 1] as const;

/** Units of a kind, those first that the order gives most. */
export interface OrderedUnits {
  readonly order: UnitOrder;
  /** Times that the values were spread over neighboring places. */
  readonly spread: number;
  readonly units: readonly CauseUnit[];
}

/** The orders that a request names; the best one is chosen from those that need no relevance propagation and that the run can give. */
export function namedOrders(
  { token, order }: { readonly token: number; readonly order: CauseOrder },
  { run }: Pick<MeasureContext, "run">,
): UnitOrder[] {
  if (order !== "best") return [order];
  const { description, tensors } = run;
  const dims = (name: string) => tensors.get(name)?.dims;
  return ["edges", ...(holdsMap(mapOfOrder.relevancy, { dims, description }, token) ? (["relevancy"] as const) : [])];
}

/** The values of an order by place on the key axis. Throws a ProblemError `not-recorded` if the run does not hold its map. */
export async function valuesOfOrder(
  order: UnitOrder,
  request: Pick<MinimalRequest, "token" | "score">,
  context: MeasureContext,
): Promise<ArrayLike<number>> {
  const { token } = request;
  if (order !== "edges") return runMap(context.run, { token, method: mapOfOrder[order], pool: context.pool });
  const { nodes } = await edgeEstimates(context, request);
  for (let call = 0; call < callsOfOrder.edges; call++) context.tick("passes");
  return nodes;
}

/** Values of places as means over each place and its neighbors, weights 1, 2, 1 along rows and columns; values below 0 count as 0. */
export function spreadOver(places: readonly Omit<CausePlace, "unit">[], values: ArrayLike<number>): number[] {
  const keyOf = (image: number, row: number, col: number): string => `${image} ${row} ${col}`;
  const valueAt = new Map(places.map(({ image, row, col }, index) => [keyOf(image, row, col), values[index]!]));
  const steps = [-1, 0, 1] as const;
  const weight = (step: number): number => (2 - Math.abs(step)) / 4;
  return places.map(({ image, row, col }) => {
    let sum = 0;
    for (const down of steps) {
      for (const right of steps) {
        const value = valueAt.get(keyOf(image, row + down, col + right)) ?? 0;
        sum += weight(down) * weight(right) * Math.max(0, value);
      }
    }
    return sum;
  });
}

/** What ranks the units of a kind: the values of an order by place on the key axis. */
interface RankedKind {
  readonly kind: CauseKind;
  readonly order: UnitOrder;
  readonly token: number;
  readonly values: ArrayLike<number>;
}

/**
 * All units of a kind in an order. Those of a picture also in the orders of its values spread over neighboring places: a thing covers
 * patches that hang together, and a map seldom names them all before it names others.
 */
export function orderedUnits(
  units: readonly CauseUnit[],
  { kind, order, token, values }: RankedKind,
  { description }: MeasureContext["run"],
): OrderedUnits[] {
  let sums = units.map((unit) => unit.reduce((sum, position) => sum + values[position]!, 0));
  const inOrder = (spread: number): OrderedUnits => ({
    ...{ order, spread },
    units: orderByMap(sums).map((index) => units[index]!),
  });
  if (kind === "text") return [inOrder(0)];
  const places = imagePlaces(description, predictingPosition(description, token));
  return spreads.map((spread) => {
    if (spread > 0) sums = spreadOver(places, sums);
    return inOrder(spread);
  });
}
