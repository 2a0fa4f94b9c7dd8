/** @file Reads a safetensors file piece by piece: the header first, then any tensor or part of one. */
import type { Tensor } from "../tensor/tensor.ts";
import { elementBits } from "./element-types.ts";
import { bfloat16ToFloat, halfToFloat } from "./half.ts";
import { lengthBytes, parseHeader, parseHeaderLength, type SafetensorsHeader, type TensorEntry } from "./header.ts";
import { quote } from "../json/quote.ts";

/** Bytes that can be read from any place: a file, a blob, or memory. */
export interface ByteSource {
  /** Size in bytes. */
  readonly size: number;
  /** Bytes from `start` up to, not including, `end`. */
  read(start: number, end: number): Promise<Uint8Array>;
}

export interface SafetensorsFile extends SafetensorsHeader {
  /** The JSON header as it stands in the file, without the 8 bytes of its length. */
  readonly headerBytes: Uint8Array;
}

/** A stretch of elements of a tensor, in row-major order: from `start` up to, not including, `end`. */
export interface ElementRange {
  readonly start: number;
  readonly end: number;
}

/** The source of bytes that lie in memory. Reads are views, not copies. */
export function bytesSource(bytes: Uint8Array): ByteSource {
  return { size: bytes.length, read: (start, end) => Promise.resolve(bytes.subarray(start, end)) };
}

/** The source of a file that a browser was given. */
export function blobSource(blob: Blob): ByteSource {
  return {
    size: blob.size,
    read: async (start, end) => new Uint8Array(await blob.slice(start, end).arrayBuffer()),
  };
}

/** Reads and checks the header of a safetensors file, and nothing of its data. `file` is its name in messages. */
export async function openSafetensors(source: ByteSource, { file }: { file: string }): Promise<SafetensorsFile> {
  const facts = { file, fileSize: source.size };
  const first8Bytes = await source.read(0, Math.min(lengthBytes, source.size));
  const length = parseHeaderLength(first8Bytes, facts);
  const headerBytes = await source.read(lengthBytes, lengthBytes + length);
  if (headerBytes.length !== length) {
    throw new Error(`${file}: the header has ${length} bytes, but only ${headerBytes.length} could be read.`);
  }
  return { ...parseHeader(headerBytes, facts), headerBytes };
}

/**
 * Reads one tensor: F32, F16 and BF16 as f32, I32 as i32, U8 and BOOL as u8. With a `range` only these elements are read and the
 * result has one dimension. Throws for other types and for a range beyond the tensor.
 */
export async function readTensor(source: ByteSource, entry: TensorEntry, range?: ElementRange): Promise<Tensor> {
  if (range === undefined) {
    return decodeTensor(entry, await source.read(entry.offset, entry.offset + entry.byteLength));
  }
  const bytesPerElement = (elementBits(entry.dtype) ?? 0) / 8;
  const { start, end } = range;
  if (!(start >= 0 && start <= end && end * bytesPerElement <= entry.byteLength)) {
    throw new RangeError(
      `tensor ${quote(entry.name)}: elements ${start} to ${end} are outside of [${entry.dims.join(", ")}].`,
    );
  }
  const bytes = await source.read(entry.offset + start * bytesPerElement, entry.offset + end * bytesPerElement);
  return decodeTensor({ ...entry, dims: [end - start], byteLength: (end - start) * bytesPerElement }, bytes);
}

/** The tensor whose data are `bytes`; f32, i32 and u8 data that lie aligned in memory are viewed, not copied. Types as `readTensor`. */
export function decodeTensor(entry: TensorEntry, bytes: Uint8Array): Tensor {
  const { name, dtype, dims, byteLength } = entry;
  if (bytes.length !== byteLength) {
    throw new Error(
      `tensor ${quote(name)} has ${byteLength} bytes, but ${bytes.length} could be read; was the file cut short?`,
    );
  }
  switch (dtype) {
    case "F32":
      return { type: "f32", dims, data: new Float32Array(...aligned(bytes, 4)) };
    case "I32":
      return { type: "i32", dims, data: new Int32Array(...aligned(bytes, 4)) };
    case "U8":
    case "BOOL":
      return { type: "u8", dims, data: bytes };
    case "F16":
      return { type: "f32", dims, data: halfToFloat(new Uint16Array(...aligned(bytes, 2))) };
    case "BF16":
      return { type: "f32", dims, data: bfloat16ToFloat(new Uint16Array(...aligned(bytes, 2))) };
    default:
      throw new Error(
        `tensor ${quote(name)} has type ${dtype}, which cannot be read; expected F32, F16, BF16, I32, U8 or BOOL.`,
      );
  }
}

/** Arguments of a typed array over `bytes`: the same memory if it is aligned, else a copy of it. */
function aligned(bytes: Uint8Array, bytesPerElement: number): [ArrayBufferLike, number, number] {
  const { buffer, byteOffset, length } = byteOffsetFits(bytes, bytesPerElement) ? bytes : new Uint8Array(bytes);
  return [buffer, byteOffset, length / bytesPerElement];
}

function byteOffsetFits(bytes: Uint8Array, bytesPerElement: number): boolean {
  return bytes.byteOffset % bytesPerElement === 0;
}
