/** @file Tests of ids of runs: plain names that every file system takes. */
import { describe, expect, it } from "vitest";
import { isRunId, runFileEnding } from "./run-id.ts";

describe("isRunId", () => {
  it.each([
    "r-0001",
    "arrow",
    "by hand",
    "Pfeil, rechts (2)",
    "é",
    "矢印",
    "con1",
    "com",
    "common",
    "com10",
    "a.con",
    "x.",
  ])("takes %j", (id) => {
    expect(isRunId(id)).toBe(true);
  });

  it.each(["", ".", "..", ".hidden", "a/b", "a\\b", "a\0", "a\nb", "a:b", "a ", "\u202ea", "\ud800", "-".repeat(151)])(
    "refuses %j",
    (id) => {
      expect(isRunId(id)).toBe(false);
    },
  );

  it("counts bytes, not characters", () => {
    const most = Math.floor((255 - runFileEnding.length) / 2);
    expect(isRunId("é".repeat(most))).toBe(true);
    expect(isRunId("é".repeat(most + 1))).toBe(false);
    expect(isRunId("矢".repeat(79))).toBe(true);
    expect(isRunId("矢".repeat(80))).toBe(false);
    expect(isRunId("😀".repeat(60))).toBe(false);
  });

  it.each(["CON", "con", "nul", "PRN", "aux", "COM1", "lpt9", "COM¹", "lpt³", "com0", "nul.txt", "Con.a.b", "AUX .x"])(
    "refuses the device %s of Windows",
    (id) => {
      expect(isRunId(id)).toBe(false);
    },
  );
});
