/** @file Opens the run in the chunks of a run file, for tests. */
import { openRun } from "../../src/run/open.ts";
import type { Run } from "../../src/run/types.ts";
import { bytesSource } from "../../src/safetensors/read.ts";

export function openBytes(chunks: readonly Uint8Array[]): Promise<Run> {
  return openRun(bytesSource(new Uint8Array(Buffer.concat(chunks))), { file: "compact.run.safetensors" });
}
