/** @file Tests of the requests that are made from a selection. */
import { describe, expect, it } from "vitest";
import { numbered } from "../../test/support/example-run.ts";
import { openRunOf } from "../../test/support/open-run.ts";
import { defaultSelection } from "../selection/selection.ts";
import {
  curveMethods,
  placeRequest,
  rivalOf,
  usualChoices,
  verifyRequest,
  wholePictureRequest,
  type TestChoices,
} from "./verify-requests.ts";

const source = { kind: "selection" } as const;
const tokens = { kind: "tokens", positions: [5] } as const;

describe("a test of evidence", () => {
  const given = { token: 2, choices: usualChoices, rival: 9 } as const;

  it("takes fill and null sets from the selection, and is confirmed by other ways", () => {
    const selection = { mask: "selection", fill: "blur", sets: 199 } as const;
    expect(verifyRequest({ evidence: tokens, source }, { ...given, selection })).toEqual({
      kind: "verify",
      token: 2,
      evidence: tokens,
      source,
      fill: "blur",
      confirm: ["others", "knock-out"],
      score: "log-probability",
      nulls: ["shifted", "random"],
      sets: 199,
      seed: 0,
      minimal: false,
    });
  });

  it("follows the settings, and never confirms a fill by itself", () => {
    const of = (fill: "others" | "mean", choices: Partial<TestChoices>, rival?: number) =>
      verifyRequest(
        { evidence: tokens, source },
        {
          token: 2,
          choices: { ...usualChoices, ...choices },
          rival,
          selection: { mask: "selection", fill, sets: 99 },
        },
      );
    expect(of("others", {}).confirm).toEqual(["knock-out"]);
    expect(of("mean", { isConfirmed: false }).confirm).toEqual([]);
    expect(of("mean", { isTwofold: false }).nulls).toEqual(["shifted"]);
    expect(of("mean", { isContrast: true }, 9).score).toEqual({ contrast: 9 });
    expect(of("mean", { isContrast: true }).score).toBe("log-probability");
    expect(of("mean", { isMinimal: true }).minimal).toBe(true);
  });

  it("of heads is the same whatever the fill", () => {
    const evidence = { kind: "heads", heads: [{ layer: 0, head: 1 }] } as const;
    const of = (fill: "mean" | "noise") =>
      verifyRequest({ evidence, source }, { ...given, selection: { mask: "heads", fill, sets: 99 } });
    expect(of("noise")).toEqual(of("mean"));
    expect(of("mean").confirm).toEqual([]);
  });

  it("of the whole picture replaces every patch by the mean color, whatever is chosen", () => {
    const selection = { ...defaultSelection, fill: "knock-out", sets: 199, mask: "heads" } as const;
    expect(wholePictureRequest(openRunOf(), selection, 1)).toEqual({
      kind: "verify",
      token: 1,
      evidence: { kind: "tokens", positions: [1, 2, 3, 4, 9, 10, 11, 12, 13, 14] },
      source,
      fill: "mean",
      confirm: [],
      score: "log-probability",
      nulls: ["shifted"],
      sets: 99,
      seed: 0,
      minimal: false,
    });
  });

  it("makes a contrast to the most probable other token", () => {
    const { description } = openRunOf().document;
    expect(rivalOf(description, 0)).toBe(3);
    const alone = description.answerTokens.map((each) => ({ ...each, alternatives: each.alternatives.slice(0, 1) }));
    expect(rivalOf({ ...description, answerTokens: alone }, 0)).toBeUndefined();
  });
});

describe("a test of a place", () => {
  it("is of the selected patches, and never knocked out", () => {
    const run = openRunOf();
    const selection = { ...defaultSelection, patches: [0, 5], fill: "knock-out" } as const;
    expect(placeRequest(run, selection, 2)).toEqual({
      kind: "place",
      token: 2,
      positions: [1, 10],
      fill: "mean",
      seed: 0,
    });
    expect(placeRequest(run, { ...selection, fill: "noise" }, 2)?.fill).toBe("noise");
    expect(placeRequest(run, defaultSelection, 2)).toBeUndefined();
  });
});

describe("curves", () => {
  const run = openRunOf({
    attention: new Float32Array(60),
    tensors: {
      rollout: numbered([3, 20]),
      "relevancy.exact.language": numbered([3, 20]),
      "relevancy.exact.vision": numbered([3, 10]),
      "occlusion.1": numbered([10]),
    },
  });

  it("are measured of the maps that the run holds of the token", () => {
    expect(curveMethods(run, "patches", 0)).toEqual([
      "relevancy.language",
      "relevancy.vision",
      "attention",
      "rollout",
      "causes",
    ]);
    expect(curveMethods(run, "patches", 1)).toContain("occlusion");
    expect(curveMethods(openRunOf(), "patches", 0)).toEqual([]);
  });

  it("over text are those of maps that give text a number", () => {
    expect(curveMethods(run, "text", 1)).toEqual(["relevancy.language", "attention", "rollout", "causes"]);
  });
});
