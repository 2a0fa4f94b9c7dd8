/** @file Which map finds a small set of patches without which the answer falls: one search by each order, before any confirmation. */
import { causeOrdersOf, searchCauses } from "../../src/measure/cause-search.ts";
import { causeUnits, positionsOfUnits } from "../../src/measure/cause-units.ts";
import type { MeasureContext } from "../../src/measure/measure-types.ts";
import { tokenEffects } from "../../src/measure/token-effects.ts";
import { minimalRequestOf } from "../../src/run/cause-requests.ts";
import { causeOrders, type CauseOrder } from "../../src/run/measure-choices.ts";
import type { Explainable } from "./asking.ts";

/** Sets that a search by one order asks about at most. */
const budget = 160;

interface SearchFinding {
  /** Share of the patches that the set has; null if none was found. */
  readonly size: number | null;
  /** Times that the model was asked. */
  readonly calls: number;
}

export interface OrdersFinding {
  readonly name: string;
  readonly scene: string;
  /** Fall of the score without the whole picture, in nats. */
  readonly wholeFall: number;
  readonly searches: Readonly<Record<CauseOrder, SearchFinding>>;
}

/** Searches one set by each order; undefined if the score does not fall without the picture. */
export async function measureOrders(
  { question: { name, scene }, token: { index } }: Explainable,
  context: MeasureContext,
): Promise<OrdersFinding | undefined> {
  const { description } = context.run;
  const units = causeUnits(description, { kind: "image", token: index });
  const searches: Partial<Record<CauseOrder, SearchFinding>> = {};
  let fall = 0;
  for (const order of causeOrders) {
    const request = { ...minimalRequestOf(description, index), order };
    // Each order pays for all that it asks.
    const effects = tokenEffects(request, context);
    const original = await effects.without([]);
    const empty = await effects.without(positionsOfUnits(units));
    const wholeFall = original.score - empty.score;
    if (!(wholeFall > 0)) return undefined;
    fall = wholeFall;
    const orders = causeOrdersOf(request, context);
    const found = await searchCauses({
      ...{ kind: "image", request, units, orders, context, budget, mostSets: 1 },
      necessities: async (sets) => {
        const left = await effects.withoutEach(sets.map(positionsOfUnits));
        return left.map(({ score }) => (original.score - score) / wholeFall);
      },
    });
    const [set] = found.sets;
    searches[order] = {
      size: set === undefined ? null : set.members.length / units.length,
      calls: effects.calls() + orders.calls(),
    };
  }
  return { name, scene, wholeFall: fall, searches: searches as OrdersFinding["searches"] };
}
