import {
  cpSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { demoCheckpoint, demoExamples, finished, runCli, runHere, startCli, type CliResult } from "./run-cli.ts";

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), "cli-errors-"));
  writeFileSync(join(cwd, "text.png"), "no picture");
  writeFileSync(join(cwd, "empty.png"), "");
  writeFileSync(join(cwd, "bad.run.safetensors"), "x".repeat(1000));
});
afterAll(() => rmSync(cwd, { recursive: true }));

function run(...args: string[]): Promise<CliResult> {
  return runHere(args, { cwd });
}

/** The message of a failure: nothing on stdout, a sentence on stderr, no stack. */
async function failure(code: number, ...args: string[]): Promise<string> {
  const result = await run(...args);
  expect(result).toMatchObject({ code, stdout: "" });
  expect(result.stderr.trimEnd().split("\n")).toHaveLength(1);
  expect(result.stderr).toMatch(/[.?]\n$/);
  expect(result.stderr).not.toMatch(/^\s+at |node:internal|\[object/m);
  return result.stderr.trimEnd();
}

const picture = ["--image", `${demoExamples}/arrow-right.png`];
const question = ["--question", "Which way does the arrow point?"];

/** A copy of the demo checkpoint that may be damaged. */
function checkpointCopy(name: string): string {
  const folder = join(cwd, name);
  cpSync(demoCheckpoint, folder, { recursive: true });
  return folder;
}

describe("bad usage ends with 2", () => {
  it.each([
    [
      ["paint"],
      '"paint" is not a command; the commands are serve, demo, ask, explain, causes, verify, measure, causal, export, score, models, preprocess.',
    ],
    [
      ["ask", ...picture, ...question, "--sampling", "checkpoint", "--top-p", "0.5"],
      "--sampling checkpoint takes temperature and filters from the model's files; leave --top-p out.",
    ],
    [["--image", "a.png"], 'serve has no option "--image"'],
    [["serve", "page"], '"page" is not expected here'],
    [["serve", "--host", "http://localhost"], "--host must be a name or an address"],
    [["serve", "--token", "correct-horse-battery"], "A token on the command line can be read in the list of processes"],
    [["serve", "--token-file", "none"], '--token-file "none" does not exist'],
    [["--port", "0"], "--port must be a whole number from 1 to 65535"],
    [["demo", "more"], 'demo takes nothing; leave "more" out.'],
    [["ask"], "There is no question"],
    [["ask", ...question, "What", "else"], '"What" is not expected here'],
    [["ask", ...question, "--messages", "m.json"], "--messages holds pictures, system prompt and question already"],
    [["ask", ...question, "--min-new-tokens", "9", "--max-new-tokens", "8"], "--min-new-tokens 9 is more than"],
    [["ask", ...question, "--colour", "red"], 'ask has no option "--colour"'],
    [["ask", ...question, "--precision", "int4"], "--precision must be f32, f16 or auto"],
    [["explain", ...question, "--method", "saliency"], "--method must be one or more of attention,rollout,lens"],
    [["explain", ...question, "--variant", "exact"], "--variant belongs to relevancy"],
    [["explain", ...question, "--method", "relevancy", "--target", "loss"], "--target must be logit, logprob or"],
    [["explain", ...question, "--method", "relevancy", "--tokens", "all", "1"], "--tokens all takes every token"],
    [
      ["explain", ...question, "--method", "relevancy", "--variant", "reference", "--target", "logprob"],
      "The reference variant explains raw logits alone",
    ],
    [["export", "a", "--method", "relevancy", "--layer", "1"], "leave the layer out"],
    [["export", "a", "--method", "rollout", "--head", "1"], "Rollout goes through all layers and heads"],
    [["export", "a", "--method", "lrp", "--map", "combined"], "leave the map combined out"],
    [["export"], "There is no run"],
    [["export", "a", "b"], '"b" is one too many'],
    [["export", "a", "--head", "x"], "--head must be a whole number or mean"],
    [["export", "a", "--out", "a.png", "--format", "csv"], "--out a.png names a png file"],
    [["preprocess"], "There is no picture"],
    [["preprocess", "a.png"], '"a.png" is not expected here'],
    [["models", "push"], 'models has no action "push"'],
    [["models", "pull"], "There is no model to download"],
  ])("%j", async (args, message) => {
    expect(await failure(2, ...args)).toContain(message);
  });
});

describe("other failures end with 1", () => {
  it.each([
    ["a missing picture", ["ask", "--image", "none.png", ...question], "none.png"],
    [
      "a file that is no picture",
      ["ask", "--image", "text.png", ...question],
      "text.png is a text, not a picture that can be read",
    ],
    ["an empty picture", ["ask", "--image", "empty.png", ...question], "empty.png is empty"],
    ["a folder as picture", ["ask", "--image", ".", ...question], "is not a file"],
    ["missing messages", ["ask", "--messages", "none.json"], "none.json: the file of messages is missing"],
    ["an empty question", ["ask", ...picture, "--question", " "], "The question is empty"],
    ["an image token in the text", ["ask", ...picture, "--question", "<image>?"], 'holds the text "<image>"'],
    ["a model that is not there", ["ask", "--model", "./none", ...question], '"./none" is not a folder'],
    ["a model that is not cached", ["ask", "--model", "a/b", ...question], "lvlm-interpret models pull a/b"],
    ["a folder without a model", ["ask", "--model", ".", ...question], "config.json: the file is missing"],
    ["too little memory", ["ask", ...picture, ...question, "--max-memory", "1MB"], "more than the limit"],
    ["a missing run", ["export", "none.run.safetensors"], "none.run.safetensors: the file is missing"],
    ["a damaged run", ["export", "bad.run.safetensors"], "bad.run.safetensors"],
    ["an id that is none", ["models", "pull", "../../etc"], "is not the id of a model"],
    [
      "a folder that is not there",
      ["explain", ...picture, ...question, "--out", "no/a.run"],
      "its folder does not exist",
    ],
    ["a folder as output", ["explain", ...picture, ...question, "--out", "."], "it is a folder"],
  ])("%s", async (_, args, message) => {
    expect(await failure(1, ...args)).toContain(message);
  });

  it("a checkpoint that was cut off", async () => {
    const folder = checkpointCopy("cut");
    truncateSync(join(folder, "model.safetensors"), 1_000_000);
    expect(await failure(1, "ask", "--model", folder, ...picture, ...question)).toContain("model.safetensors");
  });

  it("a checkpoint of an unknown architecture", async () => {
    const folder = checkpointCopy("unknown");
    writeFileSync(join(folder, "config.json"), '{"model_type": "florence2", "architectures": ["Florence2"]}');
    expect(await failure(1, "ask", "--model", folder, ...picture, ...question)).toContain("florence2");
  });

  it("a checkpoint without a chat template", async () => {
    const folder = checkpointCopy("plain");
    rmSync(join(folder, "chat_template.jinja"));
    expect(await failure(1, "ask", "--model", folder, ...picture, ...question)).toContain("chat template");
  });

  it("a run that was cut off", async () => {
    await run("explain", ...picture, ...question, "--out", "whole.run.safetensors");
    const bytes = readFileSync(join(cwd, "whole.run.safetensors"));
    writeFileSync(join(cwd, "half.run.safetensors"), bytes.subarray(0, bytes.length / 2));
    expect(await failure(1, "export", "half.run.safetensors")).toContain("half.run.safetensors");
    expect(await failure(1, "export", "whole.run.safetensors", "--layer", "6")).toContain("layers 0 to 5");
    expect(await failure(1, "export", "whole.run.safetensors", "--token", "left")).toContain('no token "left"');
  });

  it("leaves no file behind", async () => {
    const folder = join(cwd, "clean");
    mkdirSync(folder);
    await runHere(["explain", ...picture, ...question, "--max-memory", "1MB", "--out", "a.run"], { cwd: folder });
    expect(readdirSync(folder).filter((name) => name !== "cache")).toEqual([]);
  });

  it("shows the stack only where that is asked", async () => {
    const { stderr } = await runHere(["export", "none"], { cwd, environment: { LVLM_INTERPRET_DEBUG: "1" } });
    expect(stderr).toMatch(/^\s+at /m);
  });
});

describe("a process", () => {
  it.each([
    [["paint"], 2],
    [["ask", "--image", "none.png", ...question], 1],
    [["ask", ...picture, ...question, "--max-memory", "1MB"], 1],
    [["export", "--help"], 0],
  ])("of %j writes and ends as the program does in another process", async (args, code) => {
    const result = await runCli(args, { cwd });
    expect(result.code).toBe(code);
    expect(result).toEqual(await run(...args));
  });
});

describe("help and version", () => {
  it.each([[["--help"]], [["ask", "--help"]], [["export", "--bad", "--help"]], [["--version"]]])(
    "%j end with 0",
    async (args) => {
      const { code, stdout, stderr } = await run(...args);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toMatch(/^(Usage: lvlm-interpret|\d+\.\d+\.\d+)/);
    },
  );
});

describe("lvlm-interpret models", () => {
  it("lists what is supported, as text and JSON", async () => {
    expect((await run("models")).stdout).toContain("LlavaForConditionalGeneration");
    expect(JSON.parse((await run("models", "--json")).stdout)).toMatchObject({ demo: { name: "demo" }, cached: [] });
  });
});

describe("lvlm-interpret preprocess", () => {
  it("writes pixel values and pictures", async () => {
    const { code, stdout } = await runCli(
      ["preprocess", ...picture, "--levels", "--fit", "pad", "--out", "p.safetensors"],
      { cwd },
    );
    expect(code).toBe(0);
    expect(stdout).toBe("pixel_values [1, 3, 224, 224]\np.safetensors\np.0.png\n");
  });
});

describe("cancelling", () => {
  it("ends with 130 on Ctrl-C", async () => {
    // A hub that never answers, so that there is time to cancel.
    const server = createServer();
    const asked = once(server, "request");
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const child = startCli(["models", "pull", "a/b"], {
      cwd,
      environment: { HF_ENDPOINT: `http://127.0.0.1:${port}` },
    });
    const result = finished(child);
    await asked;
    child.kill("SIGINT");
    expect(await result).toEqual({ code: 130, stdout: "", stderr: "Cancelled.\n" });
    server.closeAllConnections();
    server.close();
  });
});

describe("a reader that goes away", () => {
  it("ends the program quietly", async () => {
    const child = startCli(["ask", ...picture, ...question], { cwd });
    child.stdout!.destroy();
    let stderr = "";
    child.stderr!.on("data", (text: Buffer) => (stderr += text.toString()));
    const code = await new Promise((resolve) => child.on("exit", resolve));
    expect({ code, stderr }).toEqual({ code: 141, stderr: "" });
  });
});

describe("outputs", () => {
  const asking = [...picture, ...question, "--max-new-tokens", "1"];

  it.each([
    [
      ["explain", ...asking, "--out", "x.png"],
      '--out "x.png" looks like a picture; a run file ends in .run.safetensors.',
    ],
    [["preprocess", ...picture, "--out", "x.run.safetensors"], "looks like a run file; pixel values go into"],
    [["export", "a", "--out", "x.run.safetensors"], '--out "x.run.safetensors" looks like a run file; export writes'],
  ])("%j say what the name looks like", async (args, message) => {
    expect(await failure(2, ...args)).toContain(message);
  });

  it("replace no file of the model and no picture, by whatever name, with --force or without", async () => {
    const folder = checkpointCopy("kept-model");
    cpSync(`${demoExamples}/arrow-right.png`, join(cwd, "kept.png"));
    symlinkSync("kept.png", join(cwd, "link-to-picture"));
    linkSync(join(folder, "model.safetensors"), join(cwd, "hard.safetensors"));
    writeFileSync(
      join(cwd, "talk.json"),
      JSON.stringify({
        images: ["kept.png"],
        messages: [{ role: "user", content: [{ type: "image" }, { type: "text", text: "?" }] }],
      }),
    );
    const before = readFileSync(join(folder, "model.safetensors"));
    const model = ["--model", folder];
    const asked = [...model, "--image", "kept.png", ...question, "--max-new-tokens", "1"];
    for (const args of [
      ["explain", ...asked, "--out", join(folder, "model.safetensors")],
      ["explain", ...asked, "--out", "hard.safetensors", "--force"],
      ["explain", ...model, "--messages", "talk.json", "--out", "link-to-picture", "--force"],
      ["preprocess", ...model, "--image", "kept.png", "--out", "./kept-model/model.safetensors"],
    ]) {
      expect(await failure(1, ...args)).toContain("which this command reads, so it is not written over");
    }
    expect(readFileSync(join(folder, "model.safetensors")).equals(before)).toBe(true);
    expect(readFileSync(join(cwd, "kept.png"))).toEqual(readFileSync(`${demoExamples}/arrow-right.png`));
  });

  it("replace what others made with --force alone, and older outputs without a word", async () => {
    const args = ["preprocess", ...picture, "--levels", "--out", "values.safetensors"];
    writeFileSync(join(cwd, "values.0.png"), "mine");
    expect(await failure(1, ...args)).toContain("values.0.png is there already, and this program did not write it");
    expect(readdirSync(cwd)).not.toContain("values.safetensors");
    for (const again of [[...args, "--force"], args]) expect((await run(...again)).code).toBe(0);
  });

  it("name the path that was given where a part of it is a file", async () => {
    await run("explain", ...asking, "--out", "arrow.run.safetensors");
    expect(await failure(1, "export", "arrow.run.safetensors", "--out", "text.png/y.png")).toBe(
      "text.png/y.png cannot be written: a part of its path is a file; choose another path.",
    );
  });
});
