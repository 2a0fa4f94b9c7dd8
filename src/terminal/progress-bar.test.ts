import { describe, expect, it } from "vitest";
import { progressBar } from "./progress-bar.ts";

function terminal(columns = 80): { isTTY: boolean; columns: number; written: string[]; write: (t: string) => void } {
  const written: string[] = [];
  return { isTTY: true, columns, written, write: (text) => void written.push(text) };
}

describe("progressBar", () => {
  it("draws the stage and its share", () => {
    const output = terminal();
    progressBar(output, () => 0).show("Tracing", 0.5);
    expect(output.written).toEqual([`\r\u001b[2KTracing ${"█".repeat(12)}${"░".repeat(12)} 50 %`]);
  });

  it("draws a stage at most every 50 ms, but its end and the next stage at once", () => {
    const output = terminal();
    let now = 0;
    const bar = progressBar(output, () => now);
    bar.show("A", 0.1);
    now = 49;
    bar.show("A", 0.2);
    now = 50;
    bar.show("A", 0.3);
    bar.show("A", 1);
    bar.show("B", 0);
    expect(output.written.map((text) => /\d+ %/.exec(text)?.[0])).toEqual(["10 %", "30 %", "100 %", "0 %"]);
  });

  it("lets no name of others steer the terminal", () => {
    const output = terminal();
    progressBar(output, () => 0).show("a\u001b[31m\u009b2J\r\nb.safetensors", 0);
    expect(output.written[0]).toMatch(/^\r\u001b\[2Ka\[31m2J b\.safetensors ░+ 0 %$/);
  });

  it("takes the bar away once", () => {
    const output = terminal();
    const bar = progressBar(output, () => 0);
    bar.clear();
    bar.show("A", 0);
    bar.clear();
    bar.clear();
    expect(output.written).toHaveLength(2);
    expect(output.written[1]).toBe("\r\u001b[2K");
  });

  it("stays on one line", () => {
    const output = terminal(20);
    progressBar(output, () => 0).show("A very long name of a stage", 0);
    expect(output.written[0]!.slice("\r\u001b[2K".length)).toHaveLength(19);
  });

  it("takes a usual width where the terminal says none", () => {
    const output = terminal(0);
    progressBar(output, () => 0).show("Tracing", 0);
    expect(output.written[0]).toContain("Tracing ░");
  });

  it("writes nothing where the output is no terminal", () => {
    const output = { ...terminal(), isTTY: false };
    const bar = progressBar(output);
    bar.show("A", 0.5);
    bar.clear();
    expect(output.written).toEqual([]);
  });
});
