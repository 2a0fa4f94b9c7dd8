/** @file Tests of the judgment of places. */
import { describe, expect, it } from "vitest";
import { judgePlace } from "./place.ts";

/** The judgment if the probability of 1 drops by these without the place, with the place alone, and without the whole picture. */
const judge = (place: number, rest: number, whole: number) =>
  judgePlace({ original: 1, withoutPlace: 1 - place, onlyPlace: 1 - rest, withoutImage: 1 - whole });

describe("judgePlace", () => {
  it("says that the expected place matters where the answer is lost without it and kept with it alone", () => {
    expect(judge(0.9, 0, 0.95)).toBe("expected-place");
    expect(judge(0.9, 0.5, 0.95)).toBe("expected-place");
  });

  it("says that another place matters where the expected one can go and the rest cannot", () => {
    expect(judge(0.01, 0.9, 0.9)).toBe("wrong-place");
    expect(judge(-0.1, 0.3, 0.2)).toBe("wrong-place");
  });

  it("says that the picture does not matter where nothing of it does", () => {
    expect(judge(0.01, 0.02, 0.03)).toBe("not-the-image");
    expect(judge(-0.5, -0.2, 0)).toBe("not-the-image");
  });

  it("decides nothing in between", () => {
    // Both are needed alike; both help a little; each alone is enough, though the picture matters.
    expect(judge(0.9, 0.95, 0.95)).toBe("undecided");
    expect(judge(0.2, 0.9, 0.9)).toBe("undecided");
    expect(judge(0.01, 0.02, 0.9)).toBe("undecided");
  });

  it("never names a place that can go without loss as the expected one, nor one that is needed as the wrong one", () => {
    const falls = Array.from({ length: 26 }, (_, i) => (i - 5) / 20);
    for (const place of falls) {
      for (const rest of falls) {
        for (const whole of falls) {
          const judgment = judge(place, rest, whole);
          if (judgment === "expected-place") expect(place).toBeGreaterThan(0.25);
          if (judgment === "wrong-place") expect(place).toBeLessThanOrEqual(0.05 + 1e-12);
          if (judgment === "not-the-image") expect(Math.max(place, rest, whole)).toBeLessThanOrEqual(0.05 + 1e-12);
        }
      }
    }
  });
});
