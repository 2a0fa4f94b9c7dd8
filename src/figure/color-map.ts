/** @file The color maps of every figure, as tables of 256 colors, and the contrast rule for text on them. */
import { interpolateCividis, interpolateMagma, interpolatePRGn, interpolateViridis } from "d3-scale-chromatic";

/** Names of the color maps; `diverging` (purple, white, green) is for signed values and is centered on 0. */
export type ColorMapName = "viridis" | "cividis" | "magma" | "diverging";

/** The maps for values from 0 up, in the order in which they are offered. */
export const sequentialColorMaps = ["viridis", "cividis", "magma"] as const satisfies readonly ColorMapName[];

/** A color as three 8-bit levels: red, green, blue. */
export type Rgb = readonly [number, number, number];

const tableSize = 256;

function parseColor(text: string): Rgb {
  const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text);
  if (hex) return [parseInt(hex[1]!, 16), parseInt(hex[2]!, 16), parseInt(hex[3]!, 16)];
  const levels = /^rgb\((\d+), ?(\d+), ?(\d+)\)$/.exec(text);
  if (levels) return [Number(levels[1]), Number(levels[2]), Number(levels[3])];
  throw new Error(`color map: a color must be "#rrggbb" or "rgb(r, g, b)", got "${text}".`);
}

function tableOf(interpolate: (position: number) => string): Uint8Array {
  const table = new Uint8Array(tableSize * 3);
  for (let i = 0; i < tableSize; i++) table.set(parseColor(interpolate(i / (tableSize - 1))), i * 3);
  return table;
}

const tables: Readonly<Record<ColorMapName, Uint8Array>> = {
  viridis: tableOf(interpolateViridis),
  cividis: tableOf(interpolateCividis),
  magma: tableOf(interpolateMagma),
  diverging: tableOf(interpolatePRGn),
};

/** The map as 256 RGB triples, [256, 3] row-major, from the lowest value to the highest. Do not write into it. */
export function colorTable(name: ColorMapName): Uint8Array {
  return tables[name];
}

/**
 * How strongly an entry (0-255) of the map covers the picture below it, 0-1: it grows with the value, or with its size for the diverging
 * map, so that the picture keeps its colors where the map has nothing to say.
 */
export function coverOf(index: number, name: ColorMapName): number {
  const position = index / (tableSize - 1);
  return name === "diverging" ? Math.abs(2 * position - 1) : position;
}

/** The range of values that the ends of a color map stand for. */
export interface ValueRange {
  readonly min: number;
  readonly max: number;
}

/** The table entry (0-255) of a value; values outside of the range take its ends, and what is not a number takes the minimum. */
export function colorIndex(value: number, { min, max }: ValueRange): number {
  const position = ((value - min) / (max - min || 1)) * (tableSize - 1);
  return position > 0 ? Math.min(tableSize - 1, Math.round(position)) : 0;
}

/** The color of a value. */
export function colorOf(value: number, range: ValueRange, name: ColorMapName): Rgb {
  const at = colorIndex(value, range) * 3;
  const table = tables[name];
  return [table[at]!, table[at + 1]!, table[at + 2]!];
}

/** The default range: from 0 to the largest value, or symmetric about 0 for the diverging map. Ignores what is not finite. */
export function defaultRange(values: Iterable<number>, name: ColorMapName): ValueRange {
  let max = 0;
  let size = 0;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    max = Math.max(max, value);
    size = Math.max(size, Math.abs(value));
  }
  return name === "diverging" ? { min: -size, max: size } : { min: 0, max };
}

/** The color `share` (0-1) of the way from one color to another, in 8-bit levels. */
export function mixColors(from: Rgb, to: Rgb, share: number): Rgb {
  const mix = (channel: 0 | 1 | 2): number => Math.round(from[channel] + (to[channel] - from[channel]) * share);
  return [mix(0), mix(1), mix(2)];
}

/** The color as "#rrggbb". */
export function hexColor(color: Rgb): string {
  return `#${color.map((level) => level.toString(16).padStart(2, "0")).join("")}`;
}

/** Relative luminance of a color, 0 (black) to 1 (white) (WCAG 2.1). */
function relativeLuminance([red, green, blue]: Rgb): number {
  const linear = (level: number): number => {
    const value = level / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

/** Contrast ratio of two colors, 1 to 21 (WCAG 2.1). */
export function contrastRatio(one: Rgb, other: Rgb): number {
  const [low, high] = [relativeLuminance(one), relativeLuminance(other)].sort((a, b) => a - b) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** Black or white, whichever contrasts more with the color; never below 4.5:1. */
export function inkOn(background: Rgb): "#000000" | "#ffffff" {
  return contrastRatio(background, [0, 0, 0]) >= contrastRatio(background, [255, 255, 255]) ? "#000000" : "#ffffff";
}
