/** @file What a model's files disagree on is said by every command that opens the model or its run, and stays in the run. */
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { openRunFile } from "../../src/workbench/run-files.ts";
import { changedCheckpoint } from "../support/changed-checkpoint.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { demoExamples, runHere } from "./run-cli.ts";

const cwd = temporaryFolder();
const picture = ["--image", `${demoExamples}/arrow-right.png`];
const question = [...picture, "--question", "hi", "--max-new-tokens", "1"];
const warning = "config.json: logits_scaling (8) is no field of LlavaConfig and is not used.";
const line = `Warning: ${warning}\n`;
let model: string;
beforeAll(async () => {
  model = await changedCheckpoint({ json: { "config.json": (config) => (config.logits_scaling = 8) } });
});

describe("warnings about a model's files", () => {
  it("go to standard error of ask, preprocess, explain and export, and into the run", async () => {
    const ask = await runHere(["ask", "--model", model, ...question, "--json"], { cwd });
    expect(ask.stderr).toBe(line);
    expect(JSON.parse(ask.stdout)).toMatchObject({ stopped: false });
    const preprocess = await runHere(["preprocess", "--model", model, ...picture, "--out", "p.safetensors"], { cwd });
    expect(preprocess.stderr).toBe(line);
    const explain = await runHere(["explain", "--model", model, ...question, "--out", "r.run.safetensors"], { cwd });
    expect(explain.stderr).toBe(line);
    const opened = await openRunFile(join(cwd, "r.run.safetensors"));
    expect(opened.run.description.warnings).toEqual([warning]);
    await opened.close();
    const exported = await runHere(["export", "r.run.safetensors", "--format", "json"], { cwd });
    expect(exported).toMatchObject({ code: 0, stderr: line });
  });

  it("cannot steer a terminal", async () => {
    const hostile = await changedCheckpoint({
      json: { "config.json": (config) => (config["\u001b]0;title\u0007\u202e"] = "\u001b[2J") },
    });
    const { stderr } = await runHere(["ask", "--model", hostile, ...question], { cwd });
    expect(stderr).toContain("is no field of LlavaConfig");
    expect(stderr).not.toMatch(/[\u001b\u0007\u202e]/);
  });
});

it("a file given for a model is named, though it has the form of a hub id", async () => {
  const { code, stderr } = await runHere(["ask", "--model", "model/config.json", ...question], {
    cwd: join(model, ".."),
  });
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: "model/config.json is a file; pass the folder of the checkpoint.\n",
  });
});
