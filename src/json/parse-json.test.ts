/** @file Tests of parsing JSON: what is refused, and that it is refused before memory is spent. */
import { describe, expect, it } from "vitest";
import { maxJsonContainers, maxJsonDepth, parseJson } from "./parse-json.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);

describe("parseJson", () => {
  it("refuses nesting deeper than the limit, and only that", () => {
    const nested = (depth: number) => utf8("[".repeat(depth) + "]".repeat(depth));
    expect(() => parseJson(nested(maxJsonDepth), "a.json")).not.toThrow();
    expect(() => parseJson(nested(maxJsonDepth + 1), "a.json")).toThrow(
      `a.json: the JSON is nested ${maxJsonDepth + 1}`,
    );
    expect(() => parseJson(utf8("[".repeat(5_000_000)), "a.json")).toThrow("nested 5000000 levels deep");
  });

  it("does not count brackets in texts", () => {
    const text = '"[{'.repeat(3) + "\\";
    expect(parseJson(utf8(JSON.stringify({ [text]: "[".repeat(100) })), "a.json")).toEqual({ [text]: "[".repeat(100) });
  });

  it("refuses more objects and lists than fit into memory", () => {
    expect(() => parseJson(utf8(`[${"[],".repeat(maxJsonContainers)}[]]`), "a.json")).toThrow("objects and lists");
  });

  it.each(["", "{", "{'a': 1}", "[1,]", "-NaN", "nan", "+Infinity", "{} {}"])("refuses %j", (text) => {
    expect(() => parseJson(utf8(text), "a.json")).toThrow(/^a\.json: the file is not valid JSON: /);
  });

  it("says what is wrong in one line, without the letters around it", () => {
    expect(() => parseJson(utf8('//c\n{"a": 1}'), "a.json")).toThrow(/^[^\n"]*\.$/);
    expect(() => parseJson(utf8('{"a": Nan, "b": 1}'), "a.json")).toThrow(/^[^\n"]*\.$/);
  });

  it("refuses bytes that are not UTF-8", () => {
    expect(() => parseJson(Uint8Array.of(0x22, 0xff, 0x22), "a.json")).toThrow("a.json: the file is not UTF-8 text");
  });

  it("reads the numbers that Python writes and JSON does not have, outside of texts alone", () => {
    const text = '{"a": NaN, "b": [Infinity, -Infinity], "NaN": "NaN, \\"Infinity", "c": 1}';
    expect(parseJson(utf8(text), "a.json")).toEqual({
      a: NaN,
      b: [Infinity, -Infinity],
      NaN: 'NaN, "Infinity',
      c: 1,
    });
  });

  it("refuses a byte order mark, as Python does, but not in a file that a user wrote", () => {
    const bytes = utf8("\ufeff{}");
    expect(() => parseJson(bytes, "a.json")).toThrow("a.json: the file begins with a byte order mark");
    expect(parseJson(bytes, "a.json", { byteOrderMark: "skip" })).toEqual({});
  });

  it("takes every line end for white space", () => {
    expect(parseJson(utf8('{\r\n"a":\r1\n}\r\n'), "a.json")).toEqual({ a: 1 });
  });
});
