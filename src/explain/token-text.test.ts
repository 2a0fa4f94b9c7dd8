import { describe, expect, it } from "vitest";
import { readableText, tokenText } from "./token-text.ts";

describe("readableText", () => {
  it.each([
    [[0x20, 0x63, 0x61, 0x66, 0xc3, 0xa9], " café"],
    [[0xc3], "\\xC3"],
    [[0xa9, 0x3f], "\\xA9?"],
    [[0xe2, 0x82, 0xac], "€"],
    [[0xe2, 0x82], "\\xE2\\x82"],
    [[0xf0, 0x9f, 0x98, 0x80, 0xf0, 0x9f], "😀\\xF0\\x9F"],
    // An overlong writing of "/" and a surrogate are no UTF-8.
    [[0xc0, 0xaf], "\\xC0\\xAF"],
    [[0xed, 0xa0, 0x80], "\\xED\\xA0\\x80"],
    [[], ""],
  ])("writes bytes %j as %j", (bytes, text) => {
    expect(readableText(Uint8Array.from(bytes))).toBe(text);
  });

  it("keeps a byte order mark", () => {
    expect(readableText(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))).toBe("\ufeffa");
  });
});

describe("tokenText", () => {
  it("is the text of the token's bytes", () => {
    expect(tokenText({ bytesOf: (id) => Uint8Array.of(id) }, 0x41)).toBe("A");
  });
});
