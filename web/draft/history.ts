/** @file The steps of an edit with what can be undone and redone. */
import type { EditStep } from "../../src/run/types.ts";

/** Lists of steps are never changed, so that the past shares its steps with the present. */
export interface EditHistory {
  readonly steps: readonly EditStep[];
  /** Oldest first. */
  readonly past: readonly (readonly EditStep[])[];
  /** What was undone, the next to redo last. */
  readonly future: readonly (readonly EditStep[])[];
}

export const undoLimit = 100;

/** Begins with the steps of a picture that was edited before. */
export function newHistory(steps: readonly EditStep[] = []): EditHistory {
  return { steps, past: [], future: [] };
}

/** A change of the whole list, such as one step more, one step less, or none at all. */
export function changeSteps(history: EditHistory, steps: readonly EditStep[]): EditHistory {
  return { steps, past: [...history.past, history.steps].slice(-undoLimit), future: [] };
}

/** The history before its last change; the same where nothing can be undone. */
export function undo(history: EditHistory): EditHistory {
  const before = history.past.at(-1);
  if (before === undefined) return history;
  return { steps: before, past: history.past.slice(0, -1), future: [...history.future, history.steps] };
}

/** The history with what was undone last; the same where nothing can be redone. */
export function redo(history: EditHistory): EditHistory {
  const next = history.future.at(-1);
  if (next === undefined) return history;
  return { steps: next, past: [...history.past, history.steps], future: history.future.slice(0, -1) };
}
