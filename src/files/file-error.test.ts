/** @file Tests of errors of the file system as sentences, with errors that a real file system gives. */
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { mkdir, open, readdir, readFile, writeFile } from "node:fs/promises";
import { createConnection } from "node:net";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { FileError, fileError, fileErrorCode, withFileErrors } from "./file-error.ts";

const folder = temporaryFolder();
writeFileSync(join(folder, "file"), "x");
mkdirSync(join(folder, "inside"));
symlinkSync("loop", join(folder, "loop"));

describe("withFileErrors", () => {
  it.each([
    [
      "ENOENT",
      "read",
      () => readFile(join(folder, "none")),
      "a.png cannot be read: it does not exist; check the path.",
    ],
    [
      "ENOENT",
      "written",
      () => writeFile(join(folder, "none", "x"), ""),
      "a.png cannot be written: its folder does not exist; make the folder first.",
    ],
    ["ENOTDIR", "read", () => readFile(join(folder, "file", "x")), "a part of its path is a file"],
    ["EISDIR", "read", () => readFile(join(folder, "inside")), "it is a folder"],
    ["EEXIST", "made", () => mkdir(join(folder, "inside")), "there is something of this name already"],
    ["ENAMETOOLONG", "written", () => writeFile(join(folder, "x".repeat(300)), ""), "its name is too long"],
    ["ELOOP", "read", () => readFile(join(folder, "loop")), "its links lead in a circle"],
    ["ENOTDIR", "read", () => readdir(join(folder, "file")), "a part of its path is a file"],
  ] as const)("words %s as an error of what is %s", async (code, work, act, sentence) => {
    const error = await withFileErrors<unknown>("a.png", work, act).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(FileError);
    expect(error).toMatchObject({ code });
    expect((error as Error).message).toContain(sentence);
    expect((error as Error).message).toMatch(/^a\.png cannot be \w+: [^.]+\.$/);
    expect((error as Error).message).not.toContain(folder);
  });

  it.each([
    "EACCES",
    "EPERM",
    "EROFS",
    "ENOSPC",
    "EDQUOT",
    "EMFILE",
    "ENFILE",
    "EXDEV",
    "EBUSY",
    "EIO",
    "ESTALE",
    "EWHAT",
  ])("words %s", (code) => {
    const raw = Object.assign(new Error(`${code}: words of the system, open '/secret/x'`), { code, errno: -1 });
    const error = fileError(raw, "/home/me/a.png", "written") as FileError;
    expect(error.message).toMatch(/^\/home\/me\/a\.png cannot be written: [^.;]+; [^.;]+\.$/);
    expect(error.message).not.toMatch(/secret|words of the system/);
    expect(error.withoutPath).toMatch(/^a\.png cannot be written: /);
    expect(error.cause).toBe(raw);
  });

  it("words an error once, by the name that was given first", () => {
    const raw = Object.assign(new Error(""), { code: "ENOSPC", errno: -28 });
    const first = fileError(raw, "a.png", "written");
    expect(fileError(first, "b.png", "read")).toBe(first);
  });

  it("leaves other errors as they are", async () => {
    const sentence = new Error("The picture is no picture.");
    expect(fileError(sentence, "a.png", "read")).toBe(sentence);
    const refused = await new Promise<unknown>((resolve) => {
      createConnection({ port: 1, host: "127.0.0.1" }).on("error", resolve);
    });
    expect((refused as NodeJS.ErrnoException).code).toBe("ECONNREFUSED");
    expect(fileErrorCode(refused)).toBeUndefined();
    const closed = await open(join(folder, "file"));
    await closed.close();
    expect(fileErrorCode("ENOENT")).toBeUndefined();
  });
});
