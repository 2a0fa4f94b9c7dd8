/** @file Tests of reading JSON files: what is refused, and that it is refused before memory is spent. */
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, open, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { diskFolder } from "../files/disk-folder.ts";
import { maxJsonBytes } from "../json/parse-json.ts";
import { readJsonFile, readOptionalJsonFile } from "./read-file.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "json-"));
});
afterEach(() => rm(folder, { recursive: true }));

describe("readJsonFile", () => {
  it("gives the value and the bytes, through a link", async () => {
    await writeFile(join(folder, "blob"), '{"a": "é"}');
    await symlink("blob", join(folder, "a.json"));
    const { value, bytes } = await readJsonFile(diskFolder(folder), "a.json");
    expect(value).toEqual({ a: "é" });
    expect(bytes).toHaveLength(11);
  });

  it("names a missing file, which the optional form takes for undefined", async () => {
    const path = join(folder, "none.json");
    await expect(readJsonFile(diskFolder(folder), "none.json")).rejects.toThrow(`${path}: the file is missing`);
    await expect(readOptionalJsonFile(diskFolder(folder), "none.json")).resolves.toBeUndefined();
  });

  it("refuses folders and pipes instead of waiting for them", async () => {
    await mkdir(join(folder, "a.json"));
    execFileSync("mkfifo", [join(folder, "b.json")]);
    for (const name of ["a.json", "b.json"]) {
      await expect(readOptionalJsonFile(diskFolder(folder), name)).rejects.toThrow("not a regular file");
    }
  });

  it("refuses a file over the limit without reading it", async () => {
    const path = join(folder, "huge.json");
    const handle = await open(path, "w");
    await handle.truncate(maxJsonBytes + 1);
    await handle.close();
    await expect(readJsonFile(diskFolder(folder), "huge.json")).rejects.toThrow(
      `has ${maxJsonBytes + 1} bytes, more than the limit`,
    );
  });
});
