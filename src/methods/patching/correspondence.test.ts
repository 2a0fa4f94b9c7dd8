/** @file Tests of which positions of two sequences correspond. */
import { describe, expect, test } from "vitest";
import { correspondence, type ComparedToken } from "./correspondence.ts";

/** "ab1c" is text a, text b, an image token of picture 1, text c. */
function tokensOf(text: string): ComparedToken[] {
  return Array.from(text, (letter) =>
    /\d/.test(letter) ? { id: 0, image: Number(letter) } : { id: letter.charCodeAt(0), image: undefined },
  );
}
const paired = (own: string, other: string): [number, number][] =>
  [...correspondence({ own: tokensOf(own), other: tokensOf(other) })].sort(([a], [b]) => a - b);
const identity = (length: number): [number, number][] => Array.from({ length }, (_, i) => [i, i]);

describe("two sequences", () => {
  test("that are equal correspond position by position, as do other words in the place of as many", () => {
    expect(paired("ab00cd", "ab00cd")).toEqual(identity(6));
    expect(paired("ab00cd", "xb00yz")).toEqual(identity(6));
  });

  test("without a word correspond before and after it, and pictures token by token", () => {
    expect(paired("ab000cdef", "ab000cf")).toEqual([...identity(6), [8, 6]]);
    expect(paired("abc00d", "c00d")).toEqual([
      [2, 0],
      [3, 1],
      [4, 2],
      [5, 3],
    ]);
  });

  test("do not pair a token twice if a text repeats itself", () => {
    for (const [own, other] of [
      ["aaa", "aa"],
      ["aa", "aaaa"],
      ["abab", "ab"],
    ] as const) {
      const pairs = paired(own, other);
      expect(pairs).toHaveLength(Math.min(own.length, other.length));
      expect(new Set(pairs.map(([, to]) => to)).size).toBe(pairs.length);
      for (const [at, to] of pairs) expect(own[at]).toBe(other[to]);
    }
  });

  test("with pictures of other sizes, or without one, correspond in their texts alone", () => {
    expect(paired("ab00cd", "ab0cd")).toEqual([
      [0, 0],
      [1, 1],
      [4, 3],
      [5, 4],
    ]);
    expect(paired("ab00cd", "abxcd")).toEqual([
      [0, 0],
      [1, 1],
      [4, 3],
      [5, 4],
    ]);
    expect(paired("0a1b", "0ab")).toEqual([
      [1, 1],
      [3, 2],
    ]);
  });
});
