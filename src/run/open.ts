/** @file Opens a run file: checks everything but the large tensors' values, then reads tensors on demand. No model is needed. */
import { elementCount, type ElementType, type Tensor } from "../tensor/tensor.ts";
import { quote } from "../json/quote.ts";
import { openSafetensors, readTensor, type ByteSource } from "../safetensors/read.ts";
import type { TensorEntry } from "../safetensors/header.ts";
import { checkIndexTensor, checkTensorShapes, isIndexTensor } from "./tensor-table.ts";
import type { Run, RunDescription, SliceRange } from "./types.ts";
import { parseDescription } from "./validate.ts";
import { lookUp } from "../tensor/look-up.ts";

const elementTypes: Readonly<Record<string, ElementType>> = { F32: "f32", I32: "i32", U8: "u8" };

/**
 * Opens and validates a run file. Throws one sentence, with the name `file` in it, where it is not a run, damaged, or of a newer
 * format. Only the header and the small tensors of positions are read.
 */
export async function openRun(source: ByteSource, { file }: { readonly file: string }): Promise<Run> {
  const { description, tensors, entries } = await readHeader(source, file);

  const indexTensors = new Map<string, Tensor>();
  for (const [name, entry] of entries) {
    if (!isIndexTensor(name)) continue;
    const tensor = await readTensor(source, entry);
    checkIndexTensor(name, tensor, { description, file });
    indexTensors.set(name, tensor);
  }

  function entryOf(name: string): TensorEntry {
    const entry = entries.get(name);
    if (entry === undefined) throw new Error(`${file}: the run has no tensor ${quote(name)}.`);
    return entry;
  }
  return {
    description,
    tensors,
    // Index tensors are asked for again and again, and were read already.
    tensor: async (name) => indexTensors.get(name) ?? readTensor(source, entryOf(name)),
    slice: async (name, range) => {
      const entry = entryOf(name);
      const { dims, ...elements } = elementsOf(entry, range);
      return { ...(await readTensor(source, entry, elements)), dims };
    },
  };
}

/** What a run file says of itself, and nothing else of it. Throws as `openRun`. */
export async function readRunDescription(
  source: ByteSource,
  { file }: { readonly file: string },
): Promise<RunDescription> {
  return (await readHeader(source, file)).description;
}

async function readHeader(source: ByteSource, file: string) {
  const { tensors: entries, metadata } = await openSafetensors(source, { file });
  if (!Object.hasOwn(metadata, "run")) {
    throw new Error(`${file} is a safetensors file but not a run: its metadata has no "run".`);
  }
  const description = parseDescription(metadata.run!, { file });
  const tensors = new Map([...entries].map(([name, entry]) => [name, { dims: entry.dims, type: typeOf(entry, file) }]));
  checkTensorShapes(tensors, { description, file });
  return { description, tensors, entries };
}

function typeOf({ name, dtype }: TensorEntry, file: string): ElementType {
  const type = lookUp(elementTypes, dtype);
  if (type === undefined) {
    throw new Error(`${file}: tensor ${quote(name)} has type ${dtype}; a run holds only F32, I32 and U8.`);
  }
  return type;
}

/** The stretch of elements that a slice covers, and its dimensions. */
function elementsOf(
  { name, dims }: TensorEntry,
  { start, end, within = [] }: SliceRange,
): {
  readonly start: number;
  readonly end: number;
  readonly dims: readonly number[];
} {
  const axis = within.length;
  const size = dims[axis] ?? 0;
  const inside = (index: number, i: number): boolean => Number.isInteger(index) && index >= 0 && index < dims[i]!;
  const valid = Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start <= end && end <= size;
  if (axis >= dims.length || !within.every(inside) || !valid) {
    throw new RangeError(
      `tensor ${quote(name)}: entries ${[...within, `${start}-${end}`].join(", ")} are outside of [${dims.join(", ")}].`,
    );
  }
  const rest = dims.slice(axis + 1);
  const stride = elementCount(rest);
  const base = within.reduce((offset, index, i) => offset + index * elementCount(dims.slice(i + 1)), 0);
  return { start: base + start * stride, end: base + end * stride, dims: [end - start, ...rest] };
}
