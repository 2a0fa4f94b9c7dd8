import { describe, expect, it } from "vitest";
import type { RunSummary } from "../../src/server/api.ts";
import { defaultOrder, groundingText, orderAfterClick, searchRuns, sortRuns, whenText } from "./run-facts.ts";

function run(id: string, change: Partial<RunSummary> = {}): RunSummary {
  return {
    id,
    name: "",
    question: "Which way does the arrow point?",
    answer: " right.",
    turns: 1,
    pictures: 1,
    edits: 0,
    probability: 0.9,
    model: "demo",
    created: "2025-03-01T10:00:00.000Z",
    durationMs: 400,
    fileBytes: 1000,
    ...change,
  };
}

const ids = (runs: readonly RunSummary[]): string[] => runs.map(({ id }) => id);

describe("times of runs", () => {
  const now = new Date(2025, 2, 1, 0, 30);
  const at = (...parts: [number, number, number, number, number]): string => new Date(...parts).toISOString();

  it("count calendar days, not spans of 24 hours", () => {
    expect(whenText(at(2025, 2, 1, 0, 5), now)).toBe("today 00:05");
    expect(whenText(at(2025, 1, 28, 23, 59), now)).toBe("yesterday 23:59");
    expect(whenText(at(2025, 1, 27, 23, 59), now)).toBe("2025-02-27");
  });

  it("are empty for what is no time", () => {
    expect(whenText("soon", now)).toBe("");
  });
});

describe("the search", () => {
  const runs = [run("r-1"), run("r-2", { question: "What color is the banana?", answer: "Yellow" })];

  it("needs every word, in any field, whatever the case", () => {
    expect(ids(searchRuns(runs, "yellow BANANA"))).toEqual(["r-2"]);
    expect(ids(searchRuns(runs, "yellow arrow"))).toEqual([]);
    expect(ids(searchRuns(runs, "  r-1 "))).toEqual(["r-1"]);
  });

  it("keeps all where nothing is searched", () => {
    expect(searchRuns(runs, " ")).toHaveLength(2);
  });
});

describe("the order", () => {
  const runs = [
    run("r-9", { created: "2025-03-01T10:00:00.000Z", probability: 0.5 }),
    run("r-10", { created: "2025-03-02T10:00:00.000Z", probability: 0.9 }),
    run("r-2", { created: "2025-02-02T10:00:00.000Z", probability: 0.5 }),
  ];

  it("begins with the newest", () => {
    expect(ids(sortRuns(runs, defaultOrder))).toEqual(["r-10", "r-9", "r-2"]);
  });

  it("counts numbers within ids", () => {
    expect(ids(sortRuns(runs, { by: "id", descending: false }))).toEqual(["r-2", "r-9", "r-10"]);
  });

  it("keeps equal ones as they were, both ways", () => {
    expect(ids(sortRuns(runs, { by: "probability", descending: false }))).toEqual(["r-9", "r-2", "r-10"]);
    expect(ids(sortRuns(runs, { by: "probability", descending: true }))).toEqual(["r-10", "r-9", "r-2"]);
  });

  it("has what was not measured last, both ways", () => {
    const scored = [run("a"), run("b", { grounding: 0.2 }), run("c", { grounding: 0.814 })];
    expect(ids(sortRuns(scored, { by: "grounding", descending: false }))).toEqual(["b", "c", "a"]);
    expect(ids(sortRuns(scored, { by: "grounding", descending: true }))).toEqual(["c", "b", "a"]);
    expect(scored.map(groundingText)).toEqual(["-", "0.20", "0.81"]);
  });

  it("turns around at the second click on a column", () => {
    const once = orderAfterClick(defaultOrder, "question");
    expect(once).toEqual({ by: "question", descending: false });
    expect(orderAfterClick(once, "question").descending).toBe(true);
    expect(orderAfterClick(once, "created").descending).toBe(true);
  });
});
