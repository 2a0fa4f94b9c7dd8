/** @file Tests of selecting tokens by click and key. */
import { describe, expect, it } from "vitest";
import { choiceMode, choose, toggleWord, tokenAfterKey } from "./token-selection.ts";

const all = [0, 1, 2, 4, 5];

describe("a chosen token", () => {
  it("stands alone, or adds to the others and is taken away again", () => {
    expect(choose({ all, chosen: [1, 2] }, 4, { mode: "alone", anchor: 1 })).toEqual([4]);
    expect(choose({ all, chosen: [1, 4] }, 2, { mode: "toggle", anchor: 1 })).toEqual([1, 2, 4]);
    expect(choose({ all, chosen: [1, 4] }, 4, { mode: "toggle", anchor: 1 })).toEqual([1]);
    expect(choose({ all, chosen: [4] }, 4, { mode: "toggle", anchor: 4 })).toEqual([4]);
  });

  it("extends from the anchor in both directions, over tokens that can be chosen alone", () => {
    expect(choose({ all, chosen: [1] }, 5, { mode: "extend", anchor: 1 })).toEqual([1, 2, 4, 5]);
    expect(choose({ all, chosen: [4, 5] }, 0, { mode: "extend", anchor: 4 })).toEqual([0, 1, 2, 4]);
  });

  it("follows the keys held", () => {
    const none = { shiftKey: false, ctrlKey: false, metaKey: false };
    expect(choiceMode(none)).toBe("alone");
    expect(choiceMode({ ...none, shiftKey: true, ctrlKey: true })).toBe("extend");
    expect(choiceMode({ ...none, metaKey: true })).toBe("toggle");
  });

  it("is reached by arrows, skips what cannot be chosen, and stays at the ends", () => {
    expect(tokenAfterKey(all, 2, "ArrowRight")).toBe(4);
    expect(tokenAfterKey(all, 5, "ArrowRight")).toBe(5);
    expect(tokenAfterKey(all, 4, "Home")).toBe(0);
    expect(tokenAfterKey(all, 4, "a")).toBeUndefined();
  });
});

describe("a word of the question", () => {
  it("is added whole where a part of it is missing, and taken away whole", () => {
    expect(toggleWord([7], [6, 7])).toEqual([6, 7]);
    expect(toggleWord([3, 6, 7], [6, 7])).toEqual([3]);
  });
});
