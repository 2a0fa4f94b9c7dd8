/** @file Tests of the settings in words. */
import { describe, expect, it } from "vitest";
import { alphas } from "../../src/run/causes.ts";
import { alphaText, moreEdges } from "./settings-text.ts";

describe("settings", () => {
  it("write alpha as a decade", () => {
    expect(alphas.map(alphaText)).toEqual(["1e-7", "1e-6", "1e-5", "1e-4", "1e-3", "1e-2"]);
  });

  it("that keep more edges are a larger alpha and a lower threshold, as long as there are any", () => {
    expect(moreEdges({ alpha: 1e-5, threshold: 0.005 })).toEqual({ alpha: 1e-4, threshold: 0.002 });
    expect(moreEdges({ alpha: 1e-2, threshold: 0.001 })).toEqual({ threshold: 0 });
    expect(moreEdges({ alpha: 1e-2, threshold: 0 })).toEqual({});
  });
});
