import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { makeFolder } from "./make-folder.ts";

describe("makeFolder", () => {
  it("makes a folder with those above it, and takes one that is there", async () => {
    const folder = join(temporaryFolder(), "a/b/c");
    await makeFolder(folder);
    await makeFolder(folder);
    expect(statSync(folder).isDirectory()).toBe(true);
  });

  it("may be called twice at the same time", async () => {
    const folder = join(temporaryFolder(), "a/b/c");
    await Promise.all([makeFolder(folder), makeFolder(folder), makeFolder(join(folder, "d"))]);
    expect(statSync(join(folder, "d")).isDirectory()).toBe(true);
  });

  it("throws where a file is in the way", async () => {
    const file = join(temporaryFolder(), "file");
    writeFileSync(file, "");
    await expect(makeFolder(file)).rejects.toMatchObject({ code: "EEXIST" });
    await expect(makeFolder(join(file, "a/b"))).rejects.toMatchObject({ code: "ENOTDIR" });
  });

  // A file system in which no folder can be made, and which says ENOENT.
  it.runIf(process.platform === "linux")("ends where the file system answers ENOENT to mkdir", async () => {
    await expect(makeFolder("/proc/none/a/b")).rejects.toMatchObject({ code: "ENOENT", syscall: "mkdir" });
  });
});
