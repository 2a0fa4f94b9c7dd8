/** @file Tests of which test is shown, and of what shows an earlier one again. */
import { describe, expect, it } from "vitest";
import { defaultCausalSettings } from "../../src/run/causes.ts";
import type { CurvesResult, PlaceResult, VerifyRequest, VerifyResult } from "../../src/run/measures.ts";
import { exampleEarlierTest, exampleMeasures } from "../../test/support/example-run.ts";
import { openRunOf } from "../../test/support/open-run.ts";
import { choiceOf, earlierTestsOf, fittingCurves, fittingPlace, fittingTest, testsOf } from "./fitting-test.ts";

const [example, curves] = exampleMeasures as unknown as [VerifyResult, CurvesResult];
const place = exampleMeasures.find(({ request }) => request.kind === "place") as PlaceResult;
const test = (change: Partial<VerifyRequest>, probability = 0.1): VerifyResult => ({
  ...example,
  masked: { score: Math.log(probability), probability },
  request: {
    ...example.request,
    evidence: { kind: "tokens", positions: [2, 5] },
    source: { kind: "selection" },
    ...change,
  },
});

describe("the test that fits", () => {
  it("is the newest of this evidence, in whatever order, for this token by this fill", () => {
    const measures = [
      test({}, 0.1),
      test({ evidence: { kind: "tokens", positions: [5, 2] } }, 0.2),
      test({ token: 1 }, 0.3),
      test({ fill: "blur" }, 0.4),
      test({ evidence: { kind: "tokens", positions: [2] } }, 0.5),
    ];
    expect(fittingTest(measures, test({}).request)?.masked.probability).toBe(0.2);
    expect(fittingTest(measures, test({ token: 2 }).request)).toBeUndefined();
  });

  it("has as many null sets and the score that are chosen, where there is such a one", () => {
    const contrast = { contrast: 7 };
    const measures = [test({ sets: 199 }, 0.1), test({ score: contrast }, 0.3), test({ sets: 99 }, 0.2)];
    expect(fittingTest(measures, test({ sets: 199 }).request)?.masked.probability).toBe(0.1);
    expect(fittingTest(measures, test({ sets: 499 }).request)?.masked.probability).toBe(0.2);
    expect(fittingTest(measures, test({ score: contrast }).request)?.masked.probability).toBe(0.3);
  });

  it("of heads does not mind the fill", () => {
    const evidence = { kind: "heads", heads: [{ layer: 0, head: 1 }] } as const;
    expect(fittingTest([test({ evidence, fill: "noise" }, 0.7)], test({ evidence }).request)?.masked.probability).toBe(
      0.7,
    );
  });

  it("is found of curves and of places", () => {
    const asked = { token: 0, over: "patches", fill: "blur" } as const;
    expect(fittingCurves(exampleMeasures, asked, "attention")).toBe(curves);
    expect(fittingCurves(exampleMeasures, asked, "rollout")).toBeUndefined();
    expect(fittingCurves(exampleMeasures, { ...asked, fill: "mean" }, "attention")).toBeUndefined();
    expect(fittingPlace(exampleMeasures, place.request)).toBe(place);
    expect(fittingPlace(exampleMeasures, { ...place.request, positions: [3] })).toBeUndefined();
    expect(fittingPlace(exampleMeasures, undefined)).toBeUndefined();
  });

  it("lists the tests of a token, the newest first", () => {
    const measures = [test({}, 0.1), test({ token: 1 }, 0.2), test({ fill: "blur" }, 0.3)];
    expect(testsOf(measures, 0).map(({ masked }) => masked.probability)).toEqual([0.3, 0.1]);
    expect(testsOf(undefined, 0)).toEqual([]);
    const earlier = [exampleEarlierTest, ...measures];
    expect(testsOf(earlier, 0)).toHaveLength(2);
    expect([earlierTestsOf(earlier, 0), earlierTestsOf(earlier, 1)]).toEqual([[exampleEarlierTest], []]);
  });
});

describe("what shows a test again", () => {
  const importance = { token: 0, layer: 1, image: [0.5, 3, 2], text: [2, 0.3, 0.5] };
  const run = openRunOf({ findings: { headImportance: () => importance } });
  const choice = (change: Partial<VerifyRequest>) => choiceOf(run, test(change).request);
  const fillAndSets = { fill: "mean", sets: 99 };

  it("is the graph of an explanation set with all its settings", () => {
    const graph = { layer: 0, head: 2, radius: 2, ...defaultCausalSettings, alpha: 1e-3 } as const;
    expect(choice({ source: { kind: "causes", ...graph } })).toEqual({
      mask: "causes",
      causesLayer: 0,
      causesHead: 2,
      radius: 2,
      causesVariant: "exact",
      alpha: 1e-3,
      samples: 128,
      signRule: "two-sided",
      threshold: 0.005,
      ...fillAndSets,
    });
    // The page has no control for this alpha, but one for each of its members.
    expect(choice({ source: { kind: "causes", ...graph, alpha: 0.02 } })).toMatchObject({ mask: "selection" });
  });

  it("is what to select, as far as it can be selected", () => {
    const selected = { mask: "selection", patches: [1], words: [5], ...fillAndSets };
    expect(choice({})).toEqual(selected);
    expect(choice({ source: { kind: "top", map: "rollout" } })).toEqual(selected);
    // Position 7 is an earlier answer.
    expect(choice({ evidence: { kind: "tokens", positions: [2, 7] } })).toBeUndefined();
  });

  it("is the whole picture, where that is what was masked with the mean color", () => {
    const evidence = { kind: "tokens", positions: [1, 2, 3, 4, 9, 10, 11, 12, 13, 14] } as const;
    expect(choice({ evidence })).toEqual({ mask: "picture" });
    expect(choice({ evidence, fill: "blur" })).toMatchObject({ mask: "selection", patches: { length: 10 } });
  });

  it("is a head, or the most important ones of a layer", () => {
    const of = (...heads: [number, number][]) =>
      choice({ evidence: { kind: "heads", heads: heads.map(([layer, head]) => ({ layer, head })) } });
    expect(of([0, 2])).toEqual({ mask: "heads", layer: 0, head: 2, sets: 99 });
    expect(of([1, 1], [1, 2])).toEqual({ mask: "heads", layer: 1, head: null, maskCount: 2, sets: 99 });
    expect(of([1, 0], [1, 2])).toBeUndefined();
    expect(of([0, 1], [1, 1])).toBeUndefined();
  });
});
