/** @file Confirms a set of minimal causes by interventions that did not choose it, against null sets of the same kind. */
import { randomSets } from "../methods/perturbation/random-sets.ts";
import { askedTogether, defaultAlpha, mostAsMuch, sequentialTest } from "../methods/perturbation/sequential-test.ts";
import { leastFall } from "../methods/perturbation/verdict.ts";
import type { CauseKind, Fill } from "../run/measure-choices.ts";
import type { CauseSet, MeasuredToken, MinimalRequest } from "../run/measures.ts";
import type { RunDescription } from "../run/types.ts";
import { positionsOfUnits, type CauseUnit } from "./cause-units.ts";
import { imageNullSets } from "./null-sets.ts";
import type { Removal, TokenEffects } from "./token-effects.ts";

type Confirmation = CauseSet["confirmedBy"][number];

/** What sets of a kind are chosen by. */
export const choosingIntervention: Readonly<Record<CauseKind, Fill>> = { image: "mean", text: "knock-out" };

/** What confirms a set of a kind, in the order in which it is asked. */
const confirmingInterventions: Readonly<Record<CauseKind, readonly Removal[]>> = {
  image: ["others", "knock-out"],
  text: ["mean-embedding"],
};

/**
 * Share of the fall without everything that a set must reach by another intervention, so that the answer can be said to depend on it. The fall
 * is that of the intervention that chose the set: other pictures may happen to show the same thing, and a knock-out of the whole picture
 * may leave the answer that the model gives by itself, so that neither falls as a whole where a set does.
 */
const leastShare = 0.25;

/** Null sets that are asked about together; a test that ends early has asked about a few too many. */
const together = 8;

/** Times that the model is asked for a set that is confirmed. */
export function confirmationCalls(kind: CauseKind, nullSets: number): number {
  return confirmingInterventions[kind].length * (1 + nullSets);
}

export interface ConfirmedSet {
  readonly kind: CauseKind;
  /** Fall of the score without everything of the kind, by the intervention that chose the set, in nats. */
  readonly wholeFall: number;
  /** Everything of the kind; the set's members are among it. */
  readonly units: readonly CauseUnit[];
  readonly request: MinimalRequest;
  readonly description: RunDescription;
  readonly effects: TokenEffects;
}

interface Tested {
  readonly tested: readonly number[];
  readonly nulls: readonly (readonly number[])[];
  readonly wholeFall: number;
  readonly effects: TokenEffects;
  /** Largest p-value that tells a set apart. */
  readonly alpha: number;
}

/** Sets of positions to compare with: the same shape elsewhere in the picture, or as many other words of the question. */
function nullSetsOf(
  members: readonly CauseUnit[],
  { kind, units, request: { token, nullSets: count, seed }, description }: ConfirmedSet,
): readonly (readonly number[])[] {
  if (kind === "image") {
    const positions = positionsOfUnits(members);
    return imageNullSets(description, { token, positions, kind: "shifted", count, seed }).sets;
  }
  const pool = units.map((_, index) => index);
  const tested = members.map((member) => units.indexOf(member));
  const { sets } = randomSets({ classes: [{ name: "word", pool, tested }], count, seed });
  return sets.map((set) => positionsOfUnits(set.map((index) => units[index]!)));
}

/** Whether taking something away matters at all. */
export function matters(original: MeasuredToken, left: MeasuredToken): boolean {
  return original.score - left.score >= leastFall;
}

/** Compares the fall of the score without the set, by one intervention, with those without null sets. */
async function confirmBy(
  intervention: Removal,
  { tested, nulls, wholeFall, effects, alpha }: Tested,
): Promise<Confirmation> {
  const original = await effects.without([]);
  const set = await effects.without(tested, intervention);
  const fallOf = (left: MeasuredToken): number => original.score - left.score;
  const necessity = fallOf(set) / wholeFall;
  // A set that does not matter needs no null.
  if (!matters(original, set) || necessity < leastShare) {
    return { intervention, necessity, p: 1, nullSets: 0 };
  }
  const { p, sets } = await sequentialTest({
    observed: fallOf(set),
    next: askedTogether(nulls, {
      together,
      valuesOf: async (some) => (await effects.withoutEach(some, intervention)).map(fallOf),
    }).next,
    sets: nulls.length,
    alpha,
  });
  return { intervention, necessity, p, nullSets: sets };
}

/**
 * The interventions that are asked, the first ones of as many as null sets suffice for, and the p-value that each must reach: they
 * share the level of 0.05, so that a set that does no more than others is confirmed by any of them in at most 5 % of cases.
 */
function levelOf(
  all: readonly Removal[],
  nullSets: number,
): { readonly asked: readonly Removal[]; readonly alpha: number } {
  const isEnough = (count: number): boolean => mostAsMuch({ sets: nullSets, alpha: defaultAlpha / count }) >= 0;
  const count = all.findLastIndex((_, index) => isEnough(index + 1)) + 1;
  return { asked: all.slice(0, count), alpha: defaultAlpha / Math.max(1, count) };
}

/** Takes the set away by interventions that did not choose it, until one tells it apart from null sets. */
export async function confirmSet(
  members: readonly CauseUnit[],
  options: ConfirmedSet,
): Promise<Pick<CauseSet, "confirmed" | "confirmedBy">> {
  const { kind, wholeFall, effects } = options;
  const nulls = nullSetsOf(members, options);
  const tested = positionsOfUnits(members);
  const { asked, alpha } = levelOf(confirmingInterventions[kind], nulls.length);
  const confirmedBy: Confirmation[] = [];
  for (const intervention of asked) {
    const confirmation = await confirmBy(intervention, { tested, nulls, wholeFall, effects, alpha });
    confirmedBy.push(confirmation);
    if (confirmation.p <= alpha) return { confirmed: true, confirmedBy };
  }
  return { confirmed: false, confirmedBy };
}
