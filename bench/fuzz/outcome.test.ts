import { describe, expect, it } from "vitest";
import { PropertyFault, refusalOf, sentenceFault } from "./outcome.ts";
import { randomOf } from "./random.ts";

describe("sentenceFault", () => {
  it.each([
    "config.json: model_type is missing; supported are llava.",
    'explain has no option "--layer"; did you mean --layers?',
    // What stands in quotes is the input's, not ours.
    'There is no run "undefined ENOENT a.js:3"; it may have been deleted or renamed.',
  ])("finds nothing in %j", (message) => {
    expect(sentenceFault(message)).toBeUndefined();
  });
  it.each([
    ["", "is empty"],
    ["The file is wrong", "does not end with a full stop"],
    ["The file is wrong..", "ends with two full stops"],
    ["The file\nis wrong.", "holds control characters or more than one line"],
    ["The name \u202etxt is wrong.", "holds control characters or more than one line"],
    ["Wrong.", "is no sentence"],
    ["The type is undefined.", "says undefined or null of itself"],
    ["x.map is not a function.", "is the text of a built-in error"],
    ["ENOENT: no such file or directory, open 'x'.", "holds a code of Node"],
    ["It failed at read.ts:12.", "names a line of the program"],
    [`The file is ${"very ".repeat(300)}long.`, "has more than 1000 characters"],
  ])("finds that %j is none", (message, fault) => {
    expect(sentenceFault(message)).toBe(fault);
  });
});

describe("refusalOf", () => {
  it("takes one sentence for a refusal, and every error that nobody wrote for a fault", () => {
    expect(refusalOf(new Error("The file is empty."))).toEqual({ kind: "refused", message: "The file is empty." });
    const faults = [
      new TypeError("The file is empty."),
      Object.assign(new Error("The file is empty."), { code: "ENOENT" }),
      new PropertyFault("The file is empty."),
      "The file is empty.",
    ];
    for (const error of faults) expect(refusalOf(error).kind).toBe("fault");
  });
});

describe("randomOf", () => {
  it("gives an input the same numbers whatever came before it, and every input others", () => {
    const numbers = (seed: number, kind: string, index: number): number[] => {
      const random = randomOf({ seed, kind, index });
      return [random.next(), random.next()];
    };
    expect(numbers(1, "run", 7)).toEqual(numbers(1, "run", 7));
    const all = [numbers(1, "run", 7), numbers(1, "run", 8), numbers(2, "run", 7), numbers(1, "http", 7)];
    expect(new Set(all.flat()).size).toBe(8);
  });
});
