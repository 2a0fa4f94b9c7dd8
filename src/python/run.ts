/** @file What one rendering may use: its variables, its date, and the steps that it may take. */
import { TemplateError } from "./errors.ts";
import type { Run, Value } from "./values.ts";

export type { Run };

/**
 * Steps that a rendering may take. A step is one node of the template, one item of a list or 64 characters of text, some 20 to
 * 100 ns. Published templates take up to 100 steps for a message.
 */
const maxSteps = 200_000;

/** How deep macros and recursive loops may call each other; Python ends at about as many. */
const maxCalls = 200;

/** Length of the rendered text in UTF-16 units. */
export const maxRenderedCharacters = 1_000_000;

/** What it takes to round a float from its exact value, which may have a thousand digits. */
export const exactFloatSteps = 2_000;

const charactersOfStep = 64;

/** A rendering that has all its steps left. `now` is what `strftime_now` prints. */
export function createRun(variables: ReadonlyMap<string, Value>, now: Date): Run {
  let left = maxSteps;
  let calls = 0;
  return {
    variables,
    exported: new Map(),
    now,
    spend(steps) {
      left -= steps;
      if (left < 0) throw new TemplateError(`it takes more than ${maxSteps} steps`);
    },
    inCall(work) {
      if (calls >= maxCalls) throw new TemplateError("it is nested too deeply");
      calls++;
      try {
        return work();
      } finally {
        calls--;
      }
    },
  };
}

/** Takes the steps of making or reading a text of this length. */
export function spendText(run: Run, length: number): void {
  if (length > 2 * maxRenderedCharacters) {
    throw new TemplateError(`it makes a text of more than ${2 * maxRenderedCharacters} characters`);
  }
  run.spend(1 + length / charactersOfStep);
}
