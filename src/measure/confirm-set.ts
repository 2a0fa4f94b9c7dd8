/** @file Confirms a set of minimal causes by interventions that did not choose it, against other sets of as many members. */
import { randomSets } from "../methods/perturbation/random-sets.ts";
import type { CauseKind } from "../run/measure-choices.ts";
import type { CauseSet, MinimalRequest } from "../run/measures.ts";
import type { CauseUnit } from "./cause-units.ts";
import type { TokenEffects } from "./token-effects.ts";

type Confirmation = CauseSet["confirmedBy"][number];

/** Largest p-value of a set that is told apart from chance. */
const significance = 0.05;

/** Times that the model is asked for a set that is confirmed. */
export function confirmationCalls(nullSets: number): number {
  return 2 + nullSets;
}

/** Compares the fall of the score without the set, by the knock-out of attention, with the falls without other sets. */
export async function confirmSet(
  members: readonly CauseUnit[],
  {
    units,
    request: { nullSets, seed },
    effects,
  }: {
    readonly kind: CauseKind;
    readonly units: readonly CauseUnit[];
    readonly request: MinimalRequest;
    readonly effects: TokenEffects;
  },
): Promise<Pick<CauseSet, "confirmed" | "confirmedBy">> {
  const indices = units.map((_, index) => index);
  const tested = members.map((member) => units.indexOf(member));
  const drawn = randomSets({ classes: [{ name: "unit", pool: indices, tested }], count: nullSets, seed });
  const positionsOf = (some: readonly number[]): number[] =>
    some.flatMap((index) => units[index]!).sort((a, b) => a - b);
  const fallOf = async (some: readonly number[]): Promise<number> =>
    (await effects.without([], "knock-out")).score - (await effects.without(positionsOf(some), "knock-out")).score;
  const [whole, fall] = [await fallOf(indices), await fallOf(tested)];
  let asMuch = 0;
  for (const set of drawn.sets) if ((await fallOf(set)) >= fall) asMuch += 1;
  const confirmation: Confirmation = {
    intervention: "knock-out",
    necessity: whole > 0 ? fall / whole : 0,
    p: (1 + asMuch) / (1 + drawn.sets.length),
    nullSets: drawn.sets.length,
  };
  return { confirmed: confirmation.p <= significance, confirmedBy: [confirmation] };
}
