/** @file The command `causes`: its JSON, its sentences, and what it keeps in the run. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openRunFile } from "../../src/workbench/run-files.ts";
import { demoExamples, runCli, runHere, type CliResult } from "./run-cli.ts";

let cwd: string;
const arrow = "arrow.run.safetensors";
const ofArrow = ["--image", `${demoExamples}/arrow-right.png`, "--question", "Which way does the arrow point?"];
const ofDoor = ["--image", `${demoExamples}/door-closed.png`, "--question", "Is the door open?"];
beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), "cli-"));
  await run("explain", ...ofArrow, "--method", "attention,relevancy", "--out", arrow);
}, 60_000);
afterAll(() => rmSync(cwd, { recursive: true }));

function run(...args: string[]): Promise<CliResult> {
  return runHere(args, { cwd });
}

async function keptKinds(path: string): Promise<string[]> {
  const opened = await openRunFile(join(cwd, path));
  await opened.close();
  return (opened.run.description.measures ?? []).map(({ request }) => request.kind);
}

interface KindDocument {
  readonly sets: readonly { readonly positions: readonly number[]; readonly confirmedBy: readonly object[] }[];
}

describe("lvlm-interpret causes", () => {
  it("prints the causes of the decisive word as JSON, and keeps them in the run", async () => {
    const { code, stdout, stderr } = await runCli(["causes", arrow, "--json"], { cwd });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const { token, image, text, ...others } = JSON.parse(stdout) as Record<string, unknown>;
    expect(others).toEqual({});
    expect(token).toEqual({ index: 4, text: "right." });
    expect(image).toMatchObject({ verdict: "verified" });
    expect(text).toMatchObject({ verdict: "nothing to test", sets: [] });
    for (const kind of [image, text]) {
      expect(Object.keys(kind as object).sort()).toEqual(["calls", "sets", "verdict", "wholeFall"]);
    }
    const [set] = (image as KindDocument).sets;
    const fields = ["confirmed", "confirmedBy", "necessity", "positions", "sufficiency"];
    expect(Object.keys(set!).sort()).toEqual(fields);
    expect(Object.keys(set!.confirmedBy[0]!).sort()).toEqual(["intervention", "necessity", "nullSets", "p"]);
    expect(await keptKinds(arrow)).toEqual(["minimal"]);
  });

  it("has its causes drawn by export, as figure, table and JSON", async () => {
    const args = ["--method", "minimal", "--format", "svg,csv,json", "--out", "figures"];
    const { code, stdout, stderr } = await run("export", arrow, ...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const files = ["svg", "csv", "json"].map((format) => `figures/arrow.minimal.token-4-right.${format}`);
    expect(stdout).toBe(`Shown: causes by minimal, answer token "right.".\n${files.join("\n")}\n`);
    const [svg, csv, json] = files.map((file) => readFileSync(join(cwd, file), "utf8"));
    expect(svg).toMatch(/>The answer depends on \d+ patch/);
    expect(csv).toMatch(/^set,of,members,.*\r\n1,picture,/);
    expect(JSON.parse(json!)).toMatchObject({ token: { text: "right." }, image: { verdict: "verified" } });
  });

  it("measures by the contrast to the best rival if that is asked for", async () => {
    const args = ["--kind", "text", "--score", "contrast", "--out", "contrast.run.safetensors"];
    const { code, stdout, stderr } = await run("causes", arrow, "--json", ...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(JSON.parse(stdout)).toMatchObject({ scores: { minimal: { contrast: { text: " left." } } } });
  });

  it("keeps the results of several methods in another file if one is named, and prints their fields side by side", async () => {
    const before = readFileSync(join(cwd, arrow));
    const args = ["--method", "minimal,cleann", "--kind", "text", "--budget", "1", "--out", "other.run.safetensors"];
    const { code, stdout, stderr } = await run("causes", arrow, "--json", ...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(Object.keys(JSON.parse(stdout) as object)).toEqual(["token", "text", "cleann"]);
    expect(readFileSync(join(cwd, arrow)).equals(before)).toBe(true);
    expect(await keptKinds("other.run.safetensors")).toEqual(expect.arrayContaining(["minimal", "cleann"]));
  });

  it("says in a sentence that the picture does not matter, of a question that is asked now", async () => {
    const args = ["--kind", "image", "--out", "door.run.safetensors"];
    const { code, stdout, stderr } = await run("causes", ...ofDoor, ...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(
      /^The picture does not matter for this word: without it the probability of “Yes,” goes from 0\.\d+ to 0\.\d+\.\n$/,
    );
    expect(await keptKinds("door.run.safetensors")).toEqual(["minimal"]);
  });

  it("patches the run with another one, whose words and picture are others", async () => {
    const args = ["--method", "patching", "--with", "door.run.safetensors", "--token", "right", "--bands", "2"];
    const { code, stdout, stderr } = await run("causes", arrow, "--json", ...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const { patching } = JSON.parse(stdout) as { patching: Record<string, unknown> };
    expect(patching).toMatchObject({ with: "door", verdict: "measured" });
    expect(patching["bands"]).toHaveLength(2);
    expect(await keptKinds(arrow)).toContain("patching");
  });

  it.each([
    [[arrow, "--method", "patching"], 2, "There is no other run"],
    [[arrow, "--with", "door.run.safetensors"], 2, "--with belongs to --method patching"],
    [[arrow, "--question", "Why?"], 2, "A run holds its question"],
    [[arrow, "--method", "guess"], 2, "--method"],
    [[arrow, "--method", "cleann", "--score", "contrast"], 2, "--score belongs to --method minimal and flow"],
    [[arrow, "--order", "lrp"], 1, 'does not hold the map "lrp.language"'],
    [[arrow, "--token", "left"], 1, "The answer has no token"],
    [["--question", "Is it?", "--kind", "image"], 1, "The question has no picture"],
    [[arrow, "--out", "causes.json"], 2, "looks like"],
  ])("refuses %j", async (args, expected, message) => {
    const { code, stderr } = await run("causes", ...args);
    expect(code).toBe(expected);
    expect(stderr).toContain(message);
  });
});
