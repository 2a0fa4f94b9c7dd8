/** @file docs/benchmark.md, followed on two questions: the list, the method of its example, and the scores of its maps. */
import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { temporaryFolder } from "./support/temporary-folder.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const execute = promisify(execFile);
// By its path, since the commands are run in another folder.
const loader = pathToFileURL(join(root, "node_modules/tsx/dist/loader.mjs")).href;
const document = readFileSync(join(root, "docs/benchmark.md"), "utf8");
const folder = temporaryFolder();

/** Options of the command `npm run bench:truth` that stand in the document, by what it does. */
function optionsWith(option: string): string[] {
  const found = new RegExp(`^npm run (?:--silent )?bench:truth -- (${option}[^>\\n]*)`, "m").exec(document);
  return found![1]!.trim().split(" ");
}

/** Runs the benchmark on two questions, as `npm run bench:truth` does once the program is built. */
async function benchmark(...options: readonly string[]): Promise<string> {
  const args = ["--import", loader, join(root, "bench/truth/main.ts"), ...options, "--limit", "2"];
  const { stdout } = await execute(process.execPath, args, { cwd: folder, timeout: 120_000 });
  return stdout;
}

it("can be followed", { timeout: 300_000 }, async () => {
  const listed = await benchmark(...optionsWith("--questions"));
  writeFileSync(join(folder, "questions.json"), listed);
  const questions = JSON.parse(listed) as { map: string; models: object; counts: string[] }[];
  expect(questions).toHaveLength(2);

  const [, code] = /^```js\n([^]*?)^```/m.exec(document)!;
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(root, join(folder, "node_modules/lvlm-interpret"), "junction");
  writeFileSync(join(folder, "maps.mjs"), code!);
  await execute(process.execPath, ["maps.mjs"], { cwd: folder, timeout: 120_000 });
  const wanted = questions.flatMap(({ map, models }) => Object.keys(models).map((model) => `${model}/${map}.csv`));
  const written = ["demo", "demo-twin"].flatMap((model) =>
    readdirSync(join(folder, "maps", model)).map((name) => `${model}/${name}`),
  );
  expect(written).toEqual(wanted.sort());

  const lines = (await benchmark(...optionsWith("--maps"))).split("\n");
  const masks = questions.filter(({ counts }) => counts.includes("masks")).length;
  const pairs = questions.filter(({ counts }) => counts.includes("pair")).length;
  expect(lines[0]).toContain(`answers right: ${masks} maps.`);
  expect(lines.find((line) => line.startsWith("Two models"))).toContain(`${pairs} maps.`);
  expect(lines.filter((line) => line.startsWith("submitted maps")).length).toBe(
    Math.min(1, masks) + Math.min(1, pairs),
  );
});
