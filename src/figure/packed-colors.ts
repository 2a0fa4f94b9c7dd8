/** @file Color maps as pixels. */
import { colorTable, type ColorMapName } from "./color-map.ts";

const tables = new Map<ColorMapName, Uint32Array>();

/** The colors of a map as 256 opaque pixels of an ImageData, RGBA in memory order. */
export function packedColors(name: ColorMapName): Uint32Array {
  let packed = tables.get(name);
  if (packed === undefined) {
    const levels = colorTable(name);
    const bytes = new Uint8Array(256 * 4);
    for (let i = 0; i < 256; i++) bytes.set([levels[i * 3]!, levels[i * 3 + 1]!, levels[i * 3 + 2]!, 255], i * 4);
    packed = new Uint32Array(bytes.buffer);
    tables.set(name, packed);
  }
  return packed;
}
