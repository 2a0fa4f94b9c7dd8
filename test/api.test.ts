/** @file The examples of docs/api.md, run as they stand against the built package, and what the package exports. */
import { execFile } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "./support/temporary-folder.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const execute = promisify(execFile);
const document = readFileSync(join(root, "docs/api.md"), "utf8");
const examples = new Map(
  [...document.matchAll(/^## (.*?)$(?:(?!^## )[^])*?^```js\n([^]*?)^```/gm)].map(([, title, code]) => [title!, code!]),
);
let folder: string;

/** Runs a script in the folder of the examples, in which the package is installed. */
async function run(name: string, code: string): Promise<string[]> {
  const path = join(folder, `${name}.mjs`);
  writeFileSync(path, code);
  const { stdout } = await execute(process.execPath, [path], { cwd: folder, timeout: 60_000 });
  return stdout.trimEnd().split("\n");
}

const example = (title: string): Promise<string[]> =>
  run(title.toLowerCase().replaceAll(" ", "-"), examples.get(title)!);

beforeAll(() => {
  folder = temporaryFolder();
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(root, join(folder, "node_modules/lvlm-interpret"), "junction");
  for (const picture of ["arrow-right.png", "arrow-up.png"]) {
    copyFileSync(join(root, "demo/examples", picture), join(folder, picture));
  }
});

describe("the examples of docs/api.md", () => {
  it("are all run here", () => {
    expect([...examples.keys()]).toEqual([
      "Ask",
      "Check",
      "Explain",
      "Read a run",
      "Score",
      "Draw",
      "Take edges away",
      "Patch two runs",
      "Methods as functions",
    ]);
    expect(document.match(/^```js$/gm)).toHaveLength(examples.size);
  });

  it("Ask", async () => {
    const [answer, ...tokens] = await example("Ask");
    expect(answer).toBe("The arrow points right.");
    expect(tokens.at(-1)).toMatch(/^<\/s> [01]\.\d{3}$/);
  });

  it("Check", async () => {
    expect(await example("Check")).toEqual(["true 5824704 196"]);
  });

  it("Explain, then read the run and draw it", async () => {
    const [rests] = await example("Explain");
    expect(rests).toMatch(/^"right\." rests on the picture by \d+ %$/);
    const [place, patch] = await example("Read a run");
    expect(place).toMatch(/^layer [45], head [0-5] has \d+ % of its attention on the picture$/);
    // The arrow lies in the lower half of the picture.
    expect(Number(/row (\d+), column \d+$/.exec(patch!)![1])).toBeGreaterThanOrEqual(7);
    const [best, methods] = await example("Score");
    expect(best).toMatch(/^layer [0-5], head [0-5] has \d+ % inside$/);
    expect(methods!.split(", ").sort()).toEqual(expect.arrayContaining(["attention", "relevancy.language"]));
    const names = await example("Draw");
    expect(names.map((name) => name.split(".").at(-1))).toEqual(["svg", "csv", "html"]);
    // In these layers the word gets from the picture which way the arrow points.
    const [effect] = await example("Take edges away");
    const [, before, without] = /^(0\.\d{3}), without the edge ([<0]\S+): \w+$/.exec(effect!)!;
    expect(Number(without)).toBeLessThan(Number(before) / 2);
    const lines = await example("Patch two runs");
    expect(lines).toHaveLength(2);
    for (const line of lines) expect(line).toMatch(/^layers \d to \d: picture -?\d\.\d\d, .*last position -?\d\.\d\d$/);
    for (const name of names) expect(statSync(join(folder, name)).size).toBeGreaterThan(1000);
    expect(readFileSync(join(folder, names[0]!), "utf8")).toContain("<svg");
  });

  it("Methods as functions", async () => {
    // Rollout averages each layer with the identity; two equal layers are its square.
    const layer = [
      [1, 0, 0],
      [0.25, 0.75, 0],
      [0.1, 0.15, 0.75],
    ];
    const row = [0, 1, 2].map((key) => [0, 1, 2].reduce((sum, k) => sum + layer[2]![k]! * layer[k]![key]!, 0));
    expect(await example("Methods as functions")).toEqual([row.map((value) => value.toFixed(4)).join(" "), "1"]);
  });
});

describe("the package", () => {
  it("exports these names and nothing else", async () => {
    const [names, methods] = await run(
      "names",
      `import * as api from "lvlm-interpret"; import * as methods from "lvlm-interpret/methods";
       for (const each of [api, methods]) console.log(Object.keys(each).sort().join(" "));`,
    );
    for (const name of [...names!.split(" "), ...methods!.split(" ")]) expect(document).toContain(`\`${name}`);
    expect(names!.split(" ")).toEqual(
      expect.arrayContaining(["ask", "explain", "figure", "openCheckpoint", "openRun", "readMap", "saveRun"]),
    );
    await expect(run("deep", `import "lvlm-interpret/dist/api/run.js"`)).rejects.toThrow(
      "ERR_PACKAGE_PATH_NOT_EXPORTED",
    );
  });

  it("ships the types of what it exports", () => {
    const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
      readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
    };
    for (const entry of Object.values(exports)) {
      for (const path of typeof entry === "string" ? [entry] : [entry.types, entry.default]) {
        expect(existsSync(join(root, path)), path).toBe(true);
      }
    }
  });
});
