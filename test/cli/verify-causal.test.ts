import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { VerifyResult } from "../../src/run/measures.ts";
import { openRunFile } from "../../src/workbench/run-files.ts";
import { demoExamples, fixtures, runCli, runHere, type CliResult } from "./run-cli.ts";

let cwd: string;
beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), "cli-"));
  const question = ["--image", `${demoExamples}/arrow-right.png`, "--question", "Which way does the arrow point?"];
  await run(
    "explain",
    ...question,
    "--method",
    "attention,causal",
    "--tokens",
    "right",
    "--out",
    "arrow.run.safetensors",
  );
});
afterAll(() => rmSync(cwd, { recursive: true }));

function run(...args: string[]): Promise<CliResult> {
  return runHere(args, { cwd });
}

describe("lvlm-interpret causal", () => {
  const matrix = `${fixtures}/causal/attention-03.json`;
  const golden = JSON.parse(readFileSync(matrix, "utf8")) as { runs: Record<string, unknown>[] };

  it("prints what the published tool finds", async () => {
    const [first] = golden.runs;
    const { code, stdout, stderr } = await runCli(["causal", "--matrix", matrix, "--variant", "reference"], { cwd });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const found = JSON.parse(stdout) as Record<string, unknown>;
    const shared = Object.keys(found).filter((field) => field in first!);
    expect(shared).toEqual(
      expect.arrayContaining([
        "marks",
        "sepsets",
        "tests_by_size",
        "pds_tree",
        "explanation",
        "radius_sets",
        "searched",
      ]),
    );
    for (const field of shared) expect(found[field], field).toEqual(first![field]);
  });

  it("takes settings, nodes and target", async () => {
    const { stdout } = await run(
      ...["causal", "--matrix", matrix, "--alpha", "0.01", "--samples", "64", "--sign-rule", "legacy"],
      ...["--nodes", "2,4-9", "--target", "9"],
    );
    expect(JSON.parse(stdout)).toMatchObject({
      variant: "exact",
      alpha: 0.01,
      num_records: 64,
      sign_rule: "legacy",
      nodes: [2, 4, 5, 6, 7, 8, 9],
      target: 9,
    });
  });

  it("centers rows and leaves keys out where it is asked to", async () => {
    const plain = JSON.parse((await run("causal", "--matrix", matrix, "--nodes", "1-19")).stdout) as Record<
      string,
      unknown
    >;
    for (const option of [["--center-rows"], ["--without-keys", "0"]]) {
      const { stdout } = await run("causal", "--matrix", matrix, "--nodes", "1-19", ...option);
      expect((JSON.parse(stdout) as typeof plain).marks).not.toEqual(plain.marks);
    }
  });

  it.each([
    [[], "There is no matrix"],
    [["--matrix", "x.json", "extra"], '"extra" is not expected here'],
    [["--matrix", matrix, "--nodes", "9-2"], "--nodes must be numbers with commas"],
    [["--matrix", matrix, "--nodes", "0,99"], "The matrix has tokens 0 to 19, got 99"],
    [["--matrix", matrix, "--nodes", "0-5", "--target", "7"], "The target 7 is none of the nodes"],
  ])("refuses %j", async (args, message) => {
    const { code, stdout, stderr } = await run("causal", ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(message);
  });
});

describe("lvlm-interpret verify", () => {
  const arrow = "arrow.run.safetensors";

  it("says that the arrow's answer depends on the picture, and keeps the result in the run", async () => {
    const { code, stdout } = await runCli(["verify", arrow, "--token", "right", "--evidence", "image", "--save"], {
      cwd,
    });
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^The arrow points right\.\n\nWithout the whole picture: .*\nThe answer depends on this\. p\(right\.\) goes from 0\.99\d to 0\.\d{3}; its log-probability falls by \d\.\d\d; there are no other sets of this size\. (C|Not ).*by patches of other pictures.*\.\n/,
    );
    const opened = await openRunFile(join(cwd, arrow));
    try {
      expect(opened.run.description.measures).toMatchObject([
        {
          parts: [{ kind: "image", verdict: "depends" }],
          request: { kind: "verify", confirm: ["others", "knock-out"] },
        },
      ]);
    } finally {
      await opened.close();
    }
  });

  it("says that an answer about the door does not, asked on the spot", async () => {
    const door = ["--image", `${demoExamples}/door-closed.png`, "--question", "Is the door open?"];
    const { stdout } = await run("verify", ...door, "--token", "yes", "--evidence", "image", "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      answer: "Yes, the door is open.",
      evidence: ["the whole picture"],
      result: { parts: [{ verdict: "nothing", tests: [] }] },
      sentence: expect.stringContaining("The picture does not matter for this word.") as unknown,
    });
  });

  it("tests the causes of the most important head against null sets, as many and of the kind that are asked for", async () => {
    const options = [
      "--token",
      "right",
      "--sets",
      "20",
      "--null",
      "random",
      "--confirm",
      "none",
      "--score",
      "contrast",
    ];
    const { stdout } = await run("verify", arrow, ...options, "--json");
    const { result, evidence } = JSON.parse(stdout) as { result: VerifyResult; evidence: string[] };
    const { request, parts } = result;
    expect(request).toMatchObject({ sets: 20, nulls: ["random"], confirm: [] });
    expect(request.score).toHaveProperty("contrast");
    for (const { kind, tests } of parts) {
      for (const { used, falls, nullSets } of tests) {
        expect(falls).toHaveLength(used);
        expect(used).toBeLessThanOrEqual(20);
        expect(nullSets).toBe(kind === "image" ? "random" : "words");
      }
    }
    expect(request.source).toMatchObject({ kind: "causes", layer: 5, head: 4 });
    expect(evidence.length).toBeGreaterThan(0);
  });

  it("tests the largest values of any map of the catalogue", async () => {
    const masked = async (source: string[], evidence: string, count: number) => {
      const options = ["--token", "right", "--evidence", evidence, "--count", String(count), "--sets", "20", "--json"];
      const { stdout } = await run("verify", ...source, ...options);
      const { result } = JSON.parse(stdout) as { result: { request: { source: unknown; evidence: unknown } } };
      return result.request;
    };
    expect(await masked([arrow], "attention", 12)).toMatchObject({
      source: { kind: "top", map: "attention" },
      evidence: { positions: { length: 12 } },
    });
    // A map of patches alone, which is recorded as the question is asked.
    const asked = ["--image", `${demoExamples}/arrow-right.png`, "--question", "Which way does the arrow point?"];
    const { source, evidence } = await masked(asked, "grad-cam", 3);
    expect(source).toEqual({ kind: "top", map: "grad-cam" });
    const opened = await openRunFile(join(cwd, arrow));
    try {
      const { tokens } = opened.run.description;
      const { positions } = evidence as { positions: number[] };
      expect(positions.map((position) => tokens[position]!.role)).toEqual(["image", "image", "image"]);
    } finally {
      await opened.close();
    }
  });

  it.each([
    [["verify", arrow, "--evidence", "lrp.vision"], 1, 'does not hold the map "lrp.vision"'],
    [["verify", "--question", "Why?", "--evidence", "occlusion"], 2, "--evidence occlusion is measured of a run"],
    [["verify", arrow, "--evidence", "image", "--words", "arrow"], 2, "name different evidence"],
    [["verify", arrow, "--question", "Why?"], 2, "A run holds its question"],
    [["verify", "--save", "--question", "Why?"], 2, "--save keeps the result in a run file"],
    [["verify", arrow, "--patches", "900"], 1, "The run has patches 0 to 195, got 900"],
    [["verify", arrow, "--words", "zebra"], 1, 'The question has no word "zebra"'],
    [["verify", arrow, "--region", "1,2,3"], 2, "--region must be LEFT,TOP,WIDTH,HEIGHT"],
    [["verify", arrow, "--heads", "5"], 2, "--heads must be LAYER.HEAD"],
    [["verify", arrow, "--sets", "0"], 2, "--sets"],
    [["verify", arrow, "--null", "neighbors"], 2, "--null"],
    [["verify", "none.run.safetensors"], 1, "none.run.safetensors"],
  ])("refuses %j", async (args, status, message) => {
    const { code, stdout, stderr } = await run(...args);
    expect({ code, stdout }).toEqual({ code: status, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  });
});
