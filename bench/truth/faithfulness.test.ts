/** @file Which questions deletion and insertion are measured on, and which way is better. */
import { describe, expect, it } from "vitest";
import type { Asked } from "./asking.ts";
import { faithfulnessNames, faithfulnessQuestions, stepShares } from "./faithfulness.ts";
import { areaSummary, faithfulnessLines } from "./faithfulness-table.ts";

function asked(scene: number, changes: Partial<Asked["question"]> = {}, right = true): Asked {
  const question = {
    name: `q${scene}`,
    scene: `scene ${scene}`,
    family: "color",
    shortcut: null,
    evidence: "mask.png",
  };
  return {
    question: { ...question, picture: "", text: "", form: "open", key: "red", choices: ["red"], ...changes },
    answer: "red",
    right,
    token: { index: 0, text: "red" },
    texts: ["red"],
    decisive: { index: 0, text: "red" },
  };
}

describe("faithfulnessQuestions()", () => {
  it("takes the first right grounded question of each scene", () => {
    const list = [
      asked(1, { name: "wrong" }, false),
      asked(1, { name: "banana", shortcut: "prior" }),
      asked(1, { name: "restated", restated: true }),
      asked(1, { name: "no mask", evidence: undefined }),
      asked(1, { name: "first" }),
      asked(1, { name: "second" }),
      asked(2, { name: "other scene" }),
    ];
    expect(faithfulnessQuestions(list).map(({ question }) => question.name)).toEqual(["first", "other scene"]);
  });

  it("spreads thirty evenly over more scenes", () => {
    const found = faithfulnessQuestions(Array.from({ length: 60 }, (_, scene) => asked(scene)));
    expect(found.map(({ question }) => question.name)).toEqual(Array.from({ length: 30 }, (_, i) => `q${2 * i}`));
  });
});

describe("stepShares", () => {
  it("go from nothing to everything", () => {
    expect([stepShares[0], stepShares.at(-1)]).toEqual([0, 1]);
    expect([...stepShares].sort((a, b) => a - b)).toEqual(stepShares);
  });
});

describe("areaSummary() and faithfulnessLines()", () => {
  const names = ["center", ...faithfulnessNames];
  const findings = Array.from({ length: 6 }, (_, i) => ({
    name: `q${i}`,
    scene: `scene ${i}`,
    full: 0.9,
    empty: 0.1,
    areas: {
      random: { deletion: 0.5, insertion: 0.5 },
      ...Object.fromEntries(names.map((name) => [name, { deletion: 0.3 + i / 100, insertion: 0.3 + i / 100 }])),
    },
  }));

  it("compares question by question with random orders", () => {
    const { area, overRandom } = areaSummary(findings, "rollout", "deletion");
    expect(area.mean).toBeCloseTo(0.325, 12);
    expect(overRandom.mean).toBeCloseTo(-0.175, 12);
    expect(overRandom.interval!.high).toBeLessThan(-0.15);
  });

  it("calls a smaller area better under deletion and worse under insertion", () => {
    const line = faithfulnessLines(findings).find((each) => each.startsWith("rollout"))!;
    expect(line).toMatch(/\] \* .*\] -$/);
  });
});
