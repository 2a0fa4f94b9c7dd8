import { describe, expect, it } from "vitest";
import { shellWord } from "./shell-word.ts";

describe("shellWord", () => {
  it("quotes only where it is needed", () => {
    expect(shellWord("out/a-b.run.safetensors")).toBe("out/a-b.run.safetensors");
    expect(shellWord("my run.safetensors")).toBe("'my run.safetensors'");
    expect(shellWord("it's")).toBe("'it'\\''s'");
    expect(shellWord("$(rm)")).toBe("'$(rm)'");
  });
});
