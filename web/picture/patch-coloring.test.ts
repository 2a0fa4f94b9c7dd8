/** @file Tests of the coloring that follows the selection of patches. */
import { describe, expect, it } from "vitest";
import { coloringMemory } from "./patch-coloring.ts";

describe("the coloring of tokens", () => {
  it("turns to patches with the first patch and back to what it was with the last", () => {
    const memory = coloringMemory();
    expect(memory.after(false, "surprise")).toBeUndefined();
    expect(memory.after(true, "surprise")).toBe("patches");
    expect(memory.after(false, "patches")).toBe("surprise");
    // Chosen by hand while patches were selected: stays.
    expect(memory.after(true, "attention")).toBe("patches");
    expect(memory.after(false, "probability")).toBeUndefined();
  });

  it("is that of the address at the start", () => {
    expect(coloringMemory().after(true, "source")).toBeUndefined();
    expect(coloringMemory().after(true, "patches")).toBeUndefined();
  });
});
