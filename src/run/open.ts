/** @file Opens a run file: checks everything but the large tensors' values, then reads tensors on demand. No model is needed. */
import { elementCount, type ElementType, type Tensor } from "../tensor/tensor.ts";
import { quote } from "../json/quote.ts";
import { openSafetensors, readTensor, type ByteSource, type ElementRange } from "../safetensors/read.ts";
import type { TensorEntry } from "../safetensors/header.ts";
import { nameOfScaled, roundedValues, type RoundedRows } from "./rounded-rows.ts";
import { checkIndexTensor, checkTensorShapes, isIndexTensor } from "./tensor-table.ts";
import type { Run, RunDescription, SliceRange } from "./types.ts";
import { parseDescription } from "./validate.ts";
import { lookUp } from "../tensor/look-up.ts";

const elementTypes: Readonly<Record<string, ElementType>> = { F32: "f32", I32: "i32", U8: "u8" };

/**
 * Opens and validates a run file. Throws an Error, with the name `file` in it, if it is not a run, damaged, or of a newer
 * format. Only the header and the small tensors of positions are read.
 */
export async function openRun(source: ByteSource, { file }: { readonly file: string }): Promise<Run> {
  const { description, tensors, entries, scalesOf } = await readHeader(source, file);

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
  async function read(entry: TensorEntry, elements: ElementRange): Promise<Tensor> {
    const stored = await readTensor(source, entry, elements);
    const scales = scalesOf.get(entry.name);
    if (scales === undefined) return stored;
    const length = entry.dims.at(-1) ?? 1;
    const firstRow = Math.floor(elements.start / length);
    const rows = { start: firstRow, end: Math.ceil(elements.end / length) };
    const rounded = { codes: stored.data as Uint8Array, scales: (await readTensor(source, scales, rows)).data };
    const values = roundedValues(rounded as RoundedRows, { length, first: elements.start - firstRow * length });
    return { type: "f32", dims: stored.dims, data: values };
  }
  return {
    description,
    tensors,
    // Index tensors are asked for again and again, and were read already.
    tensor: async (name) => {
      const entry = entryOf(name);
      const { dims } = entry;
      return indexTensors.get(name) ?? { ...(await read(entry, { start: 0, end: elementCount(dims) })), dims };
    },
    slice: async (name, range) => {
      const entry = entryOf(name);
      const { dims, ...elements } = elementsOf(entry, range);
      return { ...(await read(entry, elements)), dims };
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
  const { tensors: stored, metadata } = await openSafetensors(source, { file });
  if (!Object.hasOwn(metadata, "run")) {
    throw new Error(`${file} is a safetensors file but not a run: its metadata has no "run".`);
  }
  const description = parseDescription(metadata.run!, { file });
  const scalesOf = scalesIn(stored, { description, file });
  const entries = new Map([...stored].filter(([name]) => !scalesOf.has(nameOfScaled(name) ?? "")));
  const tensors = new Map(
    [...entries].map(([name, entry]) => {
      const type = typeOf(entry, file);
      return [name, { dims: entry.dims, type: scalesOf.has(name) ? "f32" : type }];
    }),
  );
  checkTensorShapes(tensors, { description, file });
  return { description, tensors, entries, scalesOf };
}

/** Of a run with rounded rows, the scales of each tensor that holds codes in place of numbers. */
function scalesIn(
  stored: ReadonlyMap<string, TensorEntry>,
  { description, file }: { readonly description: RunDescription; readonly file: string },
): ReadonlyMap<string, TensorEntry> {
  const scalesOf = new Map<string, TensorEntry>();
  if (description.rounded !== true) return scalesOf;
  for (const [name, scales] of stored) {
    const scaled = nameOfScaled(name);
    const codes = scaled === undefined ? undefined : stored.get(scaled);
    if (codes?.dtype !== "U8") continue;
    const rows = codes.dims.slice(0, -1);
    if (scales.dtype !== "F32" || scales.dims.join() !== rows.join()) {
      throw new Error(
        `${file}: tensor ${quote(name)} is ${scales.dtype} [${scales.dims.join(", ")}]; F32 [${rows.join(", ")}] is needed.`,
      );
    }
    scalesOf.set(codes.name, scales);
  }
  return scalesOf;
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
