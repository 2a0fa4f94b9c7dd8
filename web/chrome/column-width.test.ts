import { describe, expect, it } from "vitest";
import { clampWidth } from "./column-width.ts";

describe("the width of the left column", () => {
  it("is what was dragged, as long as both columns have room", () => {
    expect(clampWidth(500, 1440)).toBe(500);
    expect(clampWidth(10, 1440)).toBe(320);
    expect(clampWidth(1400, 1440)).toBe(880);
  });
});
