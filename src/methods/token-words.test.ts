import { describe, expect, it } from "vitest";
import { joinedText, tokenBytes, wordsAt } from "./token-words.ts";

describe("tokenBytes", () => {
  it("turns lone bytes back", () => {
    expect(Array.from(tokenBytes("a\\xC3"))).toEqual([0x61, 0xc3]);
    expect(Array.from(tokenBytes(" é"))).toEqual([0x20, 0xc3, 0xa9]);
  });
});

describe("joinedText", () => {
  it("makes split characters whole", () => {
    expect(joinedText([{ text: " caf" }, { text: "\\xC3" }, { text: "\\xA9" }])).toBe("café");
  });

  it("writes bytes that are no character as their tokens do, and keeps whole characters around them", () => {
    const joined = (...texts: string[]) => joinedText(texts.map((text) => ({ text })));
    expect(joined("\\xA0")).toBe("\\xA0");
    expect(joined("\\xE4", "\\xB8", " a")).toBe("\\xE4\\xB8 a");
    expect(joined("\\xE4", "\\xB8", "\\xAD", "\\xF0", "é\uFFFD")).toBe("中\\xF0é\uFFFD");
  });
});

describe("wordsAt", () => {
  const tokens = [" Which", " wa", "y", "<s>", " The", " ze", "bra"].map((text) => ({
    text,
    role: text === "<s>" ? "special" : "question",
  }));
  it("groups tokens at these positions, and names positions of the whole sequence", () => {
    expect(wordsAt(tokens, [1, 2, 3, 4])).toEqual([
      { positions: [1, 2], text: "way" },
      { positions: [3], text: "<s>" },
      { positions: [4], text: "The" },
    ]);
  });

  it("ends a word at a gap", () => {
    expect(wordsAt(tokens, [1, 5, 6])).toEqual([
      { positions: [1], text: "wa" },
      { positions: [5, 6], text: "zebra" },
    ]);
    expect(wordsAt(tokens, [])).toEqual([]);
  });
});
