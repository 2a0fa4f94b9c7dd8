/** @file Tests of the region search: against plain greedy search over made-up probabilities, and within its budget. */
import { describe, expect, it } from "vitest";
import { mostEvaluations, regionValues, searchRegions, type SetScore } from "./region-search.ts";

const weights = [0.05, 0.4, 0.1, 0.3, 0.02, 0.08];
/** Diminishing returns: what a set shows of the token, and what is left of it without the set. */
const shown = (set: readonly number[]) => 1 - set.reduce((missing, region) => missing * (1 - weights[region]!), 1);
const scoreOf = (set: readonly number[]): SetScore => ({
  insight: shown(set),
  necessity: 1 - shown(weights.map((_, region) => region).filter((region) => !set.includes(region))),
});

/** The order in which every region left is scored at every step. */
function plainGreedy(): { region: number; gain: number }[] {
  const order: { region: number; gain: number }[] = [];
  const total = (set: readonly number[]) => scoreOf(set).insight + scoreOf(set).necessity;
  while (order.length < weights.length) {
    const chosen = order.map(({ region }) => region);
    const gains = weights.flatMap((_, region) =>
      chosen.includes(region) ? [] : [{ region, gain: total([...chosen, region]) - total(chosen) }],
    );
    order.push(gains.sort((a, b) => b.gain - a.gain)[0]!);
  }
  return order;
}

function counted() {
  let evaluations = 0;
  const score = (sets: readonly (readonly number[])[]) => {
    evaluations += sets.length;
    return Promise.resolve(sets.map(scoreOf));
  };
  return { score, evaluations: () => evaluations };
}

describe("searchRegions()", () => {
  it("finds the order of a plain greedy search", async () => {
    const { score, evaluations } = counted();
    const { chosen, rest } = await searchRegions({ regions: 6, nothing: scoreOf([]), budget: 1000, score });
    expect(evaluations()).toBe(mostEvaluations(6));
    expect(chosen.map(({ region }) => region)).toEqual(plainGreedy().map(({ region }) => region));
    expect(chosen.map(({ gain }) => gain)).toBeCloseToArray(
      plainGreedy().map(({ gain }) => gain),
      1e-12,
    );
    expect(chosen.at(-1)).toMatchObject(scoreOf([0, 1, 2, 3, 4, 5]));
    expect(rest).toEqual([]);
  });

  it("takes no more evaluations than its budget, and ranks the rest by what it saw", async () => {
    for (const budget of [6, 7, 9]) {
      const { score, evaluations } = counted();
      const { chosen, rest } = await searchRegions({ regions: 6, nothing: scoreOf([]), budget, score });
      expect(evaluations()).toBeLessThanOrEqual(budget);
      expect([...chosen, ...rest].map(({ region }) => region).sort()).toEqual([0, 1, 2, 3, 4, 5]);
      expect(chosen[0]!.region).toBe(1);
    }
    await expect(
      searchRegions({ regions: 6, nothing: scoreOf([]), budget: 5, score: counted().score }),
    ).rejects.toThrow("6 regions need as many evaluations, got a budget of 5");
  });
});

describe("regionValues()", () => {
  it("fall along the order, also if a later region gained more", () => {
    const scores = { insight: 0, necessity: 0 };
    const values = regionValues({
      chosen: [
        { region: 2, gain: 0.1, ...scores },
        { region: 0, gain: 0.5, ...scores },
      ],
      rest: [
        { region: 1, gain: 0.2 },
        { region: 3, gain: -0.1 },
      ],
    });
    expect([...values]).toEqual([0.5, 0.2, 0.5, -0.1]);
  });
});
