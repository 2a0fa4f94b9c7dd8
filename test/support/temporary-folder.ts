/** @file Folders for tests, removed when all tests have run: models of one file may be shared with the next. */
import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { inject } from "vitest";

declare module "vitest" {
  export interface ProvidedContext {
    /** Absolute path of the folder, its links resolved. */
    readonly temporaryRoot: string;
  }
}

/** A new empty folder, its links resolved. It outlives single tests and files, since models map the files in it. */
export function temporaryFolder(): string {
  return mkdtempSync(join(inject("temporaryRoot"), "folder-"));
}
