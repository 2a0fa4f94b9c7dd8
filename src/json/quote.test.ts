import { describe, expect, it } from "vitest";
import { oneLine, quote } from "./quote.ts";

describe("quote()", () => {
  it("writes values as JSON, and what is not there as nothing", () => {
    expect(quote({ a: [1, "b"] })).toBe('{"a":[1,"b"]}');
    expect(quote(null)).toBe("null");
    expect(quote(undefined)).toBe("nothing");
  });
  it("escapes what steers a terminal, ends a line or turns the direction of text", () => {
    expect(quote("a\u001b[2J\n\u009b\u202e\u2028\u2066\ufeffb")).toBe(
      '"a\\u001b[2J\\n\\u009b\\u202e\\u2028\\u2066\\ufeffb"',
    );
  });
  it("cuts what would flood a terminal", () => {
    expect(quote("x".repeat(10_000))).toHaveLength(121);
  });
});

describe("oneLine()", () => {
  it("makes one line without control characters", () => {
    expect(oneLine(" a\r\n\tb\u001b[2J\u202ec\u2028 ")).toBe("a b [2J c");
    expect(oneLine("x".repeat(400))).toBe(`${"x".repeat(300)}…`);
  });
});
