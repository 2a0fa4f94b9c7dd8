import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { exampleDescription, exampleTensors } from "../../test/support/example-run.ts";
import { writeRun } from "../../test/support/write-run.ts";
import { openRunFile } from "./run-files.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "run-files-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const example = () => ({ description: exampleDescription(), tensors: exampleTensors() });

describe("writeRun", () => {
  it("writes what openRunFile opens", async () => {
    const path = join(folder, "a.run.safetensors");
    await writeRun(path, example());
    const { run, close } = await openRunFile(path).then((opened) => ({ ...opened, close: () => opened.close() }));
    expect(run.description).toEqual(exampleDescription());
    expect(await run.tensor("rollout")).toEqual(exampleTensors().get("rollout"));
    await close();
    expect(readdirSync(folder)).toEqual(["a.run.safetensors"]);
  });

  it("replaces an older run", async () => {
    const path = join(folder, "a.run.safetensors");
    writeFileSync(path, "old");
    await writeRun(path, example());
    expect(readFileSync(path).subarray(8, 9).toString()).toBe("{");
  });
});

describe("openRunFile", () => {
  it("throws for a missing file, a folder, and a file that is no run", async () => {
    writeFileSync(join(folder, "text"), "not a run at all");
    await expect(openRunFile(join(folder, "none"))).rejects.toThrow("none: the file is missing");
    await expect(openRunFile(folder)).rejects.toThrow("not a regular file");
    await expect(openRunFile(join(folder, "text"))).rejects.toThrow("text");
  });

  it("throws for a run that was cut off", async () => {
    const path = join(folder, "a.run.safetensors");
    await writeRun(path, example());
    writeFileSync(path, readFileSync(path).subarray(0, -100));
    await expect(openRunFile(path)).rejects.toThrow(path);
  });
});
