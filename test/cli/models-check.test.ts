/** @file Tests of `models check` as a command: what it prints, its exit codes, and what it fetches of a model on the hub. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkReportSchema } from "../../src/check/report-schema.ts";
import { changedCheckpoint } from "../support/changed-checkpoint.ts";
import { id, startImitatedHub, type ImitatedHub } from "../support/imitated-hub.ts";
import { demoCheckpoint, demoExamples, runCli, runHere, type CliResult } from "./run-cli.ts";

let cwd: string;
let hub: ImitatedHub;
const files = new Map(readdirSync(demoCheckpoint).map((name) => [name, readFileSync(join(demoCheckpoint, name))]));
beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), "check-"));
  hub = await startImitatedHub(files);
});
afterAll(async () => {
  await hub.close();
  rmSync(cwd, { recursive: true });
});

const check = (...args: string[]): Promise<CliResult> =>
  runHere(["models", "check", ...args], { cwd, environment: { HF_ENDPOINT: hub.url } });

const question = ["--image", `${demoExamples}/arrow-right.png`, "--question", "Which way does the arrow point?"];

describe("lvlm-interpret models check", () => {
  it("prints what the schema describes", async () => {
    const { code, stdout, stderr } = await check("demo", ...question, "--json");
    expect([code, stderr]).toEqual([0, ""]);
    const report = checkReportSchema.parse(JSON.parse(stdout));
    expect(report).toMatchObject({ model: "demo", runs: true, prompt: { imageTokens: 196 } });
    expect(report.forecast!.works.every(({ seconds }) => seconds!.total > 0)).toBe(true);
  });

  it("prints the same for people", async () => {
    const { code, stdout } = await runCli(["models", "check", "demo", "--image-size", "960x686", "10x20"], { cwd });
    expect(code).toBe(0);
    for (const words of ["Parameters  5.8 M", "of 960 x 686: 196 image tokens", "of 10 x 20: 196 image", "GFLOPS"]) {
      expect(stdout).toContain(words);
    }
  });

  it("reads a model on the hub by the headers of its weights, and keeps nothing", async () => {
    const { code, stdout } = await check(id, "--json");
    expect(code).toBe(0);
    const { source, weights } = checkReportSchema.parse(JSON.parse(stdout));
    const text = [...files].filter(([name]) => name !== "model.safetensors");
    const textBytes = text.reduce((sum, [, bytes]) => sum + bytes.length, 0);
    const headerBytes = 8 + Number(files.get("model.safetensors")!.readBigUInt64LE(0));
    expect(source.kind).toBe("hub");
    expect(source.receivedBytes!).toBeLessThanOrEqual(textBytes + headerBytes);
    expect(weights!.bytes! + headerBytes).toBe(files.get("model.safetensors")!.length);
    const sent = hub.requests
      .filter(({ path }) => path.startsWith("storage:"))
      .reduce((sum, each) => sum + each.sent, 0);
    expect(sent).toBe(headerBytes + 1);
    expect(existsSync(join(cwd, "hub"))).toBe(false);
  });

  it("ends with one sentence and the code 1 if the model cannot be run", async () => {
    const folder = await changedCheckpoint({
      json: {
        "config.json": (json) => {
          json["architectures"] = ["LlavaLlamaForCausalLM"];
          json["_name_or_path"] = "llava-v1.5-7b";
        },
      },
    });
    const { code, stdout, stderr } = await check(folder, "--json");
    expect(code).toBe(1);
    expect(checkReportSchema.parse(JSON.parse(stdout))).toMatchObject({ runs: false, architecture: null });
    expect(stderr).toMatch(
      /^[^\n]*is the original form of LLaVA, which is not read; use llava-hf\/llava-1\.5-7b-hf\.\n$/,
    );
  });

  it.each([
    [["demo", "--image-size", "96"], "--image-size must be a size such as 1024x768"],
    [["demo", "--image-size", "9x9", ...question], "leave one of them out"],
    [[], "There is no model to check"],
    [["demo", "other"], "models check takes one model"],
  ])("refuses %j", async (args, message) => {
    const { code, stderr } = await check(...args);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  it("keeps its options to itself", async () => {
    const { code, stderr } = await runHere(["models", "--question", "What?"], { cwd });
    expect([code, stderr]).toEqual([2, "--question belongs to models check; leave it out.\n"]);
  });
});
