/** @file Reads the first directory of a TIFF file, classic or BigTIFF; a block of EXIF is one too. */

interface TiffEntry {
  readonly type: number;
  readonly count: number;
  /** Offset of the first value in the file. */
  readonly valuesAt: number;
}

export interface TiffDirectory {
  readonly view: DataView;
  readonly littleEndian: boolean;
  readonly big: boolean;
  readonly entries: ReadonlyMap<number, TiffEntry>;
  /** False when the file ends before the directory or its values do. */
  readonly complete: boolean;
}

/** Bytes of a value by its type: byte, text, short, long, rational, and so on to the 8-byte types of BigTIFF. */
const sizes: readonly number[] = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8];

/** Types that hold whole numbers, and those of them that are signed. */
const wholeTypes: readonly number[] = [1, 3, 4, 6, 8, 9, 13, 16, 17, 18];
const signedTypes: readonly number[] = [6, 8, 9, 17];

/** Entries beyond this number are no directory that a camera or a program wrote. */
const maxEntries = 4096;

/** The first directory, or undefined if the bytes are no TIFF. Entries whose values are cut off are left out. */
export function readTiffDirectory(bytes: Uint8Array): TiffDirectory | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 8) return undefined;
  const order = view.getUint16(0);
  const littleEndian = order === 0x4949;
  if (!littleEndian && order !== 0x4d4d) return undefined;
  const version = view.getUint16(2, littleEndian);
  if (version !== 42 && version !== 43) return undefined;
  const big = version === 43;
  const reader = { view, littleEndian, big };
  const entries = new Map<number, TiffEntry>();
  let complete = true;
  try {
    let at = offsetAt(reader, big ? 8 : 4);
    const count = big ? offsetAt(reader, at) : view.getUint16(at, littleEndian);
    at += big ? 8 : 2;
    for (let index = 0; index < Math.min(count, maxEntries); index++, at += big ? 20 : 12) {
      const tag = view.getUint16(at, littleEndian);
      const entry = readEntry(reader, at);
      if (entry === undefined) complete = false;
      else entries.set(tag, entry);
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    complete = false;
  }
  return { ...reader, entries, complete };
}

type Reader = Pick<TiffDirectory, "view" | "littleEndian" | "big">;

/** An offset or a count: 4 bytes, or 8 in a BigTIFF. Offsets beyond the file are no offsets at all. */
function offsetAt({ view, littleEndian, big }: Reader, at: number): number {
  return big ? Number(view.getBigUint64(at, littleEndian)) : view.getUint32(at, littleEndian);
}

/** Undefined if the values lie outside of the file. Entries of an unknown type or without values have no values. */
function readEntry(reader: Reader, at: number): TiffEntry | undefined {
  const { view, littleEndian, big } = reader;
  const type = view.getUint16(at + 2, littleEndian);
  const count = offsetAt(reader, at + 4);
  const length = (sizes[type] ?? 0) * count;
  const inline = at + (big ? 12 : 8);
  const valuesAt = length <= (big ? 8 : 4) ? inline : offsetAt(reader, inline);
  return valuesAt + length <= view.byteLength ? { type, count: length === 0 ? 0 : count, valuesAt } : undefined;
}

/** The numbers of a tag, at most `most` of them; undefined if the directory has none, or no whole numbers. */
export function tiffNumbers(directory: TiffDirectory, tag: number, most = 64): readonly number[] | undefined {
  const entry = directory.entries.get(tag);
  if (entry === undefined || !wholeTypes.includes(entry.type)) return undefined;
  return Array.from({ length: Math.min(entry.count, most) }, (_, index) => numberAt(directory, entry, index));
}

function numberAt({ view, littleEndian }: TiffDirectory, { type, valuesAt }: TiffEntry, index: number): number {
  const size = sizes[type]!;
  const at = valuesAt + index * size;
  const signed = signedTypes.includes(type);
  switch (size) {
    case 1:
      return signed ? view.getInt8(at) : view.getUint8(at);
    case 2:
      return signed ? view.getInt16(at, littleEndian) : view.getUint16(at, littleEndian);
    case 4:
      return signed ? view.getInt32(at, littleEndian) : view.getUint32(at, littleEndian);
    default:
      return Number(view.getBigUint64(at, littleEndian));
  }
}

/** The values of a tag as the bytes that are stored. */
export function tiffBytes({ view, entries }: TiffDirectory, tag: number): Uint8Array | undefined {
  const entry = entries.get(tag);
  if (entry === undefined) return undefined;
  return new Uint8Array(view.buffer, view.byteOffset + entry.valuesAt, entry.count * sizes[entry.type]!);
}

/** Writes another number over the values of a tag, in place. Does nothing if the directory lacks the tag. */
export function setTiffNumber({ view, littleEndian, entries }: TiffDirectory, tag: number, value: number): void {
  const entry = entries.get(tag);
  if (entry === undefined) return;
  const size = sizes[entry.type]!;
  for (let index = 0; index < entry.count; index++) {
    const at = entry.valuesAt + index * size;
    if (size === 1) view.setUint8(at, value);
    else if (size === 2) view.setUint16(at, value, littleEndian);
    else if (size === 4) view.setUint32(at, value, littleEndian);
    else view.setBigUint64(at, BigInt(value), littleEndian);
  }
}
