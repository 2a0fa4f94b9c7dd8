/**
 * @file The helper of docs/notebook.md, run as it stands by Python, if Python with numpy is there (`LVLM_PYTHON` names another one): maps of
 * recorded runs, and a question to a server with a token. Without it these tests are skipped and counted; the paths are checked always.
 */
import { execFile, spawnSync } from "node:child_process";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { readMap } from "../src/findings/read-map.ts";
import { attentionRow } from "../src/run/attention-rows.ts";
import { imageTokenPositions, predictingPosition } from "../src/run/positions.ts";
import { openRunFile } from "../src/workbench/run-files.ts";
import { serve } from "./cli/served.ts";
import { testApp } from "./support/server-app.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const document = readFileSync(join(root, "docs/notebook.md"), "utf8");
const helper = /^```python\n([^]*?)^```/m.exec(document)![1]!;
const python = process.env.LVLM_PYTHON ?? "python3";
const has = (module: string): boolean => spawnSync(python, ["-c", `import ${module}`]).status === 0;
const hasNumpy = has("numpy");
const hasMatplotlib = hasNumpy && has("matplotlib");
const execute = promisify(execFile);
const runs = join(root, "test/browser/gallery/runs");
let folder: string;

/** Runs a script beside the helper and returns the JSON that it prints. */
async function runPython<T>(code: string): Promise<T> {
  writeFileSync(join(folder, "script.py"), `from lvlm_runs import *\n${code}\n`);
  const environment = { ...process.env, MPLBACKEND: "Agg", MPLCONFIGDIR: folder };
  const { stdout } = await execute(python, ["script.py"], { cwd: folder, env: environment, timeout: 120_000 });
  return JSON.parse(stdout) as T;
}

beforeAll(() => {
  folder = temporaryFolder();
  writeFileSync(join(folder, "lvlm_runs.py"), helper);
  for (const name of ["arrow", "tiles"]) {
    copyFileSync(join(runs, `${name}.run.safetensors`), join(folder, `${name}.run.safetensors`));
  }
  copyFileSync(join(root, "demo/examples/arrow-right.png"), join(folder, "arrow-right.png"));
});

it("calls only routes that the OpenAPI document has", async () => {
  const { paths } = (await (await testApp().send("/api/openapi.json")).json()) as { paths: Record<string, object> };
  const calls = [...helper.matchAll(/self\.call\("(\w+)", f?"([^"?]+)/g)];
  expect(calls.length).toBeGreaterThan(4);
  for (const [, method, path] of calls) {
    expect(paths[path!.replace(/\{\w+\}/g, "{id}")]).toHaveProperty(method!.toLowerCase());
  }
});

describe.skipIf(!hasNumpy)("the helper in Python with numpy", () => {
  it.each(["arrow", "tiles"])("reads the maps of %s as this program does", async (name) => {
    const opened = await openRunFile(join(runs, `${name}.run.safetensors`));
    const { run } = opened;
    const positions = imageTokenPositions(run.description);
    const query = predictingPosition(run.description, 1);
    const { data } = await attentionRow(run, { layer: 1, head: 2, query });
    const relevancy = (await readMap(run, { map: "relevancy.language", token: 0 }))!;
    await opened.close();
    const found = await runPython<{ attention: number[]; relevancy: number[]; grids: number[][] }>(
      `run = Run("${name}.run.safetensors")
print(json.dumps({"attention": run.attention(1, 1, 2).tolist(), "relevancy": run.relevancy(0).tolist(),
                  "grids": [list(cells.shape) for _, cells in run.grids(run.relevancy(0))]}))`,
    );
    expect(found.attention).toEqual(positions.map((position) => expect.closeTo(data[position]!, 6) as number));
    expect(found.relevancy).toEqual(positions.map((position) => expect.closeTo(relevancy[position]!, 6) as number));
    expect(found.grids).toEqual(run.description.images[0]!.grids.map(({ rows, cols }) => [rows, cols]));
  });

  it("asks a server with its token", async () => {
    const token = "correct-horse-battery";
    const environment = { LVLM_INTERPRET_TOKEN: token };
    const served = await serve({ cwd: temporaryFolder(), environment });
    try {
      const found = await runPython<{ text: string; shape: number[] }>(
        `server = Server("${served.url}", "${token}")
name = server.ask("Which way does the arrow point?", ["arrow-right.png"])
server.compute(name, ["relevancy"])
run = server.open(name)
print(json.dumps({"text": run.description["answerText"], "shape": list(run.relevancy(4).shape)}))`,
      );
      expect(found).toEqual({ text: "The arrow points right.", shape: [196] });
    } finally {
      served.child.kill();
      await served.ended;
    }
  });
});

it.skipIf(!hasMatplotlib)("draws maps with matplotlib", async () => {
  const sizes = await runPython<number[]>(
    `import matplotlib.pyplot as plt
run = Run("tiles.run.safetensors")
axes = run.draw(run.attention(0, 1))
plt.savefig("map.png")
print(json.dumps([len(axes.images), run.description["images"][0]["width"], axes.get_xlim()[1]]))`,
  );
  expect(sizes[0]).toBe(2);
  expect(sizes[1]).toBe(sizes[2]);
  expect(readFileSync(join(folder, "map.png")).subarray(1, 4).toString()).toBe("PNG");
});
