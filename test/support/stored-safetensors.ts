/** @file Safetensors files with 16-bit tensors, encoded by arithmetic of their own, for tests that read them back. */
import { writeFile } from "node:fs/promises";

export type StoredType = "F32" | "F16" | "BF16";

export interface StoredTensor {
  readonly name: string;
  readonly type: StoredType;
  readonly dims: readonly number[];
  /** Numbers that are rounded to the type. */
  readonly values: Float32Array;
}

/** The nearest half-precision number as its bit pattern; `value` must lie in its range. */
export function halfPattern(value: number): number {
  const size = Math.abs(value);
  const sign = value < 0 ? 0x8000 : 0;
  const exponent = size === 0 ? -15 : Math.floor(Math.log2(size));
  if (exponent < -14) return sign | Math.round(size * 2 ** 24);
  // A mantissa that rounds up to 1024 carries into the exponent, which is what is wanted.
  return sign | (((exponent + 15) << 10) + Math.round((size / 2 ** exponent - 1) * 1024));
}

/** The number that a half-precision bit pattern stands for. */
export function halfValue(pattern: number): number {
  const sign = pattern & 0x8000 ? -1 : 1;
  const exponent = (pattern >> 10) & 31;
  const mantissa = pattern & 1023;
  return exponent === 0 ? sign * mantissa * 2 ** -24 : sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
}

/** The upper half of the f32 pattern, which cuts the number off towards zero. */
export function brainPattern(value: number): number {
  return new Uint32Array(Float32Array.of(value).buffer)[0]! >>> 16;
}

export function brainValue(pattern: number): number {
  return new Float32Array(Uint32Array.of(pattern << 16).buffer)[0]!;
}

/** `values` after a round trip through the storage type. */
export function roundedTo(type: StoredType, values: Float32Array): Float32Array {
  if (type === "F32") return values;
  return values.map((value) => (type === "F16" ? halfValue(halfPattern(value)) : brainValue(brainPattern(value))));
}

function storedBytes({ type, values }: StoredTensor): Buffer {
  if (type === "F32") return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  return Buffer.from(Uint16Array.from(values, type === "F16" ? halfPattern : brainPattern).buffer);
}

/** Writes the tensors one after the other, without padding between them. */
export async function writeStoredSafetensors(file: string, tensors: readonly StoredTensor[]): Promise<void> {
  const header: Record<string, unknown> = {};
  const chunks = tensors.map(storedBytes);
  let offset = 0;
  for (const [i, { name, type, dims }] of tensors.entries()) {
    const end = offset + chunks[i]!.length;
    header[name] = { dtype: type, shape: dims, data_offsets: [offset, end] };
    offset = end;
  }
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  await writeFile(file, Buffer.concat([length, json, ...chunks]));
}
