import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openRunFile } from "../../src/workbench/run-files.ts";
import { demoCheckpoint, demoExamples, fixtures, runCli, runHere, type CliResult } from "./run-cli.ts";

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), "cli-"));
});
afterAll(() => rmSync(cwd, { recursive: true }));

const arrow = ["--image", `${demoExamples}/arrow-right.png`, "--question", "Which way does the arrow point?"];

function run(...args: string[]): Promise<CliResult> {
  return runHere(args, { cwd });
}

/** The JSON, the table of tensors and the data of a run file. */
function parts(file: Buffer): { run: Record<string, unknown>; tensors: unknown; data: Buffer } {
  const headerEnd = 8 + Number(file.readBigUInt64LE(0));
  const { __metadata__, ...tensors } = JSON.parse(file.subarray(8, headerEnd).toString()) as {
    __metadata__: { run: string };
  };
  return { run: JSON.parse(__metadata__.run) as Record<string, unknown>, tensors, data: file.subarray(headerEnd) };
}

describe("lvlm-interpret ask", () => {
  it("prints the answer and nothing else", async () => {
    const printed = { code: 0, stdout: "The arrow points right.\n", stderr: "" };
    expect(await runCli(["ask", ...arrow], { cwd })).toEqual(printed);
  });

  it("prints JSON", async () => {
    const { stdout, code } = await run("ask", ...arrow, "--json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ model: "demo", text: "The arrow points right.", stopped: true },
      decisive: { index: 4, text: "right" },
    });
  });

  it("keeps to the longest answer", async () => {
    const { stdout } = await run("ask", ...arrow, "--json", "--max-new-tokens", "2");
    expect(JSON.parse(stdout)).toMatchObject({ text: "The arrow", stopped: false });
  });

  it("gives the same answer for the same seed", async () => {
    const sampled = [...arrow, "--temperature", "2", "--seed", "7", "--json"];
    const [one, other] = [await run("ask", ...sampled), await run("ask", ...sampled)];
    const tokens = (result: CliResult): unknown => (JSON.parse(result.stdout) as { tokens: unknown }).tokens;
    expect(tokens(one)).toEqual(tokens(other));
  });

  it.each(readdirSync(fixtures).filter((name) => name.startsWith("llava-")))(
    "generates the reference's tokens from the messages of %s",
    async (name) => {
      const folder = `${fixtures}/${name}`;
      const expected = JSON.parse(readFileSync(`${folder}/expected.json`, "utf8")) as {
        generated_ids: number[];
        input_ids: number[];
      };
      const { stdout, stderr } = await run(
        ...["ask", "--model", `${folder}/checkpoint`, "--messages", `${folder}/input/messages.json`],
        ...["--max-new-tokens", String(expected.generated_ids.length), "--json"],
      );
      expect(stderr).toBe("");
      const answer = JSON.parse(stdout) as { tokens: { id: number }[]; promptTokens: number };
      expect(answer.tokens.map(({ id }) => id)).toEqual(expected.generated_ids);
      expect(answer.promptTokens).toBe(expected.input_ids.length);
    },
  );

  describe("with fields in generation_config.json", () => {
    interface Answered {
      readonly tokens: readonly {
        readonly id: number;
        readonly probability: number;
        readonly alternatives: readonly { readonly id: number; readonly probability: number }[];
      }[];
    }
    const fixture = join(fixtures, "llava-clip-llama-f32");

    /** Asks the fixture's question with these fields in its file. */
    async function askWith(fields: object, ...more: string[]): Promise<Answered & { readonly stderr: string }> {
      const folder = mkdtempSync(join(cwd, "fields-"));
      for (const name of readdirSync(join(fixture, "checkpoint"))) {
        if (name !== "generation_config.json") symlinkSync(join(fixture, "checkpoint", name), join(folder, name));
      }
      const file = "generation_config.json";
      const own = JSON.parse(readFileSync(join(fixture, "checkpoint", file), "utf8")) as object;
      writeFileSync(join(folder, file), JSON.stringify({ ...own, ...fields }));
      const messages = ["--messages", `${fixture}/input/messages.json`, "--max-new-tokens", "4", "--json"];
      const { stdout, stderr } = await run("ask", "--model", folder, ...messages, ...more);
      return { ...(JSON.parse(stdout) as Answered), stderr };
    }
    const idsOf = ({ tokens }: Answered): number[] => tokens.map(({ id }) => id);

    it("applies rules, and prints the model's own probabilities", async () => {
      const answer = await askWith({ suppress_tokens: [363] });
      expect(idsOf(answer)).toEqual([195, 418, 91, 131]);
      expect(answer.stderr).toBe("");
      const [first] = answer.tokens;
      expect(first!.alternatives[0]!.id).toBe(363);
      expect(first!.alternatives[0]!.probability).toBeGreaterThan(first!.probability);
    });

    it("says what is not applied", async () => {
      const answer = await askWith({ num_beams: 4 });
      expect(idsOf(answer)).toEqual([363, 314, 104, 308]);
      expect(answer.stderr).toBe(
        "Warning: generation_config.json sets num_beams to 4 (beam search), which is not applied here.\n",
      );
    });

    it("takes its sampling where that is asked for", async () => {
      const fields = { do_sample: true, temperature: 1.5, top_k: 0 };
      const seeded = ["--seed", "3"];
      expect(idsOf(await askWith(fields, ...seeded))).toEqual([363, 314, 104, 308]);
      const own = idsOf(await askWith(fields, "--sampling", "checkpoint", ...seeded));
      expect(own).not.toEqual([363, 314, 104, 308]);
      expect(own).toEqual(idsOf(await askWith({}, "--temperature", "1.5", ...seeded)));
      expect(idsOf(await askWith({}, "--sampling", "checkpoint", ...seeded))).toEqual([363, 314, 104, 308]);
    });
  });

  it("finds a hub id in the cache", async () => {
    const repository = join(cwd, "hub", "models--someone--demo");
    const commit = "0123456789".repeat(4);
    mkdirSync(join(repository, "snapshots", commit), { recursive: true });
    for (const name of readdirSync(demoCheckpoint)) {
      symlinkSync(join(demoCheckpoint, name), join(repository, "snapshots", commit, name));
    }
    expect(await run("ask", ...arrow, "--model", "someone/demo")).toMatchObject({
      code: 0,
      stdout: "The arrow points right.\n",
    });
  });
});

