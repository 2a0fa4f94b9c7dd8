import { describe, expect, it } from "vitest";
import { formatBytes } from "./byte-size.ts";

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
