/** @file Tests of collecting warnings: each sentence once, within limits. */
import { describe, expect, it } from "vitest";
import { collectWarnings, maxWarningLength, maxWarnings, shownFile } from "./warnings.ts";

describe("collectWarnings", () => {
  it("keeps each sentence once, in the order of their first appearance", () => {
    const warnings = collectWarnings();
    for (const sentence of ["b.", "a.", "b."]) warnings.warn(sentence);
    expect(warnings.list()).toEqual(["b.", "a."]);
  });

  it("keeps no more and no longer sentences than its limits", () => {
    const warnings = collectWarnings();
    for (let index = 0; index < 2 * maxWarnings; index++) warnings.warn(`${index} ${"x".repeat(5_000)}`);
    expect(warnings.list()).toHaveLength(maxWarnings);
    expect(Math.max(...warnings.list().map(({ length }) => length))).toBe(maxWarningLength);
  });

  it("names files without their folder", () => {
    expect(shownFile("/home/someone/model/config.json")).toBe("config.json");
  });
});
