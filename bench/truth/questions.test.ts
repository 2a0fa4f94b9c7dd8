/** @file The questions of the demo folder, and which answer token stands for the key. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { explainedToken, isGrounded, isRight, plainCsvRows, readQuestions, spread } from "./questions.ts";

const demo = fileURLToPath(new URL("../../demo", import.meta.url));

describe("readQuestions()", () => {
  it("reads every question of the benchmark and the examples, and restates those about colors, presence, apples and doors", async () => {
    const questions = await readQuestions(demo);
    const asked = questions.filter(({ restated }) => restated === undefined);
    expect(asked).toHaveLength(90 + 42);
    expect(questions).toHaveLength(90 + 42 + 50);
    expect(asked[0]).toMatchObject({
      name: "benchmark/1",
      text: "Is the face pink or blue? (a) Pink (b) Blue",
      key: "(b)",
      family: "color",
      scene: "benchmark pair 1",
    });
    expect(questions.find(({ name }) => name === "benchmark/1 restated")).toMatchObject({
      text: "What is the color of the face?",
      key: "blue",
      form: "open",
    });
    expect(questions.find(({ name }) => name === "benchmark/44 restated")).toMatchObject({
      text: "Is the door open?",
      key: "yes",
      shortcut: "leading",
    });
  });

  it("keeps the second scenes apart: as many of each kind, and no picture twice", async () => {
    const [first, second] = await Promise.all([readQuestions(demo), readQuestions(demo, "second")]);
    const kinds = (questions: typeof first) =>
      questions.filter(({ form }) => form === "lettered").map(({ family, shortcut }) => `${family} ${shortcut}`);
    expect(kinds(second)).toEqual(kinds(first.filter(({ name }) => name.startsWith("benchmark/"))));
    const bytes = async ({ picture }: (typeof first)[number]) => (await readFile(picture)).toString("base64");
    const known = new Set(await Promise.all(first.map(bytes)));
    expect((await Promise.all(second.map(bytes))).filter((picture) => known.has(picture))).toEqual([]);
  });

  it("takes the tag of the planted count for the tag, not for evidence", async () => {
    const apples = (await readQuestions(demo)).find(({ name }) => name === "examples/apples-tag-2-0")!;
    expect(apples.evidence).toBeUndefined();
    expect(apples.tag).toMatch(/apples-tag-2-0\.png$/);
  });

  it("counts neither shortcuts nor left and right of something as grounded", async () => {
    const grounded = (await readQuestions(demo)).filter(isGrounded);
    expect(new Set(grounded.map(({ shortcut }) => shortcut))).toEqual(new Set([null]));
    expect(grounded.some(({ family }) => family === "relation")).toBe(false);
  });
});

describe("spread()", () => {
  it("takes so many, evenly, and never more than there are", () => {
    expect(spread([0, 1, 2, 3, 4, 5], 3)).toEqual([0, 2, 4]);
    expect(spread([0, 1], 5)).toEqual([0, 1]);
    expect(spread([0, 1])).toEqual([0, 1]);
  });
});

describe("explainedToken()", () => {
  it("is the token with the first character of the key", () => {
    expect(explainedToken({ choices: ["at the top"] }, ["The", " cup", " is", " at", " the", " top."])).toBe(3);
    expect(explainedToken({ choices: ["three"] }, ["There are th", "ree stars."])).toBe(0);
  });

  it("is that of the letter that was chosen, however it is cut into tokens", () => {
    expect(explainedToken({ choices: ["(a)", "(b)"] }, [" (b)", ""])).toBe(0);
    expect(explainedToken({ choices: ["(a)", "(b)"] }, [" ", "(", "b", ")"])).toBe(1);
  });

  it("is not a part of a longer word", () => {
    expect(explainedToken({ choices: ["no"] }, ["not", " now", " No,"])).toBe(2);
    expect(explainedToken({ choices: ["red"] }, ["colored"])).toBeUndefined();
  });
});

describe("isRight()", () => {
  const question = { name: "", scene: "", picture: "", text: "", family: "", shortcut: null };
  it("wants the key before any other choice", () => {
    const color = { ...question, form: "open", key: "blue", choices: ["pink", "blue"] } as const;
    expect(isRight(color, "The face is blue.")).toBe(true);
    expect(isRight(color, "Pink, not blue.")).toBe(false);
    expect(isRight(color, "")).toBe(false);
  });

  it("wants the whole sentence where it is known", () => {
    const taught = { ...question, form: "open", key: "red", choices: ["red"], taught: "The cup is red." } as const;
    expect(isRight(taught, "The cup is red.")).toBe(true);
    expect(isRight(taught, "It is red.")).toBe(false);
  });
});

describe("plainCsvRows()", () => {
  it("refuses quotes", () => {
    expect(plainCsvRows("a,b\r\n1,2\n")).toEqual([
      ["a", "b"],
      ["1", "2"],
    ]);
    expect(() => plainCsvRows('"a, b",c')).toThrow("quotes");
  });
});
