import { describe, expect, it } from "vitest";
import type { EditStep } from "../../src/run/types.ts";
import { changeSteps, newHistory, redo, undo, undoLimit } from "./history.ts";

const step = (size: number): EditStep => ({ tool: "pen", points: [0, 0], size, color: "#808080" });

describe("the history of an edit", () => {
  it("goes back to the steps that it began with, and forth again", () => {
    const begun = newHistory([step(1)]);
    const two = changeSteps(begun, [step(1), step(2)]);
    const none = changeSteps(two, []);
    expect(undo(none).steps).toEqual([step(1), step(2)]);
    expect(undo(undo(none)).steps).toEqual([step(1)]);
    expect(undo(undo(undo(none))).steps).toEqual([step(1)]);
    expect(redo(redo(undo(undo(none)))).steps).toEqual([]);
    expect(redo(none)).toBe(none);
  });

  it("forgets what was undone once something else is done", () => {
    const branched = changeSteps(undo(changeSteps(newHistory(), [step(1)])), [step(2)]);
    expect(redo(branched).steps).toEqual([step(2)]);
  });

  it("undoes a hundred changes and no more", () => {
    let history = newHistory();
    for (let i = 1; i <= undoLimit + 5; i++) history = changeSteps(history, [...history.steps, step(i)]);
    let undone = 0;
    for (let before = undo(history); before !== history; before = undo(history)) {
      history = before;
      undone++;
    }
    expect(undone).toBe(100);
    expect(history.steps).toHaveLength(5);
  });
});
