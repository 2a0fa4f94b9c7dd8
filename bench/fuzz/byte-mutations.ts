/** @file Changes to the bytes of a file, whatever its format. */
import type { Random } from "./random.ts";

const bytes = [0, 1, 0x7f, 0x80, 0xff];

/** A copy with one to four changes: bits, bytes, borders of numbers, stretches taken out, doubled or moved, and the end cut off. */
export function mutateBytes(source: Uint8Array, random: Random): Uint8Array {
  let changed: Uint8Array = source.slice();
  for (let count = 1 + random.below(4); count > 0; count--) changed = changeOnce(changed, random);
  return changed;
}

function changeOnce(data: Uint8Array, random: Random): Uint8Array {
  const at = random.below(Math.max(1, data.length));
  const length = 1 + random.below(random.pick([2, 8, 64]));
  switch (random.below(8)) {
    case 0:
      data[at] = (data[at] ?? 0) ^ (1 << random.below(8));
      return data;
    case 1:
      data[at] = random.pick(bytes);
      return data;
    case 2: {
      // A number of four bytes at some border, in either order.
      const view = new DataView(new ArrayBuffer(4));
      view.setUint32(
        0,
        random.pick([0, 1, 0x7fffffff, 0x80000000, 0xffffffff, 0xfffffff8, data.length]),
        random.chance(0.5),
      );
      for (let i = 0; i < 4 && at + i < data.length; i++) data[at + i] = view.getUint8(i);
      return data;
    }
    case 3:
      return data.slice(0, at);
    case 4:
      return joined(data.subarray(0, at), data.subarray(at + length));
    case 5:
      return joined(data.subarray(0, at + length), data.subarray(at));
    case 6: {
      const noise = Uint8Array.from({ length }, () => random.below(256));
      return joined(data.subarray(0, at), noise, data.subarray(at));
    }
    default: {
      const from = random.below(Math.max(1, data.length));
      data.copyWithin(at, from, from + length);
      return data;
    }
  }
}

/** Stretches of bytes one after the other. */
export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}
