/** @file Writes a run anew with another description or other tensors; what stays is copied tensor by tensor, never held whole. */
import { tensorBytes } from "../safetensors/write.ts";
import type { Run, RunDescription } from "./types.ts";
import { planRun } from "./write.ts";
import type { Tensor } from "../tensor/tensor.ts";

export interface RunChange {
  readonly description: RunDescription;
  /** Tensors that are added, or take the place of those of their name. */
  readonly tensors?: ReadonlyMap<string, Tensor>;
  /** True for the names of tensors that are left out. */
  readonly drop?: (name: string) => boolean;
}

/** The bytes of the changed run, read from `run` as they are asked for. Throws an Error if it would not open again. */
export async function changedRun(run: Run, change: RunChange): Promise<AsyncIterable<Uint8Array>> {
  const { description, tensors: added = new Map<string, Tensor>(), drop = () => false } = change;
  const kept = [...run.tensors].filter(([name]) => !drop(name));
  const shapes = [...added].map(([name, { dims, type }]) => [name, { dims, type }] as const);
  const tensors = new Map([...kept, ...shapes]);
  const tensor = async (name: string): Promise<Tensor> => added.get(name) ?? run.tensor(name);
  const { header, names } = await planRun(description, { tensors, tensor });
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield header;
    for (const name of names) yield tensorBytes(await tensor(name));
  }
  return chunks();
}
