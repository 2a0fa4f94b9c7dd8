import { describe, expect, it } from "vitest";
import { groupWords, type WordToken } from "./words.ts";

function text(piece: string): WordToken {
  return { bytes: new TextEncoder().encode(piece), special: false };
}

function special(piece: string): WordToken {
  return { ...text(piece), special: true };
}

function bytes(...values: number[]): WordToken {
  return { bytes: Uint8Array.from(values), special: false };
}

/** Each group as its tokens joined, split tokens shown by "|". */
function groups(tokens: readonly WordToken[]): string[] {
  const decoder = new TextDecoder();
  return groupWords(tokens).map(({ start, end }) =>
    tokens
      .slice(start, end)
      .map((token) => decoder.decode(token.bytes))
      .join("|"),
  );
}

describe("groupWords", () => {
  it("joins the pieces between white space, punctuation included", () => {
    const tokens = ["The", " ze", "bra", ",", " (", "left", ")", " isn", "'", "t", "."].map(text);
    expect(groups(tokens)).toEqual(["The", " ze|bra|,", " (|left|)", " isn|'|t|."]);
  });

  it("gives lone white space to the word that follows", () => {
    expect(groups([text("in"), text(" "), text("1"), text("9"), text("\n"), text("\n"), text("So")])).toEqual([
      "in",
      " |1|9",
      "\n|\n|So",
    ]);
  });

  it("opens a word after a token that ends with white space", () => {
    expect(groups([text("a"), text(".\n"), text("b"), text("c")])).toEqual(["a|.\n", "b|c"]);
  });

  it("keeps special tokens alone, and words do not reach over them", () => {
    expect(groups([special("<s>"), text("a"), special("</s>"), text("b"), special("</s>"), special("</s>")])).toEqual([
      "<s>",
      "a",
      "</s>",
      "b",
      "</s>",
      "</s>",
    ]);
  });

  it("groups white space with no word after it on its own", () => {
    expect(groups([text("a"), text(" "), text("\n")])).toEqual(["a", " |\n"]);
    expect(groups([text("\n"), special("</s>")])).toEqual(["\n", "</s>"]);
  });

  it("keeps a character that is split over tokens whole", () => {
    // U+1F600 is F0 9F 98 80; U+00E0 is C3 A0, whose last byte alone looks like that of a no-break space.
    expect(groupWords([text(" "), bytes(0xf0, 0x9f), bytes(0x98), bytes(0x80), text(" x")])).toEqual([
      { start: 0, end: 4 },
      { start: 4, end: 5 },
    ]);
    expect(groupWords([text("voil"), bytes(0xc3), bytes(0xa0)])).toEqual([{ start: 0, end: 3 }]);
  });

  it("knows white space beyond ASCII, even split over tokens", () => {
    expect(groups([text("a"), text("\u3000b"), text("\u00a0c"), text("\u2003d"), text("é")])).toHaveLength(4);
    expect(groupWords([text("a"), bytes(0xe3), bytes(0x80), bytes(0x80), text("b")])).toEqual([
      { start: 0, end: 1 },
      { start: 1, end: 5 },
    ]);
  });

  it("agrees with splitting on white space where every character is one token", () => {
    const sentence = " Two  dogs,\tone\ncat\u2009and naïve\u00a0日本\u3000語 ";
    const characters = Array.from(sentence);
    const words = groupWords(characters.map(text)).map(({ start, end }) =>
      characters.slice(start, end).join("").trim(),
    );
    expect(words.filter((word) => word !== "")).toEqual(sentence.trim().split(/\s+/));
  });

  it("covers every token once and in order", () => {
    const tokens = [text(""), text(" a"), special("<x>"), text(""), text("b"), text(" "), text("")];
    const spans = groupWords(tokens);
    let next = 0;
    for (const { start, end } of spans) {
      expect(start).toBe(next);
      expect(end).toBeGreaterThan(start);
      next = end;
    }
    expect(next).toBe(tokens.length);
    expect(groupWords([])).toEqual([]);
  });
});
