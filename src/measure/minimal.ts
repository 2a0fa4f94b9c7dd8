/**
 * @file Verified minimal causes: the smallest sets of patches, or of words of the question, without which an answer token falls, found by one
 * intervention and confirmed by others.
 */
import { ranksByEdges } from "../run/cause-requests.ts";
import { wholePictureFills, type CauseKind, type Fill } from "../run/measure-choices.ts";
import type { CauseSet, KindCauses, MeasuredToken, MinimalRequest, MinimalResult } from "../run/measures.ts";
import { callsOfOrder, namedOrders } from "./cause-order.ts";
import { askUntil } from "./ask-until.ts";
import { causeOrdersOf, searchCauses, type CauseOrders, type CauseSearch, type FoundCauses } from "./cause-search.ts";
import { causeUnits, positionsOfUnits, type CauseUnit } from "./cause-units.ts";
import { choosingIntervention, confirmSet, confirmationCalls, matters } from "./confirm-set.ts";
import { addedEvaluations, evaluationCount, kindOfText, type Evaluations } from "./evaluations.ts";
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
  return addedEvaluations([
    { words: 1, passes: ranksByEdges(order) ? callsOfOrder.edges : callsOfOrder[order] },
    ...kinds.map(ofKind),
  ]);
}

/** The same if nothing of either kind matters. */
export function leastMinimalEvaluations({ kinds }: MinimalRequest): Evaluations {
  return addedEvaluations([{ words: 1 }, ...kinds.map((kind) => (kind === "text" ? { words: 1 } : { pictures: 2 }))]);
}

interface Search {
  readonly kind: CauseKind;
  readonly request: MinimalRequest;
  readonly orders: CauseOrders;
  readonly effects: TokenEffects;
  readonly context: MeasureContext;
}

/**
 * The token without everything of a kind, by the intervention that chooses sets. If a picture of its mean color does not matter, other
 * pictures are put in its place: an answer that the model also gives to an empty picture may still be read from this one.
 */
async function withoutKind(
  { kind, effects }: Search,
  everything: readonly number[],
): Promise<{ readonly chosenBy: Fill; readonly empty: MeasuredToken }> {
  const original = await effects.without([]);
  const chosenBy = choosingIntervention[kind];
  const ways: readonly Fill[] = kind === "text" ? [chosenBy] : wholePictureFills;
  const asked = await askUntil(ways, {
    ask: (fill) => effects.without(everything, fill),
    isEnough: (found) => matters(original, found.at(-1)!),
  });
  const last = asked.at(-1)!;
  return matters(original, last) ? { chosenBy: ways[asked.length - 1]!, empty: last } : { chosenBy, empty: asked[0]! };
}

/** Tests sets that the search found, one after the other. */
async function testedSets(
  { kind, request, effects, context }: Search,
  found: FoundCauses["sets"],
  { units, original, wholeFall }: { units: readonly CauseUnit[]; original: MeasuredToken; wholeFall: number },
): Promise<CauseSet[]> {
  const { description } = context.probe;
  const chosenBy = choosingIntervention[kind];
  const everything = positionsOfUnits(units);
  const sets: CauseSet[] = [];
  for (const [index, { members, necessity, minimal }] of found.entries()) {
    context.expect((found.length - index) * (2 + confirmationCalls(kind, request.nullSets)));
    const positions = positionsOfUnits(members);
    const inside = new Set(positions);
    const without = await effects.without(positions, chosenBy);
    const rest = everything.filter((position) => !inside.has(position));
    const alone = await effects.without(rest, chosenBy);
    const confirmedBy = await confirmSet(members, { kind, wholeFall, units, request, description, effects });
    sets.push({
      positions,
      necessity,
      sufficiency: 1 - (original.score - alone.score) / wholeFall,
      without: without.probability,
      alone: alone.probability,
      minimal,
      ...confirmedBy,
    });
  }
  return sets;
}

async function causesOfKind(search: Search): Promise<KindCauses> {
  const { kind, request, orders, effects, context } = search;
  const units = causeUnits(context.probe.description, { kind, token: request.token });
  const everything = positionsOfUnits(units);
  const calls = (): number => effects.calls() + orders.calls();
  const before = calls();
  const original = await effects.without([]);
  const { chosenBy, empty } = await withoutKind(search, everything);
  const wholeFall = original.score - empty.score;
  const facts = (): Omit<KindCauses, "verdict" | "order" | "sets" | "exhausted"> => ({
    chosenBy,
    wholeFall,
    original: original.probability,
    without: empty.probability,
    units: units.length,
    calls: calls() - before,
  });
  if (!matters(original, empty) || chosenBy !== choosingIntervention[kind]) {
    const [order] = namedOrders(request, context);
    const verdict = matters(original, empty) ? "none found" : "nothing to test";
    return { verdict, order: order!, ...facts(), sets: [], exhausted: true };
  }
  const necessities: CauseSearch["necessities"] = async (sets) => {
    const left = await effects.withoutEach(sets.map(positionsOfUnits), chosenBy);
    return left.map(({ score }) => (original.score - score) / wholeFall);
  };
  const { order, spread, ...found } = await searchCauses({
    ...{ kind, request, units, orders, context, necessities },
    budget: searchBudget(units.length),
  });
  const sets = await testedSets(search, found.sets, { units, original, wholeFall });
  return { verdict: verdictOf(sets), order, spread, ...facts(), sets, exhausted: found.exhausted };
}

function verdictOf(sets: readonly CauseSet[]): KindCauses["verdict"] {
  if (sets.length === 0) return "none found";
  return sets.some(({ confirmed }) => confirmed) ? "verified" : "not confirmed";
}

/** Throws `not-recorded` if the run does not hold the map of the order. */
export async function minimal(request: MinimalRequest, context: MeasureContext): Promise<MinimalResult> {
  const effects = tokenEffects(request, context);
  context.expect(evaluationCount(minimalEvaluations(request, context.run.description)));
  const orders = causeOrdersOf(request, context);
  const result: { -readonly [Kind in CauseKind]?: KindCauses } = {};
  for (const kind of request.kinds) result[kind] = await causesOfKind({ kind, request, orders, effects, context });
  return { request, ...result };
}
