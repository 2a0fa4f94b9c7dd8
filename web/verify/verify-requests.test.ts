/** @file Tests of the requests that are made from a selection. */
import { describe, expect, it } from "vitest";
import { numbered } from "../../test/support/example-run.ts";
import { openRunOf } from "../../test/support/open-run.ts";
import { defaultSelection } from "../selection/selection.ts";
import { curveMethods, placeRequest, verifyRequest, wholePictureRequest } from "./verify-requests.ts";

const source = { kind: "selection" } as const;
const tokens = { kind: "tokens", positions: [5] } as const;

describe("a test of evidence", () => {
  it("takes fill and random sets from the selection", () => {
    const selection = { mask: "selection", fill: "blur", sets: 200 } as const;
    expect(verifyRequest({ evidence: tokens, source }, { token: 2, selection, minimal: true })).toEqual({
      kind: "verify",
      token: 2,
      evidence: tokens,
      source,
      fill: "blur",
      sets: 200,
      seed: 0,
      minimal: true,
    });
  });

  it("of heads is the same whatever the fill", () => {
    const evidence = { kind: "heads", heads: [{ layer: 0, head: 1 }] } as const;
    const of = (fill: "mean" | "noise") =>
      verifyRequest({ evidence, source }, { token: 0, selection: { mask: "heads", fill, sets: 20 }, minimal: false });
    expect(of("noise")).toEqual(of("mean"));
  });

  it("of the whole picture replaces every patch by the mean color, whatever is chosen", () => {
    const selection = { ...defaultSelection, fill: "knock-out", sets: 200, mask: "heads" } as const;
    expect(wholePictureRequest(openRunOf(), selection, 1)).toEqual({
      kind: "verify",
      token: 1,
      evidence: { kind: "tokens", positions: [1, 2, 3, 4, 9, 10, 11, 12, 13, 14] },
      source,
      fill: "mean",
      sets: 20,
      seed: 0,
      minimal: false,
    });
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
