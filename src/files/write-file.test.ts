/** @file Tests that files are written whole or not at all, and moved without taking another one's place. */
import {
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { moveToFreeName, writeFileAtomically } from "./write-file.ts";

const content = [Buffer.from("new "), Buffer.from("content")];

/** A folder with the file `a` in it. */
function folderWithFile(): { folder: string; path: string } {
  const folder = temporaryFolder();
  const path = join(folder, "a");
  writeFileSync(path, "old");
  return { folder, path };
}

describe("writeFileAtomically", () => {
  it("replaces the file, and leaves nothing beside it", async () => {
    const { folder, path } = folderWithFile();
    await writeFileAtomically(path, content);
    expect(readFileSync(path, "utf8")).toBe("new content");
    expect(readdirSync(folder)).toEqual(["a"]);
  });

  it("keeps the old file and leaves nothing beside it where writing fails", async () => {
    const { folder, path } = folderWithFile();
    function* chunks(): Generator<Uint8Array> {
      yield Uint8Array.of(1);
      throw new Error("no more");
    }
    await expect(writeFileAtomically(path, chunks())).rejects.toThrow("no more");
    expect(readFileSync(path, "utf8")).toBe("old");
    expect(readdirSync(folder)).toEqual(["a"]);
  });

  it("names the path that was given, and no file beside it", async () => {
    const { folder, path } = folderWithFile();
    for (const [wrong, reason] of [
      [join(folder, "none", "x"), "its folder does not exist"],
      [join(path, "x"), "a part of its path is a file"],
      [folder, "it is a folder"],
      [join(folder, "x".repeat(256)), "its name is too long"],
    ] as const) {
      const error = await writeFileAtomically(wrong, content).catch((thrown: unknown) => thrown as Error);
      expect((error as Error).message).toContain(`${wrong} cannot be written: ${reason}`);
      expect((error as Error).message).not.toContain(".partial");
    }
    expect(readdirSync(folder)).toEqual(["a"]);
  });

  it("takes the longest name that the file system takes", async () => {
    const folder = temporaryFolder();
    await writeFileAtomically(join(folder, "x".repeat(255)), content);
    expect(readdirSync(folder)).toEqual(["x".repeat(255)]);
  });

  it("writes through a link to the file that it names", async () => {
    const { folder, path } = folderWithFile();
    mkdirSync(join(folder, "inside"));
    const link = join(folder, "inside", "link");
    symlinkSync("../a", link);
    await writeFileAtomically(link, content);
    expect(readlinkSync(link)).toBe("../a");
    expect(readFileSync(path, "utf8")).toBe("new content");
  });
});

describe("moveToFreeName", () => {
  const refused = (code: string) => () =>
    Promise.reject(Object.assign(new Error(`${code}: no links here`), { code, errno: -1 }));

  it.each([
    ["in one step", {}],
    ["on a file system without links", { makeLink: refused("EPERM") }],
  ])("moves a file, %s", async (_, means) => {
    const { folder, path } = folderWithFile();
    expect(await moveToFreeName(path, join(folder, "b"), means)).toBe(true);
    expect(readdirSync(folder)).toEqual(["b"]);
    expect(readFileSync(join(folder, "b"), "utf8")).toBe("old");
  });

  it.each([
    ["in one step", {}],
    ["on a file system without links", { makeLink: refused("ENOTSUP") }],
  ])("takes no other file's place, %s", async (_, means) => {
    const { folder, path } = folderWithFile();
    writeFileSync(join(folder, "b"), "");
    expect(await moveToFreeName(path, join(folder, "b"), means)).toBe(false);
    expect(readdirSync(folder)).toEqual(["a", "b"]);
    expect(readFileSync(path, "utf8")).toBe("old");
  });

  it("lets one of many win", async () => {
    const folder = temporaryFolder();
    const names = Array.from({ length: 20 }, (_, i) => String(i));
    for (const name of names) writeFileSync(join(folder, name), name);
    const won = await Promise.all(names.map((name) => moveToFreeName(join(folder, name), join(folder, "taken"))));
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(readFileSync(join(folder, "taken"), "utf8")).toBe(String(won.indexOf(true)));
    expect(readdirSync(folder)).toHaveLength(20);
  });

  it("moves a file that has other names", async () => {
    const { folder, path } = folderWithFile();
    linkSync(path, join(folder, "other"));
    expect(await moveToFreeName(path, join(folder, "b"))).toBe(true);
    expect(statSync(join(folder, "b")).ino).toBe(statSync(join(folder, "other")).ino);
  });

  it("fails for a file that is not there, and holds no name", async () => {
    const folder = temporaryFolder();
    await expect(moveToFreeName(join(folder, "none"), join(folder, "b"))).rejects.toMatchObject({ code: "ENOENT" });
    const withoutLinks = { makeLink: refused("EPERM") };
    await expect(moveToFreeName(join(folder, "none"), join(folder, "b"), withoutLinks)).rejects.toThrow();
    expect(readdirSync(folder)).toEqual([]);
  });
});
