/** @file The score of one picture and two models, of made-up maps. */
import { describe, expect, it } from "vitest";
import { pairLead, shareIn } from "./pair.ts";
import { pairLines, pairScores, toldApart } from "./pair-table.ts";

const thing = [1, 0.5, 0, 0];
const tag = [0, 0, 0, 1];

describe("shareIn()", () => {
  it("is the share of the positive part, words included", () => {
    expect(shareIn({ map: [2, 2, -5, 1], rest: 0 }, thing)).toBe(3 / 5);
    expect(shareIn({ map: [2, 2, -5, 1], rest: 5 }, thing)).toBe(3 / 10);
  });

  it("is nothing of a map that shows nothing", () => {
    expect(shareIn({ map: [0, 0, 0, 0], rest: 0 }, thing)).toBe(0);
  });
});

describe("pairLead()", () => {
  const onThing = { map: [1, 0, 0, 0], rest: 0 };
  const onTag = { map: [0, 0, 0, 1], rest: 0 };
  const onText = { map: [1, 0, 0, 0], rest: 3 };

  it("is above 0 if the twin's map lies more on the thing", () => {
    expect(pairLead({ demo: onText, twin: onThing }, { thing })).toBe(0.75);
    expect(pairLead({ demo: onThing, twin: onText }, { thing })).toBe(-0.75);
  });

  it("counts the tag for the demo model, and both together", () => {
    expect(pairLead({ demo: onTag, twin: onThing }, { thing, tag })).toBe(2);
    expect(pairLead({ demo: onThing, twin: onTag }, { thing, tag })).toBe(-2);
  });

  it("is 0 if both maps are the same, whatever they show", () => {
    expect(pairLead({ demo: onThing, twin: onThing }, { thing, tag })).toBe(0);
  });
});

it("tells apart, takes one for the other, or does neither", () => {
  expect([0.2, -0.2, 0, 1e-9].map(toldApart)).toEqual([1, 0, 0.5, 0.5]);
});

describe("the table", () => {
  const findings = Array.from({ length: 6 }, (_, scene) => ({
    scene: `scene ${scene}`,
    kind: "banana" as const,
    leads: { good: 0.3, blind: 0, ...(scene === 0 ? { rare: 0.1 } : {}) },
  }));

  it("scores each method over the questions that it shows something of", () => {
    expect(pairScores(findings).map(({ method, questions, apart }) => [method, questions, apart.mean])).toEqual([
      ["good", 6, 1],
      ["blind", 6, 0.5],
      ["rare", 1, 1],
    ]);
  });

  it("marks what is clearly above chance", () => {
    const lines = pairLines(findings);
    expect(lines.find((line) => line.startsWith("good"))).toContain("100 [100, 100] *");
    expect(lines.find((line) => line.startsWith("blind"))).not.toContain("*");
    expect(lines.find((line) => line.startsWith("rare"))).not.toContain("*");
  });
});
