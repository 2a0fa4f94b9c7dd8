import { describe, expect, it } from "vitest";
import { createTimeLimit } from "./time-limit.ts";

describe("createTimeLimit()", () => {
  it("returns what the work returns", () => {
    expect(createTimeLimit(60_000, "late")(() => ["a"])).toEqual(["a"]);
  });

  it("passes on what the work throws", () => {
    const limited = createTimeLimit(60_000, "late");
    expect(() =>
      limited(() => {
        throw new RangeError("wrong");
      }),
    ).toThrow(new RangeError("wrong"));
  });

  it("stops a loop without an end, and can be used again", () => {
    const limited = createTimeLimit(20, "late");
    let turns = 0;
    const forever = (): void => {
      while (turns >= 0) turns++;
    };
    expect(() => limited(forever)).toThrow("late");
    expect(limited(() => 1)).toBe(1);
  });

  it("stops a regular expression that backtracks without an end", () => {
    const pattern = /(x+x+)+y/;
    expect(() => createTimeLimit(20, "late")(() => pattern.test("x".repeat(64)))).toThrow("late");
  });
});
