import { describe, expect, it } from "vitest";
import { availableMemoryBytes, parseBytes } from "./memory.ts";

describe("parseBytes", () => {
  it.each([
    ["8GB", 8e9],
    ["512 MB", 512e6],
    ["1.5GiB", 1.5 * 2 ** 30],
    ["64kib", 65536],
    ["4000000", 4e6],
    ["2b", 2],
  ])("reads %s", (text, bytes) => {
    expect(parseBytes(text)).toBe(bytes);
  });

  it.each([
    "",
    "GB",
    "-1GB",
    "8 gigabytes",
    "1e9",
    "0",
    "0.4",
    "Infinity",
    "1..5GB",
    "99999999TB",
    "8XB",
    "constructor",
  ])("gives undefined for %j", (text) => {
    expect(parseBytes(text)).toBeUndefined();
  });
});

describe("availableMemoryBytes", () => {
  it("is a number of bytes above 0", () => {
    expect(availableMemoryBytes()).toBeGreaterThan(0);
  });
});
