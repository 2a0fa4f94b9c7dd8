import { describe, expect, it } from "vitest";
import { printable } from "./session.ts";
import { shellWord } from "./shell-word.ts";

describe("printable", () => {
  it("takes out what could steer a terminal", () => {
    expect(printable("a\u001b[31mred\u0007\u009b2J\u202eb")).toBe("a[31mred2Jb");
  });

  it("keeps lines, tabs and letters of every script", () => {
    expect(printable("é\t象\n😀")).toBe("é\t象\n😀");
  });
});

describe("shellWord", () => {
  it("quotes only where it is needed", () => {
    expect(shellWord("out/a-b.run.safetensors")).toBe("out/a-b.run.safetensors");
    expect(shellWord("my run.safetensors")).toBe("'my run.safetensors'");
    expect(shellWord("it's")).toBe("'it'\\''s'");
    expect(shellWord("$(rm)")).toBe("'$(rm)'");
  });
});
