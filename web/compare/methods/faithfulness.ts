/** @file How faithful each method is: what was measured by taking patches away, putting them back, and shuffling the model's weights. */
import { resultsOf, type CurveBand, type MeasureRequest, type MeasureResult } from "../../../src/run/measures.ts";
import type { Fill } from "../../../src/run/measure-choices.ts";
import { mapMethods, type MapMethod } from "../../../src/run/map-catalogue.ts";
import { recordingOf } from "../../../src/run/maps.ts";

/** Areas under the deletion and the insertion curve, 0 to 1. */
interface Areas {
  readonly deletion: number;
  readonly insertion: number;
}

/** An area with the 95 % interval of random orders. */
export interface AreaBand {
  readonly area: number;
  readonly low: number;
  readonly high: number;
}

interface FaithfulnessRow {
  readonly method: MapMethod;
  /** Undefined until they were measured. */
  readonly areas: Areas | undefined;
  /** Rank correlation with the map of the same model with random weights, -1 to 1; null where a map is flat. */
  readonly likeness: number | null | undefined;
}

export interface Faithfulness {
  readonly rows: readonly FaithfulnessRow[];
  /** Random orders, and the patches from the center outward. */
  readonly random: { readonly orders: number; readonly deletion: AreaBand; readonly insertion: AreaBand } | undefined;
  readonly center: Areas | undefined;
}

export interface FaithfulnessChoice {
  readonly token: number;
  /** What stood in the place of the patches. */
  readonly fill: Fill;
  /** What of the token the run's map of a method explains now; a measurement of another target is not of this map. */
  readonly targetOf?: (method: MapMethod) => string;
}

const bandOf = ({ area, areaLow, areaHigh }: CurveBand): AreaBand => ({ area, low: areaLow, high: areaHigh });

/** What a map explains if nothing else is said. */
const rawLogit = "logit";

/** What is known of a token: of each method the newest measurement that has it. */
export function faithfulnessOf(
  measures: readonly MeasureResult[] | undefined,
  { token, fill, targetOf = () => rawLogit }: FaithfulnessChoice,
): Faithfulness {
  const curves = resultsOf(measures, "curves").filter(
    ({ request }) => request.token === token && request.over === "patches" && request.fill === fill,
  );
  const likenesses = resultsOf(measures, "random-weights").filter(({ request }) => request.token === token);
  const newest = curves.at(-1);
  const isOf = (measured: { readonly method: MapMethod; readonly target?: string }, method: MapMethod): boolean =>
    measured.method === method && (measured.target ?? rawLogit) === targetOf(method);
  const areasOf = ({ deletion, insertion }: { deletion: { area: number }; insertion: { area: number } }): Areas => ({
    deletion: deletion.area,
    insertion: insertion.area,
  });
  return {
    rows: mapMethods.map((method) => {
      const curve = curves.flatMap(({ methods }) => methods.filter((each) => isOf(each, method))).at(-1);
      const likeness = likenesses.flatMap(({ methods }) => methods.filter((each) => isOf(each, method))).at(-1);
      return { method, areas: curve && areasOf(curve), likeness: likeness?.correlation };
    }),
    random: newest && {
      orders: newest.random.orders,
      deletion: bandOf(newest.random.deletion),
      insertion: bandOf(newest.random.insertion),
    },
    center: newest?.center && areasOf(newest.center),
  };
}

/** What would measure the methods that have no number yet, of those whose maps are there; undefined where nothing is left. */
export function missingFaithfulness(
  { rows }: Faithfulness,
  { token, fill, available }: FaithfulnessChoice & { readonly available: readonly MapMethod[] },
): {
  readonly curves: Extract<MeasureRequest, { kind: "curves" }> | undefined;
  readonly likeness: Extract<MeasureRequest, { kind: "random-weights" }> | undefined;
} {
  const without = (has: (row: FaithfulnessRow) => boolean): MapMethod[] =>
    rows.filter((row) => available.includes(row.method) && !has(row)).map(({ method }) => method);
  const curves = without(({ areas }) => areas !== undefined);
  // Masking each patch of another model would take as long again.
  const likeness = without(({ likeness }) => likeness !== undefined).filter(
    (method) => recordingOf(method) !== undefined,
  );
  return {
    curves: curves.length > 0 ? { kind: "curves", token, over: "patches", methods: curves, fill, seed: 0 } : undefined,
    likeness: likeness.length > 0 ? { kind: "random-weights", token, methods: likeness, seed: 0 } : undefined,
  };
}
