import { describe, expect, it } from "vitest";
import { tokenOffsets } from "./token-offsets.ts";

const encoder = new TextEncoder();

function offsets(tokens: readonly (string | readonly number[])[], text: string): number[] {
  return Array.from(
    tokenOffsets(
      tokens.map((token) => (typeof token === "string" ? encoder.encode(token) : Uint8Array.from(token))),
      text,
    ),
  );
}

describe("tokenOffsets", () => {
  it("finds tokens that are the text", () => {
    expect(offsets(["Is", " it", " day", "?"], "Is it day?")).toEqual([0, 2, 5, 9]);
  });

  it("allows for a space that the tokenizer puts before the text", () => {
    expect(offsets([" Is", " it"], "Is it")).toEqual([0, 2]);
    expect(offsets([" ", "Is", " it"], "Is it")).toEqual([0, 0, 2]);
  });

  it("allows for a space that the tokenizer puts after a special token", () => {
    expect(offsets(["<image>", " ", "\n", "Is"], "<image>\nIs")).toEqual([0, 7, 7, 8]);
  });

  it("gives the pieces of a split character the place of the character", () => {
    expect(offsets(["caf", [0xc3], [0xa9], "?"], "café?")).toEqual([0, 3, 3, 4]);
  });

  it("counts characters beyond the basic plane as two units", () => {
    expect(offsets([[0xf0, 0x9f], [0x98, 0x80], "a"], "😀a")).toEqual([0, 0, 2]);
  });

  it("allows for composition of accents", () => {
    expect(offsets(["café", " noir"], "cafe\u0301 noir")).toEqual([0, 5]);
    expect(offsets(["가", "!"], "\u1100\u1161!")).toEqual([0, 2]);
  });

  it("allows for compatibility forms", () => {
    expect(offsets(["fi", "ne"], "\ufb01ne")).toEqual([0, 1]);
  });

  it("allows for white space that a special token takes", () => {
    expect(offsets(["a", "<end>", "b"], "a  <end>  b")).toEqual([0, 3, 10]);
  });

  it("goes on after a token that stands for none of the text", () => {
    expect(offsets(["a ", "<unk>", " b", "c"], "a 象 bc")).toEqual([0, 2, 3, 5]);
  });

  it("ends at the end of the text for tokens beyond it", () => {
    expect(offsets(["a", "</s>"], "a")).toEqual([0, 1]);
  });
});
