/** @file Before all tests: one folder for everything that they write; it is removed with all that is in it when they have run. */
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";

/** Makes the folder; the function that comes back removes it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const root = await realpath(await mkdtemp(join(tmpdir(), "lvlm-interpret-test-")));
  project.provide("temporaryRoot", root);
  return () => rm(root, { recursive: true, force: true });
}