describe("lvlm-interpret explain", () => {
  it("writes a run, and says where it looks and what comes next", async () => {
    const { code, stdout, stderr } = await runCli(["explain", ...arrow, "--out", "arrow.run.safetensors"], { cwd });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const lines = stdout.trimEnd().split("\n");
    expect(lines[0]).toBe("The arrow points right.");
    expect(lines[2]).toMatch(
      /^Of the late layers, layer [45], head \d looks most at the picture when it predicts "[^"]+": \d+ % of its attention\.$/,
    );
    expect(lines[3]).toContain("arrow.run.safetensors");
    expect(lines[4]).toBe("  npx lvlm-interpret export arrow.run.safetensors --format png,html");
    const opened = await openRunFile(join(cwd, "arrow.run.safetensors"));
    const { description, tensors } = opened.run;
    await opened.close();
    expect(description.answerText).toBe("The arrow points right.");
    expect(description.record).toBe("default");
    expect([...tensors.keys()]).toEqual(
      expect.arrayContaining(["language.attention.5", "rollout", "lens.ids", "image.0"]),
    );
    expect(readdirSync(cwd).filter((name) => name.includes("partial"))).toEqual([]);
  });

  it("names the run after the picture, and prints JSON", async () => {
    const { stdout } = await run("explain", ...arrow, "--json", "--method", "rollout");
    expect(JSON.parse(stdout)).toMatchObject({
      answer: "The arrow points right.",
      decisive: { index: 4, text: "right" },
      out: "arrow-right.run.safetensors",
      mostAttentive: null,
    });
    const opened = await openRunFile(join(cwd, "arrow-right.run.safetensors"));
    const names = [...opened.run.tensors.keys()].sort();
    await opened.close();
    expect(opened.run.description.decisive).toEqual({ index: 4, text: "right", reason: "asked for" });
    expect(names).toEqual(["image.0", "input_ids", "rollout"]);
  });

  it("explains by gradient what is asked, and weighs text against image", async () => {
    const relevancy = ["--method", "attention,relevancy,grad-cam,lrp", "--variant", "exact,reference"];
    const { code, stdout, stderr } = await run(
      ...["explain", ...arrow, ...relevancy, "--tokens", "points", "4", "--out", "relevancy.run.safetensors"],
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const [title, head, ...rows] = stdout.split("\n").slice(4);
    expect(title).toBe("Text against image, by exact relevancy (target: logit), as shares of both:");
    expect(head).toMatch(/^ {2}answer +image +most relevant words +most relevant patch$/);
    expect(rows[0]).toMatch(
      /^ {2}points +0\.\d\d +"\w+\??" 0\.\d\d, "\w+\??" 0\.\d\d +patch in row \d+, column \d+ 0\.\d\d$/,
    );
    expect(rows[1]).toMatch(/^ {2}right\. +0\.[5-9]\d /);
    expect(rows[2]).toBe("");
    const opened = await openRunFile(join(cwd, "relevancy.run.safetensors"));
    const { description, tensors } = opened.run;
    const language = await opened.run.tensor("relevancy.exact.language");
    await opened.close();
    expect(description.methods.relevancy).toMatchObject({ tokens: [2, 3, 4], target: "logit" });
    expect([...tensors.keys()]).toEqual(
      expect.arrayContaining(["relevancy.reference.combined2", "grad-cam", "lrp.vision"]),
    );
    const filled = Array.from(
      { length: 6 },
      (_, token) => language.data.subarray(token * language.dims[1]!).at(0) !== 0,
    );
    expect(filled).toEqual([false, false, true, true, true, false]);
  });

  it("explains why one token and not another, and prints JSON", async () => {
    const contrast = ["--method", "attention,relevancy", "--target", "contrast:left.", "--tokens", "right"];
    const { stdout } = await run("explain", ...arrow, ...contrast, "--json", "--out", "contrast.run.safetensors");
    const report = JSON.parse(stdout) as {
      sinks: unknown[];
      textAgainstImage: { target: string; words: { text: string; imagePart: number; patch: { row: number } }[] };
    };
    expect(report.sinks).toEqual([]);
    expect(report.textAgainstImage).toMatchObject({
      target: "contrast:left.",
      words: [{ tokens: [4], text: "right." }],
    });
    expect(report.textAgainstImage.words[0]!.imagePart).toBeGreaterThan(0.5);
    const { code, stderr } = await run("explain", ...arrow, "--method", "lrp", "--target", "contrast:left or right");
    expect(code).toBe(1);
    expect(stderr).toContain("and a contrast needs one");
  });

  it("records everything where that is asked", async () => {
    await run("explain", ...arrow, "--record", "full", "--method", "attention", "--out", "full.run.safetensors");
    const opened = await openRunFile(join(cwd, "full.run.safetensors"));
    const { tensors, description } = opened.run;
    await opened.close();
    const count = description.tokens.length;
    expect(tensors.get("language.attention.0")!.dims).toEqual([6, count, count]);
    expect(tensors.has("logits")).toBe(true);
    expect(tensors.has("vision.attention.0")).toBe(true);
  });

  it("writes the same bytes twice, but for times", async () => {
    const runs = ["one.run.safetensors", "two.run.safetensors"];
    for (const out of runs) await run("explain", ...arrow, "--method", "attention,lens", "--out", out);
    const [one, two] = runs.map((name) => parts(readFileSync(join(cwd, name))));
    expect(one!.run).toMatchObject({ timings: expect.anything() as unknown, created: expect.anything() as unknown });
    expect({ ...one!.run, timings: null, created: null }).toEqual({ ...two!.run, timings: null, created: null });
    expect(one!.tensors).toEqual(two!.tensors);
    expect(Buffer.compare(one!.data, two!.data)).toBe(0);
  });

  it("takes several turns", async () => {
    const { stdout } = await run(
      ...["explain", "--model", `${fixtures}/llava-two-turns/checkpoint`],
      ...["--messages", `${fixtures}/llava-two-turns/input/messages.json`],
      ...["--max-new-tokens", "6", "--json", "--out", "turns.run.safetensors"],
    );
    expect(JSON.parse(stdout)).toMatchObject({ out: "turns.run.safetensors" });
    const opened = await openRunFile(join(cwd, "turns.run.safetensors"));
    expect(new Set(opened.run.description.tokens.map(({ turn }) => turn))).toEqual(new Set([0, 1]));
    await opened.close();
  });
});

describe("lvlm-interpret demo", () => {
  it("explains a demo question", async () => {
    const folder = join(cwd, "empty");
    mkdirSync(folder);
    const { code, stdout, stderr } = await runCli(["demo"], { cwd: folder });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("Answer    The arrow points right.");
    const written = readdirSync(join(folder, "out"));
    expect(written).toContain("arrow-right.run.safetensors");
    expect(written).toContain("arrow-right.html");
    expect(written.filter((name) => name.endsWith(".png"))).toHaveLength(4);
    for (const [, path] of stdout.matchAll(/^ {2}(out\/\S+)$/gm)) expect(existsSync(join(folder, path!))).toBe(true);
  });
});
