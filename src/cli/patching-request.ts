/** @file The request to patch a run with another one, as commands ask for it. */
import { patchingScore } from "../run/patching-score.ts";
import type { PatchingRequest } from "../run/measures.ts";
import { idOfFileName } from "../run/run-id.ts";
import type { Run } from "../run/types.ts";
import { openRunFile } from "../workbench/run-files.ts";

/** A run that another one is patched with; `name` is its id. */
export interface OtherRun {
  readonly run: Run;
  readonly name: string;
}

/** Opens it for as long as `work` lasts. */
export async function withOtherRun<T>(path: string, work: (other: OtherRun) => Promise<T>): Promise<T> {
  const opened = await openRunFile(path);
  try {
    return await work({ run: opened.run, name: idOfFileName(path) ?? path });
  } finally {
    await opened.close();
  }
}

/** Parts of the layers, if nothing else is said. */
const defaultBands = 8;

/** All heads are patched, and the score is the usual one. */
export function patchingRequestOf(
  run: Run,
  other: OtherRun,
  {
    token,
    bands = defaultBands,
    region = [],
    seed,
  }: {
    readonly token: number;
    readonly bands?: number | undefined;
    readonly region?: readonly number[];
    readonly seed: number;
  },
): PatchingRequest {
  const score = patchingScore(run.description, other.run.description, token);
  return { kind: "patching", other: other.name, token, bands, heads: true, region, score, seed };
}
