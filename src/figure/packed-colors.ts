/** @file Color maps as pixels. */
import { colorTable, coverOf, type ColorMapName } from "./color-map.ts";

const tables = new Map<string, Uint32Array>();

function packed(name: ColorMapName, fades: boolean): Uint32Array {
  const key = `${name} ${fades}`;
  const known = tables.get(key);
  if (known !== undefined) return known;
  const levels = colorTable(name);
  const bytes = new Uint8Array(256 * 4);
  for (let i = 0; i < 256; i++) {
    const alpha = fades ? Math.round(255 * coverOf(i, name)) : 255;
    bytes.set([levels[i * 3]!, levels[i * 3 + 1]!, levels[i * 3 + 2]!, alpha], i * 4);
  }
  const table = new Uint32Array(bytes.buffer);
  tables.set(key, table);
  return table;
}

/** The colors of a map as 256 opaque pixels of an ImageData, RGBA in memory order. */
export function packedColors(name: ColorMapName): Uint32Array {
  return packed(name, false);
}

/** The same colors as they lie on a picture: opacity grows with the value if the map `fades`. */
export function overlayColors(name: ColorMapName, fades: boolean): Uint32Array {
  return packed(name, fades);
}
