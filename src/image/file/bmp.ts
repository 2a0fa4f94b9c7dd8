/** @file Reads the pixels of a BMP file: of Windows and OS/2, with palettes, masks and run-length codes, as Pillow does. */

export interface BmpPicture {
  readonly width: number;
  readonly height: number;
  readonly hasAlpha: boolean;
  /** One row, the topmost first, as RGB or RGB and alpha. */
  row(y: number): Uint8Array;
}

interface BmpHeader {
  readonly view: DataView;
  readonly width: number;
  readonly height: number;
  readonly topDown: boolean;
  readonly bits: number;
  readonly compression: number;
  readonly palette: Uint8Array;
  readonly pixelsAt: number;
  /** Of red, green, blue and alpha; null if pixels are plain bytes or indices. */
  readonly masks: readonly number[] | null;
}

const compressions = { none: 0, runs8: 1, runs4: 2, masks: 3, masksWithAlpha: 6 } as const;

/** Throws a RangeError if the header is cut off or says what no BMP has. */
export function readBmpHeader(bytes: Uint8Array): BmpHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerLength = view.getUint32(14, true);
  const isFirstOs2 = headerLength === 12;
  const storedHeight = isFirstOs2 ? view.getUint16(20, true) : view.getInt32(22, true);
  const bits = view.getUint16(isFirstOs2 ? 24 : 28, true);
  const compression = isFirstOs2 ? compressions.none : view.getUint32(30, true);
  const pixelsAt = view.getUint32(10, true);
  const hasMasks = compression === compressions.masks || compression === compressions.masksWithAlpha;
  const masksFollow = hasMasks && headerLength === 40;
  const maskCount = compression === compressions.masksWithAlpha || headerLength >= 56 ? 4 : 3;
  const masks = hasMasks ? Array.from({ length: maskCount }, (_, index) => view.getUint32(54 + 4 * index, true)) : null;
  const paletteAt = 14 + headerLength + (masksFollow ? 4 * maskCount : 0);
  const entryBytes = isFirstOs2 ? 3 : 4;
  const named = isFirstOs2 ? 0 : view.getUint32(46, true);
  const colors = bits > 8 ? 0 : Math.min(named === 0 ? 2 ** bits : named, 256);
  return {
    view,
    width: isFirstOs2 ? view.getUint16(18, true) : view.getInt32(18, true),
    height: Math.abs(storedHeight),
    topDown: storedHeight < 0,
    bits,
    compression,
    palette: paletteOf(bytes.subarray(paletteAt, paletteAt + colors * entryBytes), entryBytes),
    pixelsAt,
    masks: masks ?? (bits === 16 ? [0x7c00, 0x3e0, 0x1f] : null),
  };
}

/** 256 colors as RGB; those that the file does not name are black. */
function paletteOf(stored: Uint8Array, entryBytes: number): Uint8Array {
  const palette = new Uint8Array(256 * 3);
  for (let color = 0; (color + 1) * entryBytes <= stored.length; color++) {
    for (let channel = 0; channel < 3; channel++)
      palette[color * 3 + channel] = stored[color * entryBytes + 2 - channel]!;
  }
  return palette;
}

/** What keeps a BMP from being read, as the end of "The picture x.bmp "; undefined when nothing does. */
export function bmpObstacle({ bits, compression, masks }: BmpHeader): string | undefined {
  const isRuns = compression === compressions.runs8 || compression === compressions.runs4;
  const allowed = isRuns ? [compression === compressions.runs8 ? 8 : 4] : masks === null ? [1, 4, 8, 24, 32] : [16, 32];
  const known = Object.values<number>(compressions).includes(compression);
  if (known && allowed.includes(bits)) return undefined;
  return `is a BMP with ${bits} bits a pixel and the compression ${compression}, which cannot be read; save it as PNG or JPEG`;
}

/** Throws a RangeError if the pixels are cut off. */
export function openBmp(bytes: Uint8Array, header: BmpHeader): BmpPicture {
  const { width, height, topDown, compression } = header;
  const stored =
    compression === compressions.runs8 || compression === compressions.runs4
      ? runRows(bytes, header)
      : plainRows(bytes, header);
  const hasAlpha = (header.masks?.[3] ?? 0) !== 0;
  return { width, height, hasAlpha, row: (y) => stored(topDown ? y : height - 1 - y) };
}

type StoredRow = (index: number) => Uint8Array;

