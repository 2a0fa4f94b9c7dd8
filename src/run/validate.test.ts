import { describe, expect, it } from "vitest";
import { exampleDescription } from "../../test/support/example-run.ts";
import { runLimits } from "./schema.ts";
import type { RunDescription } from "./types.ts";
import { parseDescription } from "./validate.ts";

type Draft = ReturnType<typeof draft>;

/** A copy that may be spoiled. */
function draft(): Record<string, unknown> & {
  tokens: Record<string, unknown>[];
  images: { grids: Record<string, unknown>[] }[];
  answer: Record<string, unknown>;
  answerTokens: Record<string, unknown>[];
} {
  return JSON.parse(JSON.stringify(exampleDescription())) as Draft;
}

function parse(value: unknown): RunDescription {
  return parseDescription(JSON.stringify(value), { file: "a" });
}

describe("parseDescription", () => {
  it("gives back a description that is right, fields in the order of the format", () => {
    const reversed = Object.fromEntries(Object.entries(draft()).reverse());
    expect(parse(reversed)).toEqual(exampleDescription());
    expect(JSON.stringify(parse(reversed))).toBe(JSON.stringify(exampleDescription()));
  });

  it("drops fields that the format does not name", () => {
    expect(parse({ ...draft(), later: 1 })).toEqual(exampleDescription());
  });

  it("accepts a raw prompt, several grids, and image tokens without a cell", () => {
    const value = draft();
    const spare = { id: 9, text: "", role: "image", turn: 1, image: 1 };
    value.tokens.splice(12, 0, spare);
    value.answer = { start: 18, end: 21 };
    value.images[1]!.grids = [1, 1].map((rows) => ({ rows, cols: 3, box: { left: 0, top: 0, width: 9, height: 9 } }));
    for (let i = 13; i <= 15; i++) value.tokens[i]!.row = 0;
    expect(parse({ ...value, messages: null }).tokens[12]).toEqual(spare);
  });

  const spoiled: readonly [string, (value: Draft) => void, RegExp][] = [
    ["a missing field", (value) => delete value.prompt, /a: the run's "prompt" is not valid/],
    ["a role", (value) => (value.tokens[3]!.role = "user"), /"tokens\[3\]\.role" is not valid/],
    ["a fractional id", (value) => (value.tokens[3]!.id = 1.5), /"tokens\[3\]\.id"/],
    ["a negative turn", (value) => (value.tokens[3]!.turn = -1), /"tokens\[3\]\.turn"/],
    ["a probability", (value) => (value.answerTokens[1]!.probability = 2), /"answerTokens\[1\]\.probability"/],
    ["a time", (value) => (value.created = "yesterday"), /"created"/],
    ["a list", (value) => (value.timings = [1]), /"timings"/],
    ["a grid of no size", (value) => (value.images[0]!.grids[0]!.rows = 0), /"images\[0\]\.grids\[0\]\.rows"/],
    ["an answer past the end", (value) => (value.answer.end = 21), /answer is tokens 17 to 21 of 20/],
    ["an answer without a prompt", (value) => (value.answer.start = 0), /answer is tokens 0 to 20/],
    ["an answer that ends early", (value) => (value.answer.end = 19), /end with the last token/],
    ["too few answer tokens", (value) => value.answerTokens.pop(), /answerTokens has 2 entries for an answer of 3/],
    [
      "a question in the answer",
      (value) => (value.tokens[18]!.role = "question"),
      /tokens\[18\] is part of the answer/,
    ],
    ["an image of a word", (value) => (value.tokens[5]!.image = 0), /tokens\[5\] has the role "question" but/],
    ["an unknown image", (value) => (value.tokens[1]!.image = 2), /tokens\[1\] belongs to image 2, but the run has 2/],
    ["an image token without image", (value) => delete value.tokens[1]!.image, /belongs to no image/],
    ["a row without a column", (value) => delete value.tokens[1]!.col, /tokens\[1\] has a row or a column without/],
    ["a cell outside", (value) => (value.tokens[4]!.row = 2), /tokens\[4\] lies at row 2, column 1, which is not/],
    ["a cell twice", (value) => (value.tokens[2]!.col = 0), /tokens\[2\] lies at row 0, column 0/],
    ["a grid too large", (value) => (value.images[1]!.grids[0]!.rows = 3), /image 1 has fewer image tokens/],
    ["a grid too small", (value) => (value.images[1]!.grids[0]!.rows = 1), /tokens\[12\] lies at row 1/],
  ];
  it.each(spoiled)("refuses %s, naming the place", (_, spoil, message) => {
    const value = draft();
    spoil(value);
    expect(() => parse(value)).toThrow(message);
  });

  it("refuses other formats", () => {
    expect(() => parse({ ...draft(), format: 7 })).toThrow(
      "a was written by a newer version (format 7); this version reads formats 1 and 2; update lvlm-interpret.",
    );
    for (const format of [0, 1.5, "1", null, undefined]) {
      expect(() => parse({ ...draft(), format })).toThrow(/this version reads formats 1 and 2/);
    }
    for (const value of [null, 3, "text", []]) expect(() => parse(value)).toThrow(/the run's format is nothing/);
    expect(() => parseDescription("{", { file: "a" })).toThrow(/^a: the run's description is not valid JSON/);
  });

  it("refuses nesting beyond the limit before parsing, and takes brackets in texts for text", () => {
    const deep = "[".repeat(runLimits.jsonDepth) + "]".repeat(runLimits.jsonDepth);
    const json = JSON.stringify(draft()).replace('"methods":{', `"methods":{"deep":{"value":${deep}},`);
    expect(() => parseDescription(json, { file: "a" })).toThrow(/up to 35 levels deep/);
    expect(() => parseDescription("[".repeat(1_000_000), { file: "a" })).toThrow(/levels deep/);
    expect(parse({ ...draft(), prompt: deep }).prompt).toBe(deep);
  });

  it("refuses more than its limits", () => {
    const images = Array.from({ length: runLimits.images + 1 }, () => draft().images[0]);
    expect(() => parse({ ...draft(), images })).toThrow(/"images" is not valid/);
    const value = draft();
    value.tokens[0]!.text = "x".repeat(runLimits.tokenLength + 1);
    expect(() => parse(value)).toThrow(/"tokens\[0\]\.text" is not valid/);
    const methods = Object.fromEntries(Array.from({ length: runLimits.methods + 1 }, (_, i) => [`m${i}`, {}]));
    expect(() => parse({ ...draft(), methods })).toThrow(/"methods" is not valid \(expected at most 1000 methods\)/);
  });

  it("is not moved by names that objects inherit", () => {
    const json = JSON.stringify(draft()).replace('"timings":{', '"timings":{"__proto__":3,"constructor":4,');
    const { timings } = parseDescription(json, { file: "a" });
    expect(Object.getPrototypeOf(timings)).toBe(Object.prototype);
    expect(timings.generate).toBe(12.5);
  });
});
