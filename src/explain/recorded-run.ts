/** @file A run that was recorded but not written, opened as if it had been. */
import { openRun } from "../run/open.ts";
import type { Run } from "../run/types.ts";
import { encodeRun } from "../run/write.ts";
import { bytesSource } from "../safetensors/read.ts";
import type { RecordedRun } from "./explain.ts";

/** Opens a recorded run in memory. Throws as `openRun`. */
export async function openRecorded({ description, tensors }: RecordedRun): Promise<Run> {
  const { header, chunks, byteLength } = encodeRun(description, tensors);
  const bytes = new Uint8Array(byteLength);
  let at = 0;
  for (const chunk of [header, ...chunks]) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return openRun(bytesSource(bytes), { file: "the recorded run" });
}