function plainRows(bytes: Uint8Array, header: BmpHeader): StoredRow {
  const { width, height, bits, pixelsAt, masks } = header;
  const rowBytes = Math.ceil((width * bits) / 32) * 4;
  const end = pixelsAt + rowBytes * (height - 1) + Math.ceil((width * bits) / 8);
  if (end > bytes.length) throw new RangeError("its pixels end too early");
  const convert = masks === null ? (bits > 8 ? byteRow : indexRow) : maskedRow;
  return (index) => convert(bytes.subarray(pixelsAt + index * rowBytes), header);
}

function byteRow(stored: Uint8Array, { width, bits }: BmpHeader): Uint8Array {
  const row = new Uint8Array(width * 3);
  const step = bits / 8;
  for (let x = 0; x < width; x++) {
    for (let channel = 0; channel < 3; channel++) row[x * 3 + channel] = stored[x * step + 2 - channel]!;
  }
  return row;
}

function indexRow(stored: Uint8Array, { width, bits, palette }: BmpHeader): Uint8Array {
  const row = new Uint8Array(width * 3);
  const perByte = 8 / bits;
  for (let x = 0; x < width; x++) {
    const shift = 8 - bits * ((x % perByte) + 1);
    const color = (stored[Math.floor(x / perByte)]! >> shift) & (2 ** bits - 1);
    row.set(palette.subarray(color * 3, color * 3 + 3), x * 3);
  }
  return row;
}

function maskedRow(stored: Uint8Array, { width, bits, masks }: BmpHeader): Uint8Array {
  const used = masks!.filter((mask, index) => index < 3 || mask !== 0);
  const fields = used.map((mask) => {
    const shift = mask === 0 ? 0 : 31 - Math.clz32(mask & -mask);
    return { shift, highest: mask >>> shift };
  });
  const row = new Uint8Array(width * fields.length);
  const step = bits / 8;
  for (let x = 0, out = 0; x < width; x++) {
    let pixel = 0;
    for (let byte = 0; byte < step; byte++) pixel |= stored[x * step + byte]! << (8 * byte);
    for (const { shift, highest } of fields) {
      const value = (pixel >>> shift) & highest;
      row[out++] = highest === 0 ? 0 : Math.floor((value * 255) / highest);
    }
  }
  return row;
}

/** Run-length codes, unpacked at once: one byte a pixel. Pixels that no code reaches have the first color. */
function runRows(bytes: Uint8Array, header: BmpHeader): StoredRow {
  const { width, height, pixelsAt, palette, compression } = header;
  const indices = unpackRuns(bytes.subarray(pixelsAt), { width, height, halves: compression === compressions.runs4 });
  return (index) => {
    const row = new Uint8Array(width * 3);
    for (let x = 0; x < width; x++) {
      const color = indices[index * width + x]!;
      row.set(palette.subarray(color * 3, color * 3 + 3), x * 3);
    }
    return row;
  };
}

interface RunOptions {
  readonly width: number;
  readonly height: number;
  /** True if a byte holds two pixels. */
  readonly halves: boolean;
}

function unpackRuns(codes: Uint8Array, { width, height, halves }: RunOptions): Uint8Array {
  const indices = new Uint8Array(width * height);
  let [x, y, at] = [0, 0, 0];
  const put = (index: number): void => {
    if (x < width && y < height) indices[y * width + x] = index;
    x++;
  };
  const half = (byte: number, pixel: number): number => (pixel % 2 === 0 ? byte >> 4 : byte & 15);
  while (y < height) {
    const [count, code] = [codes[at], codes[at + 1]];
    if (count === undefined || code === undefined) throw new RangeError("its pixels end too early");
    at += 2;
    if (count > 0) {
      for (let pixel = 0; pixel < count; pixel++) put(halves ? half(code, pixel) : code);
    } else if (code === 0) {
      [x, y] = [0, y + 1];
    } else if (code === 1) {
      break;
    } else if (code === 2) {
      x += codes[at] ?? 0;
      y += codes[at + 1] ?? 0;
      at += 2;
    } else {
      for (let pixel = 0; pixel < code; pixel++) {
        const byte = codes[at + (halves ? pixel >> 1 : pixel)] ?? 0;
        put(halves ? half(byte, pixel) : byte);
      }
      const length = halves ? Math.ceil(code / 2) : code;
      at += length + (length % 2);
    }
  }
  return indices;
}
