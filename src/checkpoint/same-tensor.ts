/** @file Tells whether two stored tensors hold the same numbers, without reading more than is needed. */
import type { FileFolder } from "../storage/file-folder.ts";

/** Bytes that are read of each tensor at a time. */
const chunkBytes = 4 * 1024 * 1024;

/** The place of the bytes of a tensor, and how they are read. */
export interface StoredBytes {
  readonly type: string;
  readonly dims: readonly number[];
  readonly file: string;
  readonly offset: number;
  readonly byteLength: number;
}

/** True if type, shape and every byte are the same. Reads up to the first difference. */
export async function isSameTensor(files: Pick<FileFolder, "open">, a: StoredBytes, b: StoredBytes): Promise<boolean> {
  if (a.type !== b.type || a.dims.join() !== b.dims.join() || a.byteLength !== b.byteLength) return false;
  if (a.file === b.file && a.offset === b.offset) return true;
  const [first, second] = [await files.open(a.file), await files.open(b.file)];
  try {
    for (let start = 0; start < a.byteLength; start += chunkBytes) {
      const end = Math.min(a.byteLength, start + chunkBytes);
      const [left, right] = await Promise.all([
        first.read(a.offset + start, a.offset + end),
        second.read(b.offset + start, b.offset + end),
      ]);
      if (!areSame(left, right)) return false;
    }
    return true;
  } finally {
    await Promise.all([first.close(), second.close()]);
  }
}

function areSame(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false;
  // Words first: a comparison byte by byte takes several times as long.
  const isAligned = left.byteOffset % 4 === 0 && right.byteOffset % 4 === 0;
  const words = isAligned ? Math.floor(left.length / 4) : 0;
  const [leftWords, rightWords] = [left, right].map(
    (bytes) => new Int32Array(bytes.buffer, words === 0 ? 0 : bytes.byteOffset, words),
  );
  for (let i = 0; i < words; i++) if (leftWords![i] !== rightWords![i]) return false;
  for (let i = words * 4; i < left.length; i++) if (left[i] !== right[i]) return false;
  return true;
}
