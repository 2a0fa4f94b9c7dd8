/** @file What verified causes come to: goals and their measures, of made-up findings. */
import { describe, expect, it } from "vitest";
import { causesGoals, causesLines, leadingSet, medianOf } from "./causes-table.ts";
import type { CausesFinding, FoundSet } from "./causes.ts";
import type { Origin } from "./grounding.ts";

function set(size: number, changes: Partial<FoundSet> = {}): FoundSet {
  const positions = Array.from({ length: size }, (_, i) => i);
  return { positions, necessity: 0.95, sufficiency: 0.5, confirmed: true, inside: { evidence: 0.5 }, ...changes };
}

function finding(scene: number, origin: Origin, sets: readonly FoundSet[] | null): CausesFinding {
  const verdict =
    sets === null ? "nothing to test" : sets.some(({ confirmed }) => confirmed) ? "verified" : "not confirmed";
  const image = {
    verdict: sets?.length === 0 ? "none found" : verdict,
    chosenBy: "mean",
    wholeFall: 3,
    units: 100,
    calls: 50,
    sets: sets ?? [],
  } as const;
  const text = { verdict: "none found", chosenBy: "knock-out", wholeFall: 1, units: 6, calls: 10, sets: [] } as const;
  const area = { evidence: 0.05, ...(origin === "tag" ? { tag: 0.02 } : {}) };
  return { name: `q${scene}`, scene: `scene ${scene}`, origin, image, text, area, shuffled: null, processorSeconds: 2 };
}

function goalsOf(...findings: readonly CausesFinding[]): Record<string, boolean> {
  return Object.fromEntries(causesGoals(findings).map(({ name, met }) => [name.split(" (")[0]!, met]));
}

describe("causesGoals()", () => {
  it("judges grounded answers by those that depend on the picture alone", () => {
    const good = Array.from({ length: 9 }, (_, scene) => finding(scene, "grounded", [set(4)]));
    expect(goalsOf(...good, finding(9, "grounded", null))).toEqual({
      "grounded and the picture matters: a set of patches exists": true,
      "of these sets: confirmed by the other interventions": true,
      "median size, share of all patches": true,
      "share of the set inside the thing, times its area": true,
    });
  });

  it("misses each where it should", () => {
    const missed = [
      finding(0, "grounded", []),
      finding(1, "grounded", [set(30, { confirmed: false, inside: { evidence: 0.1 } })]),
    ];
    expect(Object.values(goalsOf(...missed))).toEqual([false, false, false, false]);
  });

  it("lets no set be verified if the picture does not matter, and wants the tag rather than the apples", () => {
    expect(goalsOf(finding(0, "prior", null), finding(1, "door", [set(2, { confirmed: false })]))).toEqual({
      "banana and door: no set of patches is verified": true,
    });
    expect(goalsOf(finding(0, "prior", [set(2)]))).toEqual({ "banana and door: no set of patches is verified": false });
    const onTag = set(2, { inside: { evidence: 0.1, tag: 0.7 } });
    expect(goalsOf(finding(0, "tag", [onTag]))).toEqual({
      "apples: a verified set lies on the tag more than on the apples": true,
    });
    expect(Object.values(goalsOf(finding(0, "tag", [set(2)])))).toEqual([false]);
  });

  it("asks for no set if only other pictures change the answer", () => {
    const { image, ...rest } = finding(0, "grounded", []);
    expect(goalsOf({ ...rest, image: { ...image, chosenBy: "others" } })).toEqual({});
  });

  it("counts how often sets of other questions pass", () => {
    const shuffled = (confirmed: boolean) => ({ ...finding(0, "grounded", null), shuffled: { from: "q", confirmed } });
    const name = "sets of another question pass";
    expect(goalsOf(...Array.from({ length: 19 }, () => shuffled(false)), shuffled(true))).toEqual({ [name]: true });
    expect(goalsOf(...Array.from({ length: 18 }, () => shuffled(false)), shuffled(true))).toEqual({ [name]: false });
  });
});

it("takes the first confirmed set for the one that speaks, else the first", () => {
  const [weak, strong] = [set(1, { confirmed: false }), set(2)];
  expect(leadingSet(finding(0, "grounded", [weak, strong]))).toBe(strong);
  expect(leadingSet(finding(0, "grounded", [weak]))).toBe(weak);
  expect(leadingSet(finding(0, "grounded", null))).toBeUndefined();
});

it("gives a median with an interval from five scenes on, those without a number left out", () => {
  const sizes = [1, 2, 3, 4, 50, null].map((size, scene) =>
    finding(scene, "grounded", size === null ? null : [set(size)]),
  );
  const { mean, interval } = medianOf(sizes, (each) => leadingSet(each)?.positions.length);
  expect(mean).toBe(3);
  expect(interval!.low).toBeLessThanOrEqual(3);
  expect(interval!.high).toBeGreaterThanOrEqual(3);
  expect(medianOf(sizes.slice(0, 4), () => 1).interval).toBeUndefined();
});

it("prints what a verified set costs over all questions of a group", () => {
  const lines = causesLines([finding(0, "grounded", [set(4)]), finding(1, "grounded", null)]);
  const cells = (name: string) =>
    lines
      .find((line) => line.startsWith(name))
      ?.split(/ {2,}/)
      .slice(1);
  expect(cells("forwards a verified set")).toEqual(["120.0"]);
  expect(cells("processor seconds a verified set")).toEqual(["4.0"]);
});
