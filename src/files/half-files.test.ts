/** @file Tests that half files are removed when their writers are gone, and that nothing else is. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { halfFileName, isWriterAlive, removeHalfFiles, writerName } from "./half-files.ts";

const [computer, , mark] = writerName.split("-") as [string, string, string];
/** A process that has ended. */
const ended = spawnSync(process.execPath, ["--eval", ""]).pid;
const day = 25 * 3_600_000;

/** The name of a half file by this writer. */
function halfFileOf(writer: string): string {
  return halfFileName().replace(writerName, writer);
}

/** What is left of these files in a folder of their own. */
async function leftOf(names: readonly string[], ageMs = 0): Promise<string[]> {
  const folder = temporaryFolder();
  const written = new Date(Date.now() - ageMs);
  for (const name of names) {
    writeFileSync(join(folder, name), "half");
    utimesSync(join(folder, name), written, written);
  }
  await removeHalfFiles(folder);
  return readdirSync(folder).sort();
}

it("knows who writes", () => {
  expect(isWriterAlive(writerName)).toBe(true);
  expect(isWriterAlive(`${computer}-${process.ppid}-${mark}`)).toBe(true);
  expect(isWriterAlive(`${computer}-${ended}-${mark}`)).toBe(false);
  // An earlier process of the same id, as the only one of a container has again and again.
  expect(isWriterAlive(`${computer}-${process.pid}-00000000`)).toBe(false);
  expect(isWriterAlive(`00000000-${ended}-${mark}`)).toBeUndefined();
  expect(isWriterAlive("something else")).toBeUndefined();
});

it("removes those of processes that ended, at once", async () => {
  expect(
    await leftOf([halfFileOf(`${computer}-${ended}-${mark}`), halfFileOf(`${computer}-${process.pid}-00000000`)]),
  ).toEqual([]);
});

it("leaves those that are being written, here or on another computer", async () => {
  const names = [
    halfFileName(),
    halfFileOf(`${computer}-${process.ppid}-${mark}`),
    halfFileOf(`00000000-${ended}-${mark}`),
  ];
  expect(await leftOf(names)).toEqual([...names].sort());
});

it("removes those of another computer, of a process id that was given away, and of earlier versions after a day", async () => {
  const own = halfFileName();
  const names = [
    halfFileOf(`00000000-${ended}-${mark}`),
    halfFileOf(`${computer}-${process.ppid}-${mark}`),
    ".import-0123456789ab.partial",
    ".arrow.run.safetensors.0123456789ab.partial",
  ];
  expect(await leftOf([own, ...names], day)).toEqual([own]);
});

it("leaves what is not ours, however old", async () => {
  const names = [
    "notes.partial",
    ".notes.partial",
    ".lvlm-notes.partial",
    "movie.mp4.0123456789ab.partial",
    halfFileOf("x"),
  ];
  expect(await leftOf(names, day)).toEqual([...names].sort());
});

it("leaves folders and links of such names, and a folder that is not there is no error", async () => {
  const folder = temporaryFolder();
  const [first, second] = [halfFileOf(`${computer}-${ended}-${mark}`), halfFileOf(`${computer}-${ended}-${mark}`)];
  mkdirSync(join(folder, first));
  symlinkSync("/", join(folder, second));
  await removeHalfFiles(folder);
  expect(readdirSync(folder).sort()).toEqual([first, second].sort());
  await removeHalfFiles(join(folder, "none"));
});
