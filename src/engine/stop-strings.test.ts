/** @file Tests of texts that end an answer, over tokens whose bytes are known. */
import { describe, expect, test } from "vitest";
import { stopStringFinder } from "./stop-strings.ts";

const texts = ["st", "op", "stop it", " s", "é".slice(0), ""];
const bytesOf = (id: number) =>
  id === 6 ? Uint8Array.of(0xc3) : id === 7 ? Uint8Array.of(0xa9) : new TextEncoder().encode(texts[id]);

function finds(stops: readonly string[], ids: readonly number[]): boolean {
  return stopStringFinder(stops, bytesOf)(ids);
}

describe("stopStringFinder", () => {
  test("finds a text that ends within the last token, wherever it began", () => {
    expect(finds(["stop"], [0, 1])).toBe(true);
    expect(finds(["stop"], [3, 2])).toBe(true);
    expect(finds(["op i"], [0, 2])).toBe(true);
    expect(finds(["s st"], [3, 0])).toBe(false);
    expect(finds([" sst"], [3, 0])).toBe(true);
    expect(finds(["zzz", "op"], [5, 1])).toBe(true);
  });

  test("a text that ended in an earlier token, or is not complete, is none", () => {
    expect(finds(["st"], [0, 1])).toBe(false);
    expect(finds(["stop"], [0])).toBe(false);
    expect(finds(["stop"], [0, 5])).toBe(false);
    expect(finds(["stop"], [])).toBe(false);
    expect(finds([], [0, 1])).toBe(false);
  });

  test("compares bytes, so that a character may lie in two tokens", () => {
    expect(finds(["é"], [0, 6])).toBe(false);
    expect(finds(["é"], [6, 7])).toBe(true);
    expect(finds(["té"], [0, 6, 7])).toBe(true);
  });
});
