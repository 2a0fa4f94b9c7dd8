import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CausalStability } from "../../src/run/causes.ts";
import type { GroundingResult, PlaceResult, VerifyResult } from "../../src/run/measures.ts";
import { openRunFile } from "../../src/workbench/run-files.ts";
import { demoExamples, runCli, runHere, type CliResult } from "./run-cli.ts";

let cwd: string;
beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), "cli-"));
  const question = ["--image", `${demoExamples}/arrow-right.png`, "--question", "Which way does the arrow point?"];
  await run("explain", ...question, "--method", "attention,relevancy", "--out", "arrow.run.safetensors");
}, 60_000);
afterAll(() => rmSync(cwd, { recursive: true }));

function run(...args: string[]): Promise<CliResult> {
  return runHere(args, { cwd });
}

async function measured(...args: string[]): Promise<{ token: number; text: string; result: unknown }> {
  const { code, stdout, stderr } = await run("measure", "arrow.run.safetensors", "--json", ...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout) as { token: number; text: string; result: unknown };
}

describe("lvlm-interpret measure", () => {
  it("gives each token its grounding, and keeps it in the run with --save", async () => {
    const { result } = await measured("--save");
    const scores = (result as GroundingResult).tokens.map(({ score }) => score);
    // The one word that only the picture can tell.
    expect(scores.indexOf(Math.max(...scores))).toBe(4);
    const opened = await openRunFile(join(cwd, "arrow.run.safetensors"));
    expect(opened.run.description.measures).toEqual([result]);
    await opened.close();
  });

  it("tells whether the answer depends on the picture, by the decisive word", async () => {
    const { token, result } = await measured("--kind", "dependence");
    expect(result).toMatchObject({ request: { token }, verdict: "depends" });
    const { stdout } = await run("measure", "arrow.run.safetensors", "--kind", "dependence");
    expect(stdout.split("\n").slice(0, 2)).toEqual([
      "The answer depends on the picture: without it the model says something else than “right.”.",
      expect.stringMatching(
        /^Without the picture p\(right\.\) goes from 0\.\d+ to 0\.\d+, and the model says “.+” \(0\.\d+\)\.$/,
      ),
    ]);
  });

  it("measures a place: the whole picture as the place leaves nothing of the picture", async () => {
    const whole = await measured("--kind", "place", "--token", "right", "--patches", "0-195");
    const { token, result } = whole as { token: number; result: PlaceResult };
    expect(result.withoutPlace).toBe(result.withoutImage);
    const verified = await run("verify", "arrow.run.safetensors", "--token", "right", "--evidence", "image", "--json");
    const { result: without } = JSON.parse(verified.stdout) as { result: VerifyResult };
    expect(without.request.token).toBe(token);
    expect(result.withoutImage).toBeCloseTo(without.masked.probability, 6);
    expect(result.original).toBeCloseTo(without.original.probability, 6);
  });

  it("counts how stable causes are without opening a model", async () => {
    const args = ["--kind", "stability", "--over", "threshold", "--token", "right", "--model", "nothing-here"];
    const result = (await measured(...args)).result as CausalStability;
    expect(result.settings).toHaveLength(result.count);
    expect(result.explaining.every(({ count }) => count >= 1 && count <= result.count)).toBe(true);
  });

  it("prints a table for people", async () => {
    const { stdout } = await runCli(["measure", "arrow.run.safetensors"], { cwd });
    expect(stdout).toMatch(/^ {2}token +depends +blank +8 others +logits +odds +necessity +agrees +local +whole$/m);
    expect(stdout).toMatch(/^ {2}right\. +(0\.\d\d|1\.00) /m);
  });

  it.each([
    [[], "There is no run; give the path of a run file: measure RUN."],
    [["a", "--repeats", "3"], "--repeats belongs to --kind picture-noise, got grounding; leave it out."],
    [["a", "--kind", "place"], "There is no expected place; give it with --patches or --region."],
    [["a", "--kind", "curves", "--over", "layer"], "--over must be patches or text for --kind curves, got layer."],
    [["a", "--kind", "stability", "--save"], "--save keeps measurements, and a run holds no stability; leave it out."],
  ])("refuses %j", async (args, sentence) => {
    expect(await run("measure", ...args)).toMatchObject({ code: 2, stdout: "", stderr: `${sentence}\n` });
  });
});
