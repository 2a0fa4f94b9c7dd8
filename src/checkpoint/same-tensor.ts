/** @file Tells whether two stored tensors hold the same numbers, without reading more than is needed. */
import { openFileSource } from "../files/regular-file.ts";

/** Bytes that are read of each tensor at a time. */
const chunkBytes = 4 * 1024 * 1024;

/** Where the bytes of a tensor lie, and how they are read. */
export interface StoredBytes {
  readonly type: string;
  readonly dims: readonly number[];
  readonly file: string;
  readonly offset: number;
  readonly byteLength: number;
}

/** True where type, shape and every byte are the same. Reads up to the first difference. */
export async function isSameTensor(a: StoredBytes, b: StoredBytes): Promise<boolean> {
  if (a.type !== b.type || a.dims.join() !== b.dims.join() || a.byteLength !== b.byteLength) return false;
  if (a.file === b.file && a.offset === b.offset) return true;
  const [first, second] = [await openFileSource(a.file), await openFileSource(b.file)];
  try {
    for (let start = 0; start < a.byteLength; start += chunkBytes) {
      const end = Math.min(a.byteLength, start + chunkBytes);
      const [left, right] = await Promise.all([
        first.read(a.offset + start, a.offset + end),
        second.read(b.offset + start, b.offset + end),
      ]);
      if (Buffer.compare(left, right) !== 0) return false;
    }
    return true;
  } finally {
    await Promise.all([first.close(), second.close()]);
  }
}
