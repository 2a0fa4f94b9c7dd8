import { describe, expect, it } from "vitest";
import { availableMemoryBytes, formatBytes, parseBytes } from "./memory.ts";

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

describe("formatBytes", () => {
  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1.0 kB"],
    [999_600, "1.0 MB"],
    [85_460_000, "85.5 MB"],
    [512_000_000, "512 MB"],
    [14_200_000_000, "14.2 GB"],
  ])("writes %d as %s", (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});

describe("availableMemoryBytes", () => {
  it("is a number of bytes above 0", () => {
    expect(availableMemoryBytes()).toBeGreaterThan(0);
  });
});
