/** @file From the samples of a decoded file to 8-bit RGB, with Pillow's arithmetic, row by row. */
import { labRowConverter } from "./lab.ts";
import type { TurnedLayout } from "./orientation.ts";

export type SampleArray = Uint8Array | Uint16Array | Int16Array | Int32Array | Float32Array;

type SampleSpace = "gray" | "rgb" | "cmyk" | "ycbcr" | "lab";

/** Lowest and highest stored sample of the colors, transparency aside. */
export interface SampleRange {
  readonly low: number;
  readonly high: number;
}

/** What the samples of a pixel mean. */
export interface SampleMeaning {
  /** Samples of a pixel: those of the color first, then any number of others. */
  readonly channels: number;
  readonly space: SampleSpace;
  /** The sample that holds transparency, and whether colors were multiplied by it. Other samples beside the color mean nothing. */
  readonly alpha?: { readonly channel: number; readonly associated: boolean };
  /** Levels of the one color that is transparent. */
  readonly transparent?: readonly number[];
  /** Levels are to run from the lowest of these samples (0) to the highest (255), in place of Pillow's. */
  readonly stretch?: SampleRange;
}

/** What was found in samples of more than 8 bits while they were converted. */
export interface SampleStatistics extends SampleRange {
  readonly pixels: number;
  /** Whether samples were clipped at 0 and 255, as Pillow does with gray; else their upper byte was taken. */
  readonly clips: boolean;
  /** Pixels above 255 that became white by it. */
  readonly clipped: number;
}

const colorChannels: Readonly<Record<SampleSpace, number>> = { gray: 1, rgb: 3, cmyk: 4, ycbcr: 3, lab: 3 };

export interface RgbWriter {
  /** Converts whole rows, [rows, width, channels], the next of the picture. */
  write(data: SampleArray): void;
  /** What was found so far; undefined when all samples had 8 bits. */
  statistics(): SampleStatistics | undefined;
}

/**
 * Writes stored rows into `rgb`, [turned height, turned width, 3], at their place in the turned picture. Needs memory for two
 * rows beside it.
 */
export function rgbWriter(
  rgb: Uint8Array,
  {
    meaning,
    width,
    layout,
  }: { readonly meaning: SampleMeaning; readonly width: number; readonly layout: TurnedLayout },
): RgbWriter {
  const { channels } = meaning;
  const levels = new Uint8Array(width * channels);
  const row = new Uint8Array(width * 3);
  const narrow = narrowing(meaning);
  const convert = rowConverter(meaning);
  let next = 0;
  return {
    write(data) {
      const rows = data.length / levels.length;
      for (let index = 0; index < rows; index++, next++) {
        const stored = data.subarray(index * levels.length, (index + 1) * levels.length);
        convert(stored instanceof Uint8Array ? stored : narrow.row(stored, levels), row);
        place(row, rgb, { start: layout.origin + next * layout.down, step: layout.across });
      }
    },
    statistics: narrow.statistics,
  };
}

function place(
  row: Uint8Array,
  rgb: Uint8Array,
  { start, step }: { readonly start: number; readonly step: number },
): void {
  if (step === 1) {
    rgb.set(row, start * 3);
    return;
  }
  for (let from = 0, to = start * 3; from < row.length; from += 3, to += step * 3) {
    rgb[to] = row[from]!;
    rgb[to + 1] = row[from + 1]!;
    rgb[to + 2] = row[from + 2]!;
  }
}

/**
 * Samples of more than 8 bits as levels. Pillow clips those of plain gray at 0 and 255, whatever their type, and takes the
 * upper byte of every other 16-bit picture.
 */
function narrowing(meaning: SampleMeaning) {
  const { channels, space, alpha, stretch } = meaning;
  const clips = space === "gray" && alpha === undefined;
  const colors = colorChannels[space];
  let low = Infinity;
  let high = -Infinity;
  let clipped = 0;
  let pixels = 0;

  function measure(stored: SampleArray): void {
    for (let at = 0; at < stored.length; at += channels) {
      for (let channel = 0; channel < colors; channel++) {
        const sample = stored[at + channel]!;
        if (sample < low) low = sample;
        if (sample > high) high = sample;
      }
      if (clips && stored[at]! > 255) clipped++;
    }
    pixels += stored.length / channels;
  }

  function row(stored: SampleArray, levels: Uint8Array): Uint8Array {
    measure(stored);
    if (clips) {
      for (let at = 0; at < stored.length; at++) levels[at] = Math.min(255, Math.max(0, stored[at]!));
    } else {
      for (let at = 0; at < stored.length; at++) levels[at] = stored[at]! >> 8;
    }
    if (stretch !== undefined) stretchColors(stored, levels, { ...stretch, channels, colors });
    return levels;
  }

  return {
    row,
    statistics: (): SampleStatistics | undefined => (pixels === 0 ? undefined : { low, high, pixels, clips, clipped }),
  };
}

