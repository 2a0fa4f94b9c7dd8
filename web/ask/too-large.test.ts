import { describe, expect, it } from "vitest";
import { memoryText, waysOut, type Oversized } from "./too-large.ts";

const gigabyte = 1e9;
const question: Oversized = {
  record: "full",
  maxNewTokens: 512,
  model: { precision: "f32", weightBytes: 4 * gigabyte },
  memory: { neededBytes: 11.3 * gigabyte, availableBytes: 6.2 * gigabyte, largestPart: "what the run records" },
};
const kinds = (change: Partial<Oversized> = {}) => waysOut({ ...question, ...change }).map(({ kind }) => kind);

describe("a question that does not fit into memory", () => {
  it("has three ways out, the least harm first", () => {
    expect(kinds()).toEqual(["record-less", "fewer-tokens", "smaller-weights"]);
    expect(waysOut(question)[1]).toMatchObject({ maxNewTokens: 256, label: "Answer in 256 tokens at most" });
  });

  it("is not offered what would not help", () => {
    expect(kinds({ record: "default" })).not.toContain("record-less");
    expect(kinds({ maxNewTokens: 31 })).not.toContain("fewer-tokens");
    expect(kinds({ model: { precision: "f16", weightBytes: gigabyte } })).not.toContain("smaller-weights");
    expect(kinds({ model: { precision: "f32", weightBytes: 0.04 * gigabyte } })).not.toContain("smaller-weights");
    expect(kinds({ model: { precision: "f32", weightBytes: 8 * gigabyte } })).toEqual(["smaller-weights"]);
    expect(kinds({ model: undefined, record: "default", maxNewTokens: 16 })).toEqual([]);
  });

  it("is told what it needs and what is free", () => {
    expect(memoryText(question.memory)).toEqual({
      need: "This needs 11.3 GB, and 6.2 GB are free.",
      part: "The largest part: what the run records.",
    });
  });
});
