/** @file Writes the files of a command, after the checks that nothing else is lost. */
import { writeFileAtomically, type Chunks, type WriteOptions } from "../../files/write-file.ts";
import { checkOutput, type OutputRule } from "./check-output.ts";

/** A file that a command writes. */
export interface Output {
  readonly path: string;
  readonly chunks: Chunks;
  readonly kind: OutputRule["kind"];
}

/**
 * Writes files, each whole or not at all, after all of them were checked. Throws as `checkOutput`: what was checked before the work began may
 * have changed since.
 */
export async function writeOutputs(
  outputs: readonly Output[],
  rule: Omit<OutputRule, "kind">,
  options: WriteOptions = {},
): Promise<void> {
  for (const { path, kind } of outputs) await checkOutput(path, { ...rule, kind });
  for (const { path, chunks } of outputs) await writeFileAtomically(path, chunks, options);
}
