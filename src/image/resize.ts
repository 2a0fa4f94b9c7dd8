/** @file Resizes 8-bit pictures to the same levels as Pillow. */
import { filterTaps, nearestPixels, precisionBits, type Axis, type Taps } from "./resampling.ts";
import type { ResamplingFilter } from "./types.ts";

/** 8-bit pixels that are read row by row, so that a padded picture need not be held as a whole. */
export interface PixelRows {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** Row `y`, [width, channels]; valid until the next call. */
  readonly row: (y: number) => Uint8Array;
}

/** The rectangle of the resized picture that is wanted, in its pixels. */
export interface Window {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface ResizeOptions {
  readonly width: number;
  readonly height: number;
  readonly filter: ResamplingFilter;
  /** By default the whole resized picture. */
  readonly window?: Window;
}

/** The rows of a picture held as [height, width, channels]. */
export function pixelRows(image: {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}): PixelRows {
  const { width, height, data } = image;
  const channels = data.length / (width * height);
  if (!Number.isInteger(channels) || channels === 0) {
    throw new RangeError(
      `A picture of ${width} x ${height} pixels cannot hold ${data.length} levels; give height x width x channels levels.`,
    );
  }
  const rowLength = width * channels;
  return { width, height, channels, row: (y) => data.subarray(y * rowLength, (y + 1) * rowLength) };
}

/**
 * Resizes as the `Image.resize` of Pillow 13 does, to the level: one axis after the other, each pass rounded and clipped to
 * 8 bits, the kernels widened when the picture gets smaller. Returns [window height, window width, channels]. Only what the
 * window needs is computed. Throws a RangeError for sizes that are not positive whole numbers and for a window outside of
 * the resized picture.
 */
export function resizePixels(source: PixelRows, options: ResizeOptions): Uint8Array {
  const { width, height, filter } = options;
  const window = options.window ?? { left: 0, top: 0, width, height };
  checkSize(source.width, source.height);
  checkSize(width, height);
  checkWindow(window, { width, height });
  const columns: Axis = { from: source.width, to: width, start: window.left, count: window.width };
  const rows: Axis = { from: source.height, to: height, start: window.top, count: window.height };
  if (filter === "nearest") return pickNearest(source, columns, rows);
  const horizontal = filterTaps(columns, filter);
  const vertical = filterTaps(rows, filter);
  const resized = isVerticalFirst(columns, rows)
    ? filterAcross(filterDown(source, vertical), horizontal, { first: 0, end: window.height })
    : filterDown(filterAcross(source, horizontal, sourceRange(vertical)), vertical);
  return resized.data;
}

/** Since version 13 Pillow begins with the height where it loses more than twice as many pixels as the width. */
function isVerticalFirst(columns: Axis, rows: Axis): boolean {
  const lostRows = rows.from - rows.to;
  return lostRows > 0 && lostRows > 2 * (columns.from - columns.to);
}

function checkSize(width: number, height: number): void {
  if (!Number.isSafeInteger(width) || !Number.isSafeInteger(height) || width < 1 || height < 1) {
    throw new RangeError(`A picture cannot be ${width} x ${height} pixels; give whole numbers from 1.`);
  }
}

function checkWindow(window: Window, size: { width: number; height: number }): void {
  checkSize(window.width, window.height);
  const { left, top } = window;
  if (left < 0 || top < 0 || left + window.width > size.width || top + window.height > size.height) {
    throw new RangeError(
      `The window ${left}, ${top}, ${window.width} x ${window.height} reaches out of the resized picture of ${size.width} x ${size.height} pixels.`,
    );
  }
}

function pickNearest(source: PixelRows, columns: Axis, rows: Axis): Uint8Array {
  const { channels } = source;
  const sourceColumns = nearestPixels(columns);
  const result = new Uint8Array(rows.count * columns.count * channels);
  let at = 0;
  for (const y of nearestPixels(rows)) {
    const row = source.row(y);
    for (const x of sourceColumns) {
      for (let channel = 0; channel < channels; channel++) result[at++] = row[x * channels + channel]!;
    }
  }
  return result;
}

/** Rows that are held as a whole. */
interface Band extends PixelRows {
  readonly data: Uint8Array;
}

/** Rows `first` to `end` of a picture, read by their place in that picture. */
interface RowRange {
  readonly first: number;
  readonly end: number;
}

/** The source rows that the output rows are made of: the taps move down with them, so the outermost two bound all. */
function sourceRange({ first, length }: Taps): RowRange {
  const last = first.length - 1;
  return { first: first[0]!, end: first[last]! + length[last]! };
}

const half = 1 << (precisionBits - 1);

function levelFromFixed(sum: number): number {
  return Math.min(255, Math.max(0, sum >> precisionBits));
}

function filterAcross(source: PixelRows, taps: Taps, range: RowRange): Band {
  const { channels } = source;
  const rowLength = taps.first.length * channels;
  const height = range.end - range.first;
  const data = new Uint8Array(height * rowLength);
  const row = (y: number) => data.subarray((y - range.first) * rowLength, (y - range.first + 1) * rowLength);
  for (let y = range.first; y < range.end; y++) filterRow(source.row(y), taps, row(y));
  return { width: taps.first.length, height, channels, row, data };
}

function filterRow(row: Uint8Array, { first, length, weights, stride }: Taps, target: Uint8Array): void {
  const channels = target.length / first.length;
  for (let x = 0; x < first.length; x++) {
    const start = x * stride;
    const end = start + length[x]!;
    for (let channel = 0; channel < channels; channel++) {
      let sum = half;
      let at = first[x]! * channels + channel;
      for (let tap = start; tap < end; tap++) {
        sum = (sum + weights[tap]! * row[at]!) | 0;
        at += channels;
      }
      target[x * channels + channel] = levelFromFixed(sum);
    }
  }
}

function filterDown(source: PixelRows, taps: Taps): Band {
  const { width, channels } = source;
  const rowLength = width * channels;
  const height = taps.first.length;
  const data = new Uint8Array(height * rowLength);
  const sums = new Int32Array(rowLength);
  for (let y = 0; y < height; y++) {
    sums.fill(half);
    for (let tap = 0; tap < taps.length[y]!; tap++) {
      const weight = taps.weights[y * taps.stride + tap]!;
      const row = source.row(taps.first[y]! + tap);
      for (let i = 0; i < rowLength; i++) sums[i] = sums[i]! + weight * row[i]!;
    }
    for (let i = 0; i < rowLength; i++) data[y * rowLength + i] = levelFromFixed(sums[i]!);
  }
  return { ...pixelRows({ width, height, data }), data };
}
