import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { exampleDescription, exampleTensors } from "../../test/support/example-run.ts";
import { checkCanWrite, openRunFile, writeFileAtomically, writeRun } from "./run-files.ts";

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

describe("writeFileAtomically", () => {
  it("keeps the old file and leaves nothing beside it where writing fails", async () => {
    const path = join(folder, "a.txt");
    writeFileSync(path, "old");
    function* chunks(): Generator<Uint8Array> {
      yield Uint8Array.of(1);
      throw new Error("no more");
    }
    await expect(writeFileAtomically(path, chunks())).rejects.toThrow("no more");
    expect(readFileSync(path, "utf8")).toBe("old");
    expect(readdirSync(folder)).toEqual(["a.txt"]);
  });

  it("says what is wrong with the path", async () => {
    await expect(writeFileAtomically(join(folder, "none", "a.txt"), [])).rejects.toThrow("its folder does not exist");
    await expect(writeFileAtomically(folder, [])).rejects.toThrow("it is a folder");
  });
});

describe("checkCanWrite", () => {
  it("passes for a new file and an old one", async () => {
    writeFileSync(join(folder, "old"), "");
    await checkCanWrite(join(folder, "new"));
    await checkCanWrite(join(folder, "old"));
    expect(readdirSync(folder)).toEqual(["old"]);
  });

  it("throws where the folder is missing or a file, or the path is a folder", async () => {
    writeFileSync(join(folder, "file"), "");
    mkdirSync(join(folder, "inside"));
    await expect(checkCanWrite(join(folder, "none", "a"))).rejects.toThrow("its folder does not exist");
    await expect(checkCanWrite(join(folder, "file", "a"))).rejects.toThrow("a part of its path is a file");
    await expect(checkCanWrite(join(folder, "inside"))).rejects.toThrow("it is a folder");
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
