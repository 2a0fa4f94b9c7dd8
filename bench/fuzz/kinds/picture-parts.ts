/** @file Changes to picture files that keep what a reader checks first: chunks with their sums, segments, entries and boxes. */
import { crc32, deflateSync, inflateSync } from "node:zlib";
import { joined, mutateBytes } from "../byte-mutations.ts";
import type { Random } from "../random.ts";

const ascii = new TextDecoder("latin1");

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Leaves parts out, doubles and moves them, or changes one by `change`. */
function changeParts(
  parts: readonly Uint8Array[],
  random: Random,
  change: (part: Uint8Array) => Uint8Array,
): Uint8Array[] {
  const changed = [...parts];
  const at = random.below(Math.max(1, parts.length));
  const part = parts[at];
  if (part === undefined) return changed;
  switch (random.below(8)) {
    case 0:
      changed.splice(at, 1);
      break;
    case 1:
      changed.splice(random.below(parts.length), 0, part);
      break;
    default:
      changed[at] = change(part);
  }
  return changed;
}

const borders = [0, 1, 2, 3, 16, 255, 4096, 6000, 65_535, 65_536, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1];

function pngChunk(type: string, data: Uint8Array): Uint8Array {
  const chunk = joined(new Uint8Array(4), new TextEncoder().encode(type), data, new Uint8Array(4));
  viewOf(chunk).setUint32(0, data.length);
  viewOf(chunk).setUint32(chunk.length - 4, crc32(chunk.subarray(4, chunk.length - 4)));
  return chunk;
}

/** Chunks that a PNG may have besides its own. */
const extraChunks: readonly (readonly [string, number])[] = [
  ["tRNS", 2],
  ["tRNS", 6],
  ["PLTE", 9],
  ["gAMA", 4],
  ["eXIf", 20],
  ["tEXt", 12],
  ["iCCP", 12],
  ["acTL", 8],
  ["sBIT", 3],
  ["bKGD", 6],
];

export function mutatePng(file: Uint8Array, random: Random): Uint8Array {
  const chunks: Uint8Array[] = [];
  for (let at = 8; at + 12 <= file.length;) {
    const end = at + 12 + viewOf(file).getUint32(at);
    chunks.push(file.subarray(at, end));
    at = end;
  }
  const changed = changeParts(chunks, random, (chunk) => {
    const type = ascii.decode(chunk.subarray(4, 8));
    const data = chunk.slice(8, chunk.length - 4);
    if (type === "IHDR" && random.chance(0.7)) {
      if (random.chance(0.6)) data[8 + random.below(5)] = random.pick([0, 1, 2, 3, 4, 6, 8, 16, 255]);
      else viewOf(data).setUint32(4 * random.below(2), random.pick(borders));
      return pngChunk(type, data);
    }
    if (type === "IDAT" && random.chance(0.7)) {
      const rows = inflateSync(data);
      return pngChunk(
        type,
        deflateSync(random.chance(0.5) ? mutateBytes(rows, random) : rows.subarray(0, random.below(rows.length))),
      );
    }
    return pngChunk(
      random.chance(0.9) ? type : random.pick(["IDAT", "IEND", "abcd", "\0\0\0\0"]),
      mutateBytes(data, random),
    );
  });
  if (random.chance(0.3)) {
    const [type, length] = random.pick(extraChunks);
    changed.splice(
      1 + random.below(Math.max(1, changed.length - 1)),
      0,
      pngChunk(
        type,
        Uint8Array.from({ length }, () => random.below(256)),
      ),
    );
  }
  return joined(file.subarray(0, 8), ...changed);
}

export function mutateJpeg(file: Uint8Array, random: Random): Uint8Array {
  const segments: Uint8Array[] = [];
  let at = 2;
  while (at + 4 <= file.length && file[at] === 0xff && file[at + 1] !== 0xda) {
    const end = at + 2 + viewOf(file).getUint16(at + 2);
    segments.push(file.subarray(at, end));
    at = end;
  }
  const changed = changeParts(segments, random, (segment) => {
    const data = segment.slice();
    const isFrame = data[1] !== undefined && data[1] >= 0xc0 && data[1] <= 0xc2;
    if (isFrame && random.chance(0.5)) viewOf(data).setUint16(random.pick([5, 7]), random.pick(borders) & 0xffff);
    else if (random.chance(0.2)) data[1] = random.pick([0xc0, 0xc1, 0xc2, 0xc3, 0xc9, 0xd9, 0xe1, 0xee, 0xfe]);
    else return joined(data.subarray(0, 4), mutateBytes(data.subarray(4), random));
    return data;
  });
  return joined(
    file.subarray(0, 2),
    ...changed,
    random.chance(0.2) ? mutateBytes(file.subarray(at), random) : file.subarray(at),
  );
}

/** Entries of the first directory of a TIFF in little-endian order. */
export function mutateTiff(file: Uint8Array, random: Random): Uint8Array {
  const changed = file.slice();
  const view = viewOf(changed);
  const directory = view.getUint32(4, true);
  if (directory + 2 > changed.length) return changed;
  const count = view.getUint16(directory, true);
  for (let edits = 1 + random.below(3); edits > 0; edits--) {
    const entry = directory + 2 + 12 * random.below(Math.max(1, count));
    if (entry + 12 > changed.length) continue;
    switch (random.below(4)) {
      case 0:
        view.setUint16(
          entry,
          random.pick([256, 257, 258, 259, 262, 266, 274, 277, 284, 317, 320, 322, 338, 339, 530, 65_000]),
          true,
        );
        break;
      case 1:
        view.setUint16(entry + 2, random.below(14), true);
        break;
      case 2:
        view.setUint32(entry + 4, random.pick(borders), true);
        break;
      default:
        view.setUint32(entry + 8, random.pick([...borders, 5, 6, 7, 8, 32_773, 34_712]), true);
    }
  }
  return changed;
}

/** The four bytes before each name of four letters, which hold the lengths of the parts of RIFF and AVIF, and what follows it. */
export function mutateBoxes(file: Uint8Array, random: Random): Uint8Array {
  const names = [...ascii.decode(file.subarray(0, 2000)).matchAll(/[a-zA-Z][a-zA-Z0-9]{2}[a-zA-Z0-9 ]/g)].map(
    ({ index }) => index,
  );
  if (names.length === 0) return mutateBytes(file, random);
  const changed = file.slice();
  const at = random.pick(names) + random.pick([-4, 4, 8, 12]);
  if (at < 0 || at + 4 > changed.length) return changed;
  if (random.chance(0.5)) viewOf(changed).setUint32(at, random.pick(borders), random.chance(0.5));
  else changed[at + random.below(4)] = random.pick([0, 1, 2, 7, 0x7f, 0x80, 0xff]);
  return changed;
}
