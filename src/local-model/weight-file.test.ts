/** @file Tests of files that processes leave behind. */
import { readdir, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { writerName } from "../files/half-files.ts";
import { ownFile, removeAbandoned } from "./weight-file.ts";

const suffix = ".randomized";

it("removes the files of processes that have ended, and those that nobody has written to for long", async () => {
  const folder = temporaryFolder();
  const own = ownFile(folder, suffix);
  // No process has an id as large as that.
  const ended = join(folder, `${writerName.slice(0, 8)}-999999999-00000000-x${suffix}`);
  const elsewhere = join(folder, `00000000-1-00000000-x${suffix}`);
  const old = join(folder, `old${suffix}`);
  const other = join(folder, "other.f32");
  for (const path of [own, ended, elsewhere, old, other]) await writeFile(path, "x");
  await utimes(old, new Date(), new Date(Date.now() - 3_600_000));
  await removeAbandoned(folder, { suffix, age: 1_800_000 });
  expect((await readdir(folder)).map((name) => join(folder, name)).sort()).toEqual([own, elsewhere, other].sort());
});
