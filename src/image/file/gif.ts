/** @file The first frame of a GIF on its screen, which it may leave uncovered or reach out of. */
import type { RgbImage } from "../types.ts";

export interface GifScreen {
  readonly width: number;
  readonly height: number;
  readonly frame: { readonly left: number; readonly top: number; readonly width: number; readonly height: number };
  /** First color of the frame's palette, which Pillow fills the rest of the screen with. */
  readonly fill: readonly [number, number, number];
  readonly transparent: boolean;
}

/** Undefined if the file has no frame. */
export function readGifScreen(bytes: Uint8Array): GifScreen | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    return findFrame(view);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function findFrame(view: DataView): GifScreen | undefined {
  const paletteBytes = (flags: number): number => ((flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1));
  const globalFlags = view.getUint8(10);
  let at = 13 + paletteBytes(globalFlags);
  let transparent = false;
  for (;;) {
    const kind = view.getUint8(at);
    if (kind === 0x21) {
      if (view.getUint8(at + 1) === 0xf9) transparent = (view.getUint8(at + 3) & 1) === 1;
      at += 2;
      for (let length = view.getUint8(at); length > 0; length = view.getUint8(at)) at += length + 1;
      at += 1;
      continue;
    }
    if (kind !== 0x2c) return undefined;
    const [left, top, width, height] = [1, 3, 5, 7].map((offset) => view.getUint16(at + offset, true)) as [
      number,
      number,
      number,
      number,
    ];
    const localFlags = view.getUint8(at + 9);
    const paletteAt = paletteBytes(localFlags) > 0 ? at + 10 : paletteBytes(globalFlags) > 0 ? 13 : undefined;
    const color = (channel: number): number => (paletteAt === undefined ? 0 : view.getUint8(paletteAt + channel));
    return {
      width: Math.max(view.getUint16(6, true), left + width),
      height: Math.max(view.getUint16(8, true), top + height),
      frame: { left, top, width, height },
      fill: [color(0), color(1), color(2)],
      transparent,
    };
  }
}

/** The file with a screen that its first frame fits into, as Pillow has it. */
export function withGifScreen(bytes: Uint8Array, { width, height }: GifScreen): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint16(6, true) === width && view.getUint16(8, true) === height) return bytes;
  const copy = new Uint8Array(bytes);
  const changed = new DataView(copy.buffer);
  changed.setUint16(6, width, true);
  changed.setUint16(8, height, true);
  return copy;
}

/** Paints what the first frame leaves uncovered, in place. Transparent pictures are white there already. */
export function fillGifScreen({ width, height, data }: RgbImage, { frame, fill, transparent }: GifScreen): void {
  if (transparent) return;
  const right = frame.left + frame.width;
  for (let y = 0; y < height; y++) {
    const covered = y >= frame.top && y < frame.top + frame.height;
    for (let x = 0; x < width; x++) {
      if (covered && x === frame.left) x = right;
      if (x < width) data.set(fill, (y * width + x) * 3);
    }
  }
}