interface Stretching extends SampleRange {
  readonly channels: number;
  readonly colors: number;
}

function stretchColors(stored: SampleArray, levels: Uint8Array, { low, high, channels, colors }: Stretching): void {
  const factor = high > low ? 255 / (high - low) : 0;
  for (let at = 0; at < stored.length; at += channels) {
    for (let channel = 0; channel < colors; channel++) {
      const level = Math.round((stored[at + channel]! - low) * factor);
      levels[at + channel] = Math.min(255, Math.max(0, level));
    }
  }
}

/** Converts a row of levels, [width, channels], to RGB. */
type RowConverter = (levels: Uint8Array, row: Uint8Array) => void;

function rowConverter(meaning: SampleMeaning): RowConverter {
  const { channels, alpha, transparent } = meaning;
  const color = colorConverter(meaning);
  return (levels, row) => {
    color(levels, row);
    if (alpha !== undefined)
      layOnWhite(levels.subarray(alpha.channel), row, { channels, associated: alpha.associated });
    if (transparent !== undefined) whitenColor(row, transparent);
  };
}

function colorConverter({ channels, space }: SampleMeaning): RowConverter {
  switch (space) {
    case "gray":
      return (levels, row) => {
        for (let at = 0, out = 0; out < row.length; at += channels, out += 3) row.fill(levels[at]!, out, out + 3);
      };
    case "rgb":
      return (levels, row) => {
        for (let at = 0, out = 0; out < row.length; at += channels, out += 3) {
          row[out] = levels[at]!;
          row[out + 1] = levels[at + 1]!;
          row[out + 2] = levels[at + 2]!;
        }
      };
    case "cmyk":
      return (levels, row) => cmykRow(levels, channels, row);
    case "ycbcr":
      return ycbcrConverter(channels);
    case "lab": {
      const convert = labRowConverter();
      return (levels, row) => convert(levels, channels, row);
    }
  }
}

/** Levels laid over white, as `Image.alpha_composite` rounds them; colors multiplied by alpha are divided first, as Pillow does. */
function layOnWhite(
  alphas: Uint8Array,
  row: Uint8Array,
  { channels, associated }: { readonly channels: number; readonly associated: boolean },
): void {
  for (let at = 0, out = 0; out < row.length; at += channels, out += 3) {
    const alpha = alphas[at]!;
    if (alpha === 255) continue;
    const white = 255 * (255 - alpha);
    for (let channel = 0; channel < 3; channel++) {
      const stored = row[out + channel]!;
      const level = associated && alpha > 0 ? Math.min(255, Math.floor((255 * stored) / alpha)) : stored;
      row[out + channel] = Math.round((level * alpha + white) / 255);
    }
  }
}

function whitenColor(row: Uint8Array, color: readonly number[]): void {
  const [red, green = red, blue = red] = color;
  for (let out = 0; out < row.length; out += 3) {
    if (row[out] === red && row[out + 1] === green && row[out + 2] === blue) row.fill(255, out, out + 3);
  }
}

/** Pillow's `convert("RGB")` of CMYK: the light that black leaves, less each ink's share of it. */
function cmykRow(inks: Uint8Array, channels: number, row: Uint8Array): void {
  for (let at = 0, out = 0; out < row.length; at += channels) {
    const light = 255 - inks[at + 3]!;
    for (let ink = 0; ink < 3; ink++) row[out++] = light - Math.round((inks[at + ink]! * light) / 255);
  }
}

/** Pillow's tables of the shares of color differences: 6 bits behind the point, rounded towards zero after a half was added. */
function shareTable(factor: number): Int16Array {
  return Int16Array.from({ length: 256 }, (_, level) => Math.trunc(factor * 64 * (level - 128) + 0.5));
}

function clippedLevel(value: number): number {
  return Math.min(255, Math.max(0, value));
}

function ycbcrConverter(channels: number): RowConverter {
  const [redOfCr, greenOfCb, greenOfCr, blueOfCb] = [1.402, -0.34414, -0.71414, 1.772].map(shareTable) as [
    Int16Array,
    Int16Array,
    Int16Array,
    Int16Array,
  ];
  return (levels, row) => {
    for (let at = 0, out = 0; out < row.length; at += channels, out += 3) {
      const [light, cb, cr] = [levels[at]!, levels[at + 1]!, levels[at + 2]!];
      row[out] = clippedLevel(light + (redOfCr[cr]! >> 6));
      row[out + 1] = clippedLevel(light + ((greenOfCb[cb]! + greenOfCr[cr]!) >> 6));
      row[out + 2] = clippedLevel(light + (blueOfCb[cb]! >> 6));
    }
  };
}
