/** @file Encodes a run as the bytes of a safetensors file, after the same checks that opening makes. */
import type { ElementType, Tensor } from "../tensor/tensor.ts";
import { encodeSafetensorsHeader, tensorBytes, type EncodedSafetensors } from "../safetensors/write.ts";
import { checkIndexTensor, checkTensorShapes, isIndexTensor } from "./tensor-table.ts";
import type { Run, RunDescription } from "./types.ts";
import { parseDescription } from "./validate.ts";

/** Wider types first, so that all data lie aligned in the file. */
const typeOrder: readonly ElementType[] = ["f32", "i32", "u8"];

/** The beginning of a run file, and the tensors whose data follow. */
export interface RunPlan {
  readonly header: Uint8Array;
  readonly names: readonly string[];
  readonly byteLength: number;
}

/**
 * Plans the file of a run from the names and shapes of its tensors, which may lie elsewhere; only the small ones that hold the
 * positions of others are read. Throws an Error if the run would not open again.
 */
export async function planRun(
  description: RunDescription,
  { tensors, tensor }: Pick<Run, "tensors" | "tensor">,
): Promise<RunPlan> {
  const context = contextOf(description);
  checkTensorShapes(tensors, context);
  for (const name of tensors.keys()) {
    if (isIndexTensor(name)) checkIndexTensor(name, await tensor(name), context);
  }
  return planOf(context.description, tensors);
}

/**
 * Encodes a run; the chunks are views on the tensors, and `byteLength` is the size of the file. The bytes depend only on the
 * description and the tensors, not on the order of the map. Throws an Error if the run would not open again.
 */
export function encodeRun(description: RunDescription, tensors: ReadonlyMap<string, Tensor>): EncodedSafetensors {
  const context = contextOf(description);
  checkTensorShapes(tensors, context);
  for (const [name, tensor] of tensors) {
    if (isIndexTensor(name)) checkIndexTensor(name, tensor, context);
  }
  const { header, names, byteLength } = planOf(context.description, tensors);
  return { header, byteLength, chunks: names.map((name) => tensorBytes(tensors.get(name)!)) };
}

function contextOf(description: RunDescription) {
  return { description: parseDescription(JSON.stringify(description), { file: "run" }), file: "run" };
}

function planOf(description: RunDescription, tensors: Run["tensors"]): RunPlan {
  const ordered = [...tensors]
    .map(([name, { type, dims }]) => ({ name, type, dims }))
    .sort((a, b) => typeOrder.indexOf(a.type) - typeOrder.indexOf(b.type) || (a.name < b.name ? -1 : 1));
  const encoded = encodeSafetensorsHeader(ordered, { run: JSON.stringify(description) });
  return { ...encoded, names: ordered.map(({ name }) => name) };
}
