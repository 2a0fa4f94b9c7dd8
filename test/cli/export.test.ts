import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { attentionRow } from "../../src/run/attention-rows.ts";
import { imageTokenPositions, predictingPosition } from "../../src/run/positions.ts";
import { openRunFile } from "../../src/workbench/run-files.ts";
import { demoExamples, runCli, runHere, type CliResult } from "./run-cli.ts";

const runFile = "arrow.run.safetensors";
let cwd: string;
beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), "cli-export-"));
  const question = ["--image", `${demoExamples}/arrow-right.png`, "--question", "Which way does the arrow point?"];
  await runHere(["explain", ...question, "--method", "attention,rollout,lens,relevancy", "--out", runFile], { cwd });
});
afterAll(() => rmSync(cwd, { recursive: true }));

function run(...args: string[]): Promise<CliResult> {
  return runHere(["export", runFile, ...args], { cwd });
}

const place = ["--token", "right", "--layer", "5", "--head", "4"];
const name = "arrow.attention.layer-5.head-4";

/** Attention of the word "right." by layer 5, head 4, to each image token. */
async function recordedMap(): Promise<number[]> {
  const opened = await openRunFile(join(cwd, runFile));
  const { description } = opened.run;
  const token = description.tokens.findIndex(({ text }) => text === " right.") - description.answer.start;
  const query = predictingPosition(description, token);
  const { data } = await attentionRow(opened.run, { layer: 5, head: 4, query });
  await opened.close();
  return imageTokenPositions(description).map((position) => data[position]!);
}

