/** @file Right files that inputs are made of: those of the demo and of the fixtures. */
import { readdirSync, readFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import type { Json } from "../json-mutations.ts";

const root = join(import.meta.dirname, "../../..");

export const demoCheckpoint = join(root, "demo/checkpoint");

/** Folders of checkpoints in the repository. */
function checkpointFolders(): string[] {
  const fixtures = join(root, "test/fixtures");
  const own = readdirSync(fixtures).map((name) => join(fixtures, name, "checkpoint"));
  return [demoCheckpoint, ...own].filter((folder) => existsSync(join(folder, "config.json")));
}

/** A JSON file of every checkpoint that has it. */
export function jsonFiles(name: string): Json[] {
  return textFiles(name).map((text) => JSON.parse(text) as Json);
}

export function textFiles(name: string): string[] {
  return checkpointFolders()
    .map((folder) => join(folder, name))
    .filter((path) => existsSync(path))
    .map((path) => readFileSync(path, "utf8"));
}
