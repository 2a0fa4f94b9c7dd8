/** @file Runs that are opened from memory, for tests. */
import { openRun } from "../../src/run/open.ts";
import type { Run, RunDescription } from "../../src/run/types.ts";
import { encodeRun } from "../../src/run/write.ts";
import { bytesSource } from "../../src/safetensors/read.ts";
import type { Tensor } from "../../src/tensor/tensor.ts";
import { exampleDescription, exampleTensors, fileBytes } from "./example-run.ts";

/** A run of the example's description and tensors, with other ones in their place. */
export function runInMemory(
  change: { readonly description?: Partial<RunDescription>; readonly tensors?: ReadonlyMap<string, Tensor> } = {},
): Promise<Run> {
  const description = { ...exampleDescription(), ...change.description };
  const bytes = fileBytes(encodeRun(description, change.tensors ?? exampleTensors()));
  return openRun(bytesSource(bytes), { file: "example.run.safetensors" });
}

/** The example's tensors without those whose name begins with one of `prefixes`. */
export function tensorsWithout(...prefixes: string[]): Map<string, Tensor> {
  return new Map([...exampleTensors()].filter(([name]) => !prefixes.some((prefix) => name.startsWith(prefix))));
}