describe("lvlm-interpret export", () => {
  it("draws the map and the matrix as PNG", async () => {
    const { code, stdout, stderr } = await runCli(["export", runFile, "--out", "png", ...place], { cwd });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toBe(
      'Shown: attention, layer 5, head 4, answer token "right.".\n' +
        `png/${name}.token-4-right.png\npng/arrow.layers-heads.token-4-right.png\n`,
    );
    for (const file of readdirSync(join(cwd, "png"))) {
      const { format, width, height } = await sharp(join(cwd, "png", file)).metadata();
      expect(format).toBe("png");
      expect(width).toBeGreaterThan(900);
      expect(height).toBeGreaterThan(900);
    }
  });

  it("shows the map on the picture: brightest where the attention is largest", async () => {
    await run("--out", "bright.png", ...place);
    const { data, info } = await sharp(join(cwd, "bright.png")).raw().toBuffer({ resolveWithObject: true });
    const map = await recordedMap();
    const peak = map.indexOf(Math.max(...map));
    // The picture is 1280 pixels wide behind a margin of 40, and begins in the first row that is not white over its whole width.
    const pixel = (x: number, y: number): number[] =>
      [0, 1, 2].map((c) => data[(y * info.width + x) * info.channels + c]!);
    const top = Array.from({ length: info.height }, (_, y) => y).find((y) =>
      [60, 380, 700, 1000, 1300].every((x) => Math.min(...pixel(x, y)) < 250),
    )!;
    const cell = 1280 / 14;
    const x = Math.round(40 + ((peak % 14) + 0.5) * cell);
    const y = Math.round(top + (Math.floor(peak / 14) + 0.5) * cell);
    const [red, green, blue] = pixel(x, y) as [number, number, number];
    // The end of viridis is yellow; where the map is near 0, the picture keeps its light ground.
    expect(Math.min(red, green)).toBeGreaterThan(1.5 * blue);
    expect(Math.min(...pixel(40 + 1270, top + 10))).toBeGreaterThan(200);
  });

  it("writes SVG that parses and loads nothing", async () => {
    await run("--out", "map.svg", ...place);
    const svg = readFileSync(join(cwd, "map.svg"), "utf8");
    expect(await sharp(Buffer.from(svg), { unlimited: true }).metadata()).toMatchObject({ format: "svg", width: 680 });
    expect(svg).toContain("Which way does the arrow point?");
    const links = [...svg.matchAll(/(?:href|src)="([^"]{0,30})/g)].map(([, link]) => link);
    // The picture and the map lie in layers of their own.
    expect(links).toEqual(["data:image/png;base64,iVBORw0K", "data:image/png;base64,iVBORw0K"]);
  });

  it("writes tables with a row for each observation", async () => {
    await run("--format", "csv", "--out", "tables", ...place);
    const lines = (file: string): string[] =>
      readFileSync(join(cwd, "tables", file), "utf8")
        .trimEnd()
        .split("\r\n");
    expect(lines(`${name}.csv`)).toHaveLength(1 + 6 * 196);
    expect(lines("arrow.layers-heads.csv")).toHaveLength(1 + 6 * 36);
    const rows = lines(`${name}.csv`).filter((line) => line.startsWith("attention,,,5,4,4,"));
    expect(rows.map((line) => Number(line.split(",").at(-1)))).toBeCloseToArray(await recordedMap(), 1e-8);
  });

  it("writes JSON with the map of the run", async () => {
    await run("--format", "json", "--out", "map.json", ...place);
    const document = JSON.parse(readFileSync(join(cwd, "map.json"), "utf8")) as {
      selection: unknown;
      pictures: { grids: { rows: number; values: number[] }[] }[];
    };
    expect(document.selection).toEqual({
      ...{ method: "attention", layer: 5, head: 4, tokens: [4], text: "right." },
      hideSinks: false,
    });
    expect(document.pictures[0]!.grids[0]!.values).toBeCloseToArray(await recordedMap(), 1e-8);
  });

  it("writes a page that loads nothing", async () => {
    await run("--format", "html", "--out", "page.html");
    const html = readFileSync(join(cwd, "page.html"), "utf8");
    expect(html).toContain("default-src 'none'");
    expect(html).toContain("Which way does the arrow point?");
    expect(html).not.toMatch(/(?:src|href|action)\s*=\s*["']?\s*(?:https?:)?\/\//i);
    expect(html).not.toMatch(/@import|url\(\s*["']?(?:https?:)?\/\//i);
    const outside = [...html.matchAll(/\b(?:https?|wss?):\/\/[^\s"'<>)]+/g)].map(([url]) => url);
    // Namespaces of XML and addresses in licenses are names, not loads.
    expect(outside.filter((url) => !/w3\.org|github\.com|colorbrewer|apache\.org|opensource\.org/.test(url))).toEqual(
      [],
    );
  });

  it("chooses the most attentive head of a late layer where nothing is said", async () => {
    const { stdout } = await run("--format", "json", "--json", "--out", "chosen");
    const { selection, files } = JSON.parse(stdout) as { selection: { layer: number; head: number }; files: string[] };
    expect(selection.layer).toBeGreaterThanOrEqual(4);
    expect(files).toHaveLength(1);
    const document = JSON.parse(readFileSync(join(cwd, files[0]!), "utf8")) as {
      imageAttention: { values: number[]; heads: number };
    };
    const { values, heads } = document.imageAttention;
    const late = values.slice(4 * heads);
    expect(late.indexOf(Math.max(...late))).toBe((selection.layer - 4) * heads + selection.head);
  });

  it("draws, tabulates and writes relevancy of a word, with text against image", async () => {
    const asked = ["--method", "relevancy", "--map", "combined", "--token", "right", "--hide-sinks"];
    const { code, stdout } = await run("--format", "png,csv,json", "--out", "relevancy", ...asked);
    expect(code).toBe(0);
    const title = "relevancy, exact, language model and vision tower combined";
    expect(stdout).toContain(`Shown: ${title}, answer token "right.", without attention sinks.`);
    const stem = "arrow.relevancy.exact.combined.without-sinks";
    const files = readdirSync(join(cwd, "relevancy"));
    expect(files).toEqual(
      expect.arrayContaining([
        ...[`${stem}.token-4-right.png`, `${stem}.csv`, `${stem}.token-4-right.json`],
        ...["arrow.text-against-image.token-4-right.png", "arrow.text-against-image.csv"],
      ]),
    );
    const document = JSON.parse(readFileSync(join(cwd, "relevancy", `${stem}.token-4-right.json`), "utf8")) as {
      selection: unknown;
      sinks: unknown[];
      textAgainstImage: { tokens: { imagePart: number }[]; leaningOnImage: { tokens: number[] } };
      pictures: { grids: { values: number[]; cols: number }[] }[];
    };
    expect(document.selection).toMatchObject({
      method: "relevancy",
      variant: "exact",
      map: "combined",
      target: "logit",
    });
    expect(document.sinks).toEqual([]);
    // The answer's word leans most on the image, and its map is largest on the arrow, which is in the lower half.
    expect(document.textAgainstImage.leaningOnImage.tokens[0]).toBe(4);
    const { values, cols } = document.pictures[0]!.grids[0]!;
    expect(Math.floor(values.indexOf(Math.max(...values)) / cols)).toBeGreaterThan(7);
  });

  it.each([
    [["--method", "relevancy", "--map", "vision"], "arrow.relevancy.exact.vision.token-"],
    [["--method", "rollout"], "arrow.rollout.token-"],
    [["--method", "lens", "--layer", "3"], "arrow.lens.layer-3.token-"],
    [["--head", "mean", "--layer", "0"], "arrow.attention.layer-0.head-mean.token-"],
  ])("exports %j", async (args, prefix) => {
    const { code, stdout } = await run("--format", "svg", "--out", "methods", ...args);
    expect(code).toBe(0);
    expect(stdout).toContain(`methods/${prefix}`);
  });
});
