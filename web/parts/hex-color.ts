/** @file Colors as style sheets write them. */
import type { Rgb } from "../../src/figure/color-map.ts";

/** Reads "#rrggbb", or "#rgb" as minified style sheets have it; black for anything else. */
export function parseHex(text: string): Rgb {
  const digits = /^#([0-9a-f]{6}|[0-9a-f]{3})$/i.exec(text)?.[1] ?? "000";
  const pair = (i: number): string =>
    digits.length === 3 ? `${digits[i]!}${digits[i]!}` : digits.slice(i * 2, i * 2 + 2);
  return [parseInt(pair(0), 16), parseInt(pair(1), 16), parseInt(pair(2), 16)];
}
