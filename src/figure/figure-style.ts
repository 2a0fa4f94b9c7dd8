/** @file Colors, sizes and number formats of figures: the light theme of the page, on paper. */
import type { Rgb } from "./color-map.ts";

/** Colors of the page's tokens, light theme. */
export const figureColors = {
  paper: "#ffffff",
  inset: "#f6f6f3",
  line: "#e3e3de",
  rule: "#cfcfc8",
  ink: "#191917",
  inkSecond: "#484844",
  inkThird: "#65655f",
  image: "#0a5fa8",
  imageMid: "#8ebfe9",
  text: "#a34700",
  textMid: "#f0b581",
  certain: "#57616b",
  textSoft: "#fae5d3",
  hover: "#eeeeea",
  control: "#85857e",
  radius1: "#08306b",
  radius2: "#2a74b8",
  radius3: "#4c90cb",
} as const;

/** The same as levels, for mixing. Blue is evidence from the image, orange from text, slate is certainty. */
export const dataColors = {
  paper: [255, 255, 255],
  inset: [246, 246, 243],
  image: [10, 95, 168],
  imageMid: [142, 191, 233],
  text: [163, 71, 0],
  textMid: [240, 181, 129],
  certain: [87, 97, 107],
  certainMid: [180, 190, 200],
} as const satisfies Readonly<Record<string, Rgb>>;

/** Sizes of text, in pixels. */
export const textSize = { tick: 10.5, caption: 11.5, body: 13, token: 15 } as const;

const minus = "\u2212";

function signed(text: string): string {
  return text.replace("-", minus);
}

/** A probability with three decimals; "<0.001" and ">0.999" beyond. */
export function formatProbability(value: number): string {
  if (!Number.isFinite(value)) return "-";
  if (value >= 0.9995) return ">0.999";
  return value < 0.001 ? "<0.001" : value.toFixed(3);
}

/** A share or score with two decimals. */
export function formatShare(value: number): string {
  return Number.isFinite(value) ? signed(value.toFixed(2)) : "-";
}

/** A value of a map: four decimals, and as many more as its first two digits need; "0" for zero. */
export function formatMapValue(value: number): string {
  if (value === 0) return "0";
  if (!Number.isFinite(value)) return "-";
  const size = Math.abs(value);
  if (size < 1e-6 || size >= 1e5) return signed(value.toExponential(1));
  const decimals = size >= 100 ? 1 : Math.max(size >= 1 ? 3 : 4, 1 - Math.floor(Math.log10(size)));
  return signed(value.toFixed(decimals));
}

/** A share as a whole percentage, "6 %"; what is below one but not zero is "<1 %". */
export function formatPercent(share: number): string {
  return share > 0 && share < 0.005 ? "<1 %" : `${Math.round(share * 100)} %`;
}
