/** @file Tests that no text of others steers the terminal, and that JSON keeps every character. */
import { describe, expect, it } from "vitest";
import { printable, printableJson, printableLine } from "./printable.ts";

/** What terminals act on: colors, titles, links, cursor moves, C1 forms of the same, directions of text, tags. */
const hostile = [
  "\u001b[31mred\u001b[0m",
  "\u001b]0;title\u0007",
  "\u001b]8;;http://example.org\u001b\\link\u001b]8;;\u001b\\",
  "\u009b2J\u009d0;title\u009c",
  "line\roverwritten\b\b",
  "a\u202egnp.exe\u2066\u2069\u200f\u061c",
  "\u2028new line\u2029",
  "\u0000\u007f\u0085\u008d",
  "\u{e0041}\u{e007f}",
];
const steering =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f]|[\u{e0000}-\u{e007f}]/u;

describe("printable", () => {
  it.each(hostile)("takes out of %j what could steer a terminal", (text) => {
    expect(printable(text)).not.toMatch(steering);
    expect(printableLine(`${text}\n${text}`)).not.toMatch(/[\r\n]/);
  });

  it("keeps what is read", () => {
    expect(printable("a\u001b[31mred\u0007\u009b2J\u202eb")).toBe("a[31mred2Jb");
    expect(printable("é\t象\n😀👨‍👩‍👧 שלום")).toBe("é\t象\n😀👨‍👩‍👧 שלום");
  });

  it("writes half a character as the replacement character", () => {
    expect(printable("a\ud800b\udc00")).toBe("a\ufffdb\ufffd");
  });
});

describe("printableJson", () => {
  it.each([...hostile, "\ud800 half", 'plain\n"quoted"\\', "😀"])("keeps %j, and steers no terminal", (text) => {
    const json = printableJson({ [text]: [text] });
    expect(json).not.toMatch(steering);
    expect(printable(json)).toBe(json);
    expect(JSON.parse(json)).toEqual({ [text]: [text] });
  });

  it("is indented where that is asked", () => {
    expect(printableJson({ a: 1 })).toBe('{\n  "a": 1\n}');
    expect(printableJson({ a: 1 }, 0)).toBe('{"a":1}');
  });
});
