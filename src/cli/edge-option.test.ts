/** @file Tests of edges on the command line. */
import { describe, expect, test } from "vitest";
import { exampleDescription } from "../../test/support/example-run.ts";
import { edgeText, readEdge } from "./edge-option.ts";

const description = exampleDescription();
const read = (text: string) => readEdge(text, { description, token: 0 });

describe("an edge", () => {
  test("names positions by number or by what stands there, and layers and heads if they are given", () => {
    expect(read("2,4-5:16")).toEqual({ from: [2, 4, 5], to: [16] });
    const { from, to, layers, heads } = read("picture:last:0-1:3");
    expect({ to, layers, heads }).toEqual({ to: [16], layers: [0, 1], heads: [3] });
    expect(from).toEqual([1, 2, 3, 4, 9, 10, 11, 12, 13, 14]);
    expect(edgeText(description, { from, to: [15, 16], layers, heads })).toBe(
      "attention of 2 tokens to 10 tokens in layers 0, 1, heads 3",
    );
  });

  test.each(["2", "2:3:1:0:5", "two:3", "1:5-2", "1:2:x"])("is refused if it is written as %j", (text) => {
    expect(() => read(text)).toThrow("--edge must be");
  });
});
