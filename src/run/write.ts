/** @file Encodes a run as the bytes of a safetensors file, after the same checks that opening makes. */
import type { ElementType, Tensor } from "../tensor/tensor.ts";
import { encodeSafetensors, type EncodedSafetensors } from "../safetensors/write.ts";
import { checkIndexTensor, checkTensorShapes, isIndexTensor } from "./tensor-table.ts";
import type { RunDescription } from "./types.ts";
import { parseDescription } from "./validate.ts";

/** Wider types first, so that all data lie aligned in the file. */
const typeOrder: readonly ElementType[] = ["f32", "i32", "u8"];

/**
 * Encodes a run; the chunks are views on the tensors, and `byteLength` is the size of the file. The bytes depend only on the
 * description and the tensors, not on the order of the map. Throws one sentence where the run would not open again.
 */
export function encodeRun(description: RunDescription, tensors: ReadonlyMap<string, Tensor>): EncodedSafetensors {
  const context = { description: parseDescription(JSON.stringify(description), { file: "run" }), file: "run" };
  checkTensorShapes(tensors, context);
  for (const [name, tensor] of tensors) {
    if (isIndexTensor(name)) checkIndexTensor(name, tensor, context);
  }
  const ordered = [...tensors]
    .map(([name, tensor]) => ({ name, tensor }))
    .sort((a, b) => typeOrder.indexOf(a.tensor.type) - typeOrder.indexOf(b.tensor.type) || (a.name < b.name ? -1 : 1));
  return encodeSafetensors(ordered, { run: JSON.stringify(context.description) });
}
