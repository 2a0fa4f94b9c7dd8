/** @file Tests that only regular files are opened, and that a link is not followed if it must not be. */
import { execFileSync } from "node:child_process";
import { linkSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { NoRegularFileError, openRegularFile, readFully } from "./open-file.ts";

const folder = temporaryFolder();
const path = join(folder, "file");
writeFileSync(path, "content");
symlinkSync("file", join(folder, "link"));
linkSync(path, join(folder, "hard"));

async function textOf(name: string, options?: { follow: boolean }): Promise<string> {
  const { handle, status } = await openRegularFile(join(folder, name), options);
  try {
    return Buffer.from(await readFully(handle, 0, status.size)).toString();
  } finally {
    await handle.close();
  }
}

it("opens files, by whatever name", async () => {
  for (const name of ["file", "link", "hard"]) expect(await textOf(name)).toBe("content");
});

it("follows no link where it must not", async () => {
  for (const name of ["file", "hard"]) expect(await textOf(name, { follow: false })).toBe("content");
  await expect(textOf("link", { follow: false })).rejects.toThrow(NoRegularFileError);
});

it("refuses folders, devices and pipes without waiting", async () => {
  execFileSync("mkfifo", [join(folder, "pipe")]);
  await expect(textOf("pipe")).rejects.toThrow(NoRegularFileError);
  await expect(textOf(".")).rejects.toThrow(NoRegularFileError);
  await expect(openRegularFile("/dev/null")).rejects.toThrow(NoRegularFileError);
  await expect(textOf("none")).rejects.toMatchObject({ code: "ENOENT" });
});

it("reads what is there where the file is shorter than asked", async () => {
  const { handle } = await openRegularFile(path);
  expect(Buffer.from(await readFully(handle, 3, 100)).toString()).toBe("tent");
  await handle.close();
});
