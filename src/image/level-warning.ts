/** @file Says when a picture of more than 8 bits loses what it shows on its way to 8 bits. */
import type { SampleRange, SampleStatistics } from "./samples.ts";

/** A picture that spreads over fewer levels is nearly one color: 1/8 of the 256. */
const fewLevels = 32;
/** More of the picture than this is white if levels were clipped. */
const muchClipped = 1 / 8;

/** How a picture is lost, and which stored samples would have to become black and white to see it. */
export interface LevelLoss {
  readonly kind: "white" | "flat";
  readonly stretch: SampleRange;
  readonly clippedShare: number;
}

/** Undefined if the picture has 8 bits or its levels are kept well enough. */
export function levelLoss({ samples }: { readonly samples?: SampleStatistics | undefined }): LevelLoss | undefined {
  if (samples === undefined || !(samples.high > samples.low)) return undefined;
  const stretch = { low: samples.low, high: samples.high };
  const clippedShare = samples.clipped / samples.pixels;
  if (clippedShare > muchClipped) return { kind: "white", stretch, clippedShare };
  return levelsOf(samples) < fewLevels ? { kind: "flat", stretch, clippedShare } : undefined;
}

/** Levels of 256 between the darkest and the brightest sample. */
function levelsOf({ low, high, clips }: SampleStatistics): number {
  const clip = (sample: number): number => Math.min(255, Math.max(0, sample));
  return clips ? clip(high) - clip(low) : (high - low) / 256;
}

const number = (value: number): string => String(Number.isInteger(value) ? value : Number(value.toPrecision(4)));

/** One sentence on what is lost and how to see it. */
export function levelWarning(name: string, { kind, stretch, clippedShare }: LevelLoss): string {
  const range = `its samples go from ${number(stretch.low)} to ${number(stretch.high)}`;
  if (kind === "white") {
    const share = Math.round(clippedShare * 100);
    return `The picture ${name} comes out white in ${share} % of its pixels: ${range}, and those above 255 are clipped, as Pillow does; stretch it (--stretch, or Stretch in the page) to see them.`;
  }
  return `The picture ${name} comes out nearly in one color: ${range}, under 1/8 of what they can hold; stretch it (--stretch, or Stretch in the page) to see more.`;
}
