/** @file The options of `npm run bench:truth`. */
import { describe, expect, it } from "vitest";
import { truthOptions } from "./options.ts";
import { sectionNames } from "./sections.ts";

describe("truthOptions()", () => {
  it("runs every section by default, one of them, or something else", () => {
    expect(truthOptions([])).toMatchObject({ mode: "sections", scenes: "first", limit: undefined, json: false });
    expect([...truthOptions([]).sections]).toEqual(sectionNames);
    expect([...truthOptions(["--only", "causes", "--limit", "6"]).sections]).toEqual(["causes"]);
    expect([...truthOptions(["--write-grounding"]).sections]).toEqual(["grounding"]);
    expect(truthOptions(["--pair", "--scenes", "second"])).toMatchObject({ mode: "pair", scenes: "second" });
    expect(truthOptions(["--questions"]).mode).toBe("questions");
    expect(truthOptions(["--maps", "mine"])).toMatchObject({ mode: "maps", maps: "mine" });
  });

  it.each([
    [["--only", "nothing"], "--only takes decisive, methods"],
    [["--limit", "0"], '--limit takes a number of questions from 1 on, got "0".'],
    [["--scenes", "third"], "--scenes takes first or second"],
    [["--pair", "--maps", "mine"], "give one of them"],
    [["--write-grounding", "--only", "causes"], "--write-grounding needs --only grounding"],
    [["--write-grounding", "--scenes", "second"], "leave --scenes and --limit out"],
    [["--write-grounding", "--limit", "3"], "leave --scenes and --limit out"],
    [["--write-tables", "--limit", "3"], "keeps the tables of all questions"],
    [["--write-tables", "--maps", "mine"], "keeps the tables of all questions"],
  ])("refuses %j", (args, message) => {
    expect(() => truthOptions(args)).toThrow(message);
  });
});
