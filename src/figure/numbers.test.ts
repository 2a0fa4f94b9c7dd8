/** @file Numbers are written as the page's wording rules say. */
import { describe, expect, it } from "vitest";
import {
  formatBits,
  formatBytes,
  formatDuration,
  formatFixed,
  formatProbability,
  formatRelevancy,
  formatShare,
  formatSigned,
} from "./numbers.ts";

describe("numbers of the page", () => {
  it("gives each quantity its decimals", () => {
    expect(formatProbability(0.93449)).toBe("0.934");
    expect(formatProbability(0.99951)).toBe(">0.999");
    expect(formatProbability(0.0004)).toBe("<0.001");
    expect(formatShare(0.236)).toBe("0.24");
    expect(formatFixed(0.01296, 4)).toBe("0.0130");
    expect(formatRelevancy(1.23456)).toBe("1.235");
    expect(formatBits(0.0999)).toBe("0.10");
    expect(formatBytes(5.1e9)).toBe("5.1 GB");
  });

  it("writes a sign on differences, and none on zero or what rounds to it", () => {
    expect(formatSigned(0.236, 3)).toBe("+0.236");
    expect(formatSigned(-0.236, 3)).toBe("\u22120.236");
    expect(formatSigned(0, 3)).toBe("0.000");
    expect(formatSigned(-0.0001, 3)).toBe("0.000");
    expect(formatSigned(0.0001, 3)).toBe("0.000");
    expect(formatFixed(-2, 1)).toBe("\u22122.0");
  });

  it("changes from milliseconds to seconds to minutes where the smaller unit would round up to the larger", () => {
    expect(formatDuration(410)).toBe("410 ms");
    expect(formatDuration(999.4)).toBe("999 ms");
    expect(formatDuration(999.5)).toBe("1.0 s");
    expect(formatDuration(21_440)).toBe("21.4 s");
    expect(formatDuration(119_949)).toBe("119.9 s");
    expect(formatDuration(119_950)).toBe("2 min 0 s");
    expect(formatDuration(185_000)).toBe("3 min 5 s");
  });

  it("writes a dash for what is no number", () => {
    for (const format of [formatProbability, formatShare, formatRelevancy, formatDuration]) {
      expect(format(Number.NaN)).toBe("-");
    }
    expect(formatSigned(Number.POSITIVE_INFINITY, 2)).toBe("-");
  });
});
