/** @file The command `score` over committed runs. */
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openRunFile } from "../../src/workbench/run-files.ts";
import { runHere, type CliResult } from "./run-cli.ts";

const runs = fileURLToPath(new URL("../browser/gallery/runs/", import.meta.url));
let cwd: string;
beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), "cli-score-"));
  copyFileSync(`${runs}arrow.run.safetensors`, join(cwd, "arrow.run.safetensors"));
  const { width, height } = await pictureSize();
  // White from (40, 30) to (120, 90) on black.
  const object = { input: { create: { width: 80, height: 60, channels: 3, background: "white" } } } as const;
  await sharp({ create: { width, height, channels: 3, background: "black" } })
    .composite([{ ...object, left: 40, top: 30 }])
    .png()
    .toFile(join(cwd, "mask.png"));
  await sharp({ create: { width, height, channels: 3, background: "#222222" } })
    .png()
    .toFile(join(cwd, "dark.png"));
  await sharp({ create: { width: 9, height: 9, channels: 3, background: "white" } })
    .composite([{ input: { create: { width: 2, height: 2, channels: 3, background: "black" } }, left: 0, top: 0 }])
    .png()
    .toFile(join(cwd, "small.png"));
});
afterAll(() => rmSync(cwd, { recursive: true }));

async function pictureSize(): Promise<{ width: number; height: number }> {
  const opened = await openRunFile(join(cwd, "arrow.run.safetensors"));
  const { width, height } = opened.run.description.images[0]!;
  await opened.close();
  return { width, height };
}

const score = (...args: string[]): Promise<CliResult> => runHere(["score", "arrow.run.safetensors", ...args], { cwd });
const box = ["--box", "40,30,120,90"];

interface Report {
  readonly by: string;
  readonly object: unknown;
  readonly methods: readonly { readonly map: string; readonly mass: number }[];
  readonly heads: readonly {
    readonly layer: number;
    readonly head: number;
    readonly mass: number;
    readonly iou: number;
  }[];
}

async function report(...args: string[]): Promise<Report> {
  const { code, stdout, stderr } = await score(...args, "--json");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout) as Report;
}

describe("lvlm-interpret score", () => {
  it("has the same numbers for a box and for a mask of it, and for boxes that make it up", async () => {
    const boxed = await report(...box);
    expect(boxed).toMatchObject({ by: "mass", object: { boxes: [{ picture: 0, box: [40, 30, 120, 90] }], masks: [] } });
    const { heads, methods } = await report("--mask", "mask.png");
    expect({ heads, methods }).toEqual({ heads: boxed.heads, methods: boxed.methods });
    const parts = await report("--box", "40,30,80,90", "0:70,30,120,90");
    expect(parts.heads).toEqual(boxed.heads);
  });

  it("sorts by the score that is asked for", async () => {
    const { heads } = await report(...box, "--by", "iou");
    const overlaps = heads.map(({ iou }) => iou);
    expect(overlaps).toEqual(overlaps.toSorted((a, b) => b - a));
  });

  it("prints methods, references and the best heads", async () => {
    const { stdout, code } = await score(...box, "--token", "right");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Maps of "right.*" against the marked object, by share inside:\n {2}map +share inside/);
    expect(stdout).toContain("(same everywhere)");
    expect(stdout).toMatch(/The 10 best of \d+ heads, by share inside:\n {2}head +share inside/);
  });

  it("writes every number as CSV and JSON, and the heads as figures, again and again", async () => {
    const { heads, methods } = await report(...box);
    for (const name of ["scores.csv", "scores.json", "heads.svg", "heads.png"]) {
      for (let time = 0; time < 2; time++) {
        const { code, stdout } = await score(...box, "--out", name);
        expect({ code, last: stdout.trimEnd().split("\n").at(-1) }).toEqual({ code: 0, last: name });
      }
    }
    const lines = readFileSync(join(cwd, "scores.csv"), "utf8").trimEnd().split("\r\n");
    expect(lines[0]).toBe("token,text,kind,map,layer,head,mass,pointing,iou,precision");
    expect(lines).toHaveLength(1 + 3 + methods.length + heads.length);
    expect(JSON.parse(readFileSync(join(cwd, "scores.json"), "utf8"))).toMatchObject({ methods, heads });
    const best = heads[0]!;
    expect(readFileSync(join(cwd, "heads.svg"), "utf8")).toContain(`best: layer ${best.layer}, head ${best.head}`);
    expect((await sharp(join(cwd, "heads.png")).metadata()).format).toBe("png");
  });

  it.each([
    [[], 2, "There is no object; mark it with --box LEFT,TOP,RIGHT,BOTTOM or --mask FILE."],
    [
      ["--box", "9,9,3,20"],
      2,
      '--box must be LEFT,TOP,RIGHT,BOTTOM in whole pixels, with left before right and top before bottom, got "9,9,3,20".',
    ],
    [["--box", "1:1,1,5,5"], 1, "The run has 1 picture, counted from 0; got picture 1."],
    [["--box", "1,1,5,5", "--out", "x.html"], 2, '--out must end in .csv, .json, .svg, .png, got "x.html".'],
    [
      ["--mask", "dark.png"],
      1,
      'The mask "dark.png" has nothing inside: its lightest pixel has level 34 of 255; paint the object white.',
    ],
    [
      ["--mask", "small.png"],
      1,
      /^The mask "small.png" has 9 x 9 pixels, the picture ".+" \d+ x \d+; give one of the same size\.$/,
    ],
  ])("says what is wrong with %j", async (args, code, sentence) => {
    const result = await score(...args);
    expect({ code: result.code, stdout: result.stdout }).toEqual({ code, stdout: "" });
    const said = result.stderr.trimEnd().split("\n").at(-1)!;
    if (typeof sentence === "string") expect(said).toBe(sentence);
    else expect(said).toMatch(sentence);
  });
});
