/** @file The search of minimal causes of one kind: an order of its units, chosen if several are named, then sets that suffice. */
import { minimalCauses, type MinimalCauses } from "../methods/perturbation/minimal-causes.ts";
import { soonestOrder } from "../methods/perturbation/soonest-order.ts";
import type { CauseKind, UnitOrder } from "../run/measure-choices.ts";
import type { MinimalRequest } from "../run/measures.ts";
import { callsOfOrder, namedOrders, orderedUnits, valuesOfOrder } from "./cause-order.ts";
import type { CauseUnit } from "./cause-units.ts";
import type { MeasureContext } from "./measure-types.ts";

/** The orders to choose from, with what each ranks units by, by place on the key axis. */
type OrderValues = readonly { readonly order: UnitOrder; readonly values: ArrayLike<number> }[];

export interface CauseOrders {
  /** Computed when it is first called. */
  readonly values: () => Promise<OrderValues>;
  /** Times that the model was asked for them so far. */
  readonly calls: () => number;
}

/** The orders that a request names, for all its kinds. `values` throws a ProblemError `not-recorded` if the run does not hold a map. */
export function causeOrdersOf(request: MinimalRequest, context: MeasureContext): CauseOrders {
  let computed: Promise<OrderValues> | undefined;
  let calls = 0;
  const compute = async (order: UnitOrder): Promise<OrderValues[number]> => {
    calls += callsOfOrder[order];
    return { order, values: await valuesOfOrder(order, request, context) };
  };
  return {
    values: () => (computed ??= Promise.all(namedOrders(request, context).map(compute))),
    calls: () => calls,
  };
}

export interface CauseSearch {
  readonly kind: CauseKind;
  readonly request: MinimalRequest;
  /** All units of the kind. */
  readonly units: readonly CauseUnit[];
  readonly orders: CauseOrders;
  readonly context: MeasureContext;
  /** Shares of the whole fall without each of several sets. */
  readonly necessities: (sets: readonly (readonly CauseUnit[])[]) => Promise<number[]>;
  /** Sets that may be asked about at most, after the order was chosen. */
  readonly budget: number;
  readonly mostSets?: number;
}

export interface FoundCauses extends Pick<MinimalCauses<CauseUnit>, "sets" | "exhausted"> {
  readonly order: UnitOrder;
  /** Times that the values of the order were spread over neighboring places. */
  readonly spread: number;
}

/** Chooses the order by which the fewest units suffice, and searches sets in it. */
export async function searchCauses({
  kind,
  request: { token },
  units,
  orders,
  context,
  necessities,
  budget,
  mostSets,
}: CauseSearch): Promise<FoundCauses> {
  const candidates = (await orders.values()).flatMap(({ order, values }) =>
    orderedUnits(units, { kind, order, token, values }, context.run),
  );
  const soonest = await soonestOrder(
    candidates.map(({ units }) => units),
    { necessities },
  );
  const { order, spread, units: ordered } = candidates[soonest]!;
  const { sets, exhausted } = await minimalCauses(ordered, { budget, mostSets, necessities });
  return { order, spread, sets, exhausted };
}
