/**
 * @file Verified minimal causes: the smallest sets of patches, or of words of the question, without which an answer token falls, found by one
 * intervention and confirmed by others.
 */
import { minimalCauses, type MinimalCauses } from "../methods/perturbation/minimal-causes.ts";
import { orderByMap } from "../methods/perturbation/curves.ts";
import type { CauseKind, CauseOrder, Fill } from "../run/measure-choices.ts";
import type { CauseSet, KindCauses, MeasuredToken, MinimalRequest, MinimalResult } from "../run/measures.ts";
import { callsOfOrder, ordersToTry, valuesOfOrder } from "./cause-order.ts";
import { causeUnits, positionsOfUnits, type CauseUnit } from "./cause-units.ts";
import { choosingInterventions, confirmSet, confirmationCalls, matters } from "./confirm-set.ts";
import { addedEvaluations, evaluationCount, kindOfFill, kindOfText, type Evaluations } from "./evaluations.ts";
import type { MeasureContext } from "./measure-types.ts";
import type { RunDescription } from "../run/types.ts";
import { tokenEffects, type TokenEffects } from "./token-effects.ts";

/** What a search of `units` units takes, all sets together, at most. */
function searchBudget(units: number): number {
  return 40 + 15 * Math.ceil(Math.log2(1 + units));
}

/** Share of its budget that a search usually takes. */
const usualShare = 2 / 3;
/** Questions about each word, usually: few words leave few sets to ask about. */
const callsOfWord = 2;

/** Times that the model is asked if one set of patches is found and confirmed at once, and one of words. */
export function minimalEvaluations(
  { kinds, order, nullSets, token }: MinimalRequest,
  description: RunDescription,
): Evaluations {
  const ofKind = (kind: CauseKind): Evaluations => {
    const units = causeUnits(description, { kind, token });
    const count = units.length;
    if (kind === "image") return { pictures: 4 + Math.round(usualShare * searchBudget(count)) + 2 + nullSets };
    const words = kindOfText(positionsOfUnits(units), description.tokens.length);
    return { [words]: 2 + callsOfWord * count + Math.min(count, nullSets) };
  };
  return addedEvaluations([{ words: 1, passes: callsOfOrder[order] }, ...kinds.map(ofKind)]);
}

/** The same if nothing of either kind matters. */
export function leastMinimalEvaluations({ kinds }: MinimalRequest): Evaluations {
  const ofKind = (kind: CauseKind): Evaluations =>
    kind === "text"
      ? { words: choosingInterventions[kind].length }
      : addedEvaluations(choosingInterventions[kind].map((fill) => ({ [kindOfFill(fill)]: 1 })));
  return addedEvaluations([{ words: 1 }, ...kinds.map(ofKind)]);
}

interface Search {
  readonly kind: CauseKind;
  readonly request: MinimalRequest;
  /** What an order ranks units by, by place on the key axis, computed when it is first needed. */
  readonly values: (order: CauseOrder) => Promise<ArrayLike<number>>;
  readonly effects: TokenEffects;
  readonly context: MeasureContext;
}

/** Units, those first that the order gives most. */
function ordered(units: readonly CauseUnit[], map: ArrayLike<number>): CauseUnit[] {
  const sums = units.map((unit) => unit.reduce((sum, position) => sum + map[position]!, 0));
  return orderByMap(sums).map((index) => units[index]!);
}

/**
 * The token without everything of a kind, by the first intervention under which that matters, which then chooses the sets. An answer may be
 * what the model says of a gray picture, too, and still be read from this one: other pictures show it.
 */
async function withoutKind(
  { kind, effects }: Search,
  everything: readonly number[],
): Promise<{ readonly chosenBy: Fill; readonly empty: MeasuredToken }> {
  const original = await effects.without([]);
  let first: { readonly chosenBy: Fill; readonly empty: MeasuredToken } | undefined;
  for (const chosenBy of choosingInterventions[kind]) {
    const found = { chosenBy, empty: await effects.without(everything, chosenBy) };
    if (matters(original, found.empty)) return found;
    first ??= found;
  }
  return first!;
}

async function causesOfKind(search: Search): Promise<KindCauses> {
  const { kind, request, values, effects, context } = search;
  const { description } = context.probe;
  const units = causeUnits(description, { kind, token: request.token });
  const before = effects.calls();
  const everything = positionsOfUnits(units);
  const original = await effects.without([]);
  const { chosenBy, empty } = await withoutKind(search, everything);
  const wholeFall = original.score - empty.score;
  let { order } = request;
  let orderCalls = 0;
  const facts = (): Omit<KindCauses, "verdict" | "sets" | "exhausted"> => ({
    chosenBy,
    order,
    wholeFall,
    original: original.probability,
    without: empty.probability,
    units: units.length,
    calls: effects.calls() - before + orderCalls,
  });
  if (!matters(original, empty)) {
    return { verdict: "nothing to test", ...facts(), sets: [], exhausted: true };
  }
  const share = (score: number): number => (original.score - score) / wholeFall;
  const searchBy = async (tried: CauseOrder): Promise<MinimalCauses<CauseUnit>> => {
    order = tried;
    orderCalls += callsOfOrder[tried];
    return minimalCauses(ordered(units, await values(tried)), {
      budget: searchBudget(units.length),
      necessities: async (sets) => {
        const left = await effects.withoutEach(sets.map(positionsOfUnits), chosenBy);
        return left.map(({ score }) => share(score));
      },
    });
  };
  const [first, ...others] = ordersToTry(request, context);
  let found = await searchBy(first!);
  for (const other of others) if (found.sets.length === 0) found = await searchBy(other);
  const sets: CauseSet[] = [];
  for (const [index, { members, necessity, minimal }] of found.sets.entries()) {
    context.expect((found.sets.length - index) * (2 + confirmationCalls(kind, request.nullSets)));
    const positions = positionsOfUnits(members);
    const inside = new Set(positions);
    const without = await effects.without(positions, chosenBy);
    const rest = everything.filter((position) => !inside.has(position));
    const alone = await effects.without(rest, chosenBy);
    const confirmedBy = await confirmSet(members, { kind, chosenBy, units, request, description, effects });
    sets.push({
      positions,
      necessity,
      sufficiency: 1 - share(alone.score),
      without: without.probability,
      alone: alone.probability,
      minimal,
      ...confirmedBy,
    });
  }
  return { verdict: verdictOf(sets), ...facts(), sets, exhausted: found.exhausted };
}

function verdictOf(sets: readonly CauseSet[]): KindCauses["verdict"] {
  if (sets.length === 0) return "none found";
  return sets.some(({ confirmed }) => confirmed) ? "verified" : "not confirmed";
}

/** Throws `not-recorded` if the run does not hold the map of the order. */
export async function minimal(request: MinimalRequest, context: MeasureContext): Promise<MinimalResult> {
  const effects = tokenEffects(request, context);
  context.expect(evaluationCount(minimalEvaluations(request, context.run.description)));
  const known = new Map<CauseOrder, Promise<ArrayLike<number>>>();
  const values = (order: CauseOrder): Promise<ArrayLike<number>> => {
    const found = known.get(order) ?? valuesOfOrder({ ...request, order }, context);
    known.set(order, found);
    return found;
  };
  const result: { -readonly [Kind in CauseKind]?: KindCauses } = {};
  for (const kind of request.kinds) result[kind] = await causesOfKind({ kind, request, values, effects, context });
  return { request, ...result };
}
