/** @file Searches the regions of the pictures that a token rests on, at a budget of questions to the model (`region-search.ts`). */
import { mostEvaluations, regionValues, searchRegions, type SetScore } from "../methods/perturbation/region-search.ts";
import { tokenTensor } from "../run/maps.ts";
import type { RegionsRequest, RegionsResult } from "../run/measures.ts";
import { imageTokenPositions, predictingPosition } from "../run/positions.ts";
import type { RunDescription } from "../run/types.ts";
import { floatTensor } from "../tensor/tensor.ts";
import { ProblemError } from "../problem/problem.ts";
import { imageUnits, type CauseUnit } from "./cause-units.ts";
import { evaluationCount, kindOfFill, type Evaluations } from "./evaluations.ts";
import type { MeasureContext } from "./measure-types.ts";
import { tokenEffects } from "./token-effects.ts";

/** With everything and without the picture; a set of regions is asked about twice, alone and taken away. */
const callsBefore = 2;
const callsOfSet = 2;

/** Sets that a budget lets be scored. */
function setsOf(budget: number): number {
  return Math.floor((budget - callsBefore) / callsOfSet);
}

/**
 * Square blocks of the cells of the coarsest grid, as few as the request allows, and no more than can each be scored once. Blocks, and not
 * superpixels by color, since a patch is the least that can be masked and a block is the same whatever fills it.
 */
function regionsOf(description: RunDescription, { token, regions, budget }: RegionsRequest): CauseUnit[] {
  return imageUnits(description, predictingPosition(description, token), Math.min(regions, setsOf(budget)));
}

/** Times that the model is asked at most. */
export function regionsEvaluations(request: RegionsRequest, description: RunDescription): Evaluations {
  const regions = regionsOf(description, request).length;
  return { [kindOfFill(request.fill)]: Math.min(request.budget, callsBefore + callsOfSet * mostEvaluations(regions)) };
}

/** Throws `bad-request` if the pictures have more places that count by themselves than the budget reaches. */
export async function regions(request: RegionsRequest, context: MeasureContext): Promise<RegionsResult> {
  const { token, budget, fill } = request;
  const { description } = context.probe;
  const units = regionsOf(description, request);
  if (units.length > setsOf(budget)) {
    throw new ProblemError(
      "bad-request",
      `A budget of ${budget} does not reach all ${units.length} pictures; ask for ${callsBefore + callsOfSet * units.length} or more.`,
    );
  }
  context.expect(evaluationCount(regionsEvaluations(request, description)));
  const effects = tokenEffects({ token, score: "log-probability" }, context);
  const every = units.flat();
  const [original, without] = await effects.withoutEach([[], every], fill);
  const positionsOf = (set: Iterable<number>) => [...set].flatMap((unit) => units[unit]!).sort((a, b) => a - b);
  async function score(sets: readonly (readonly number[])[]): Promise<SetScore[]> {
    const asked = sets.flatMap((set) => {
      const members = new Set(set);
      const others = units.flatMap((_, unit) => (members.has(unit) ? [] : [unit]));
      return [positionsOf(others), positionsOf(set)];
    });
    const found = await effects.withoutEach(asked, fill);
    return sets.map((_, index) => ({
      insight: found[2 * index]!.probability,
      necessity: 1 - found[2 * index + 1]!.probability,
    }));
  }
  const nothing = { insight: without!.probability, necessity: 1 - original!.probability };
  const order = await searchRegions({ regions: units.length, nothing, budget: setsOf(budget), score });
  const values = regionValues(order);
  const map = floatTensor([imageTokenPositions(description).length]);
  const columns = new Map(imageTokenPositions(description).map((position, column) => [position, column]));
  for (const [unit, positions] of units.entries()) {
    for (const position of positions) map.data[columns.get(position)!] = values[unit]!;
  }
  context.keep(tokenTensor("regions", token), map);
  return {
    request,
    original: original!.probability,
    without: without!.probability,
    order: [
      ...order.chosen.map(({ region, gain, insight, necessity }) => ({
        positions: [...units[region]!],
        gain,
        insight,
        necessity,
      })),
      ...order.rest.map(({ region, gain }) => ({ positions: [...units[region]!], gain })),
    ],
    chosen: order.chosen.length,
    calls: effects.calls(),
  };
}
