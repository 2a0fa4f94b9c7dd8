/** @file Resizes 8-bit pictures to the same levels as Pillow. */
import { filterTaps, nearestPixels, precisionBits, type Axis, type Taps } from "./resampling.ts";
import type { PixelRectangle, ResamplingFilter, RowSource, Size } from "./types.ts";

/** 8-bit pixels, [height, width, channels] with any number of channels. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** A canvas of one color that the picture lies on. */
interface Canvas extends PixelRectangle {
  /** One level per channel. */
  readonly color: readonly number[];
}

export interface ResizeOptions extends Size {
  readonly filter: ResamplingFilter;
  /** The rectangle of the resized picture that is wanted, in its pixels; by default the whole. */
  readonly window?: PixelRectangle;
  /** What is resized in the place of the bare picture: a canvas of this size, with the picture at its `left` and `top`. */
  readonly canvas?: Canvas;
  /** What takes the place of the picture's rows, so that a changed picture is never in memory as a whole. */
  readonly rowAt?: RowSource | undefined;
}

/**
 * Resizes as the `Image.resize` of Pillow 13 does, to the level: one axis after the other, each pass rounded and clipped to
 * 8 bits, the kernels widened when the picture gets smaller. Returns [window height, window width, channels]. Only what the
 * window needs is computed, and padding costs nothing. Throws a RangeError for sizes that are not positive whole numbers,
 * for data of another length, and for a window outside of the resized picture.
 */
export function resizePixels(source: Pixels, options: ResizeOptions): Uint8Array {
  const channels = channelsOf(source);
  const { width, height, filter, rowAt } = options;
  const window = options.window ?? { left: 0, top: 0, width, height };
  const black = new Array<number>(channels).fill(0);
  const canvas = options.canvas ?? { left: 0, top: 0, width: source.width, height: source.height, color: black };
  checkSize(width, height);
  checkWithin(window, { width, height }, "The window");
  checkWithin({ ...source, left: canvas.left, top: canvas.top }, canvas, "The picture on its canvas");
  const columns: Axis = {
    from: canvas.width,
    to: width,
    start: window.left,
    count: window.width,
    picture: { start: canvas.left, count: source.width },
  };
  const rows: Axis = {
    from: canvas.height,
    to: height,
    start: window.top,
    count: window.height,
    picture: { start: canvas.top, count: source.height },
  };
  const { color } = canvas;
  if (color.length !== channels) {
    throw new RangeError(`A canvas color of ${color.length} levels does not fit a picture of ${channels} channels.`);
  }
  const picture: Band = { rowLength: source.width * channels, firstRow: 0, data: source.data, rowAt };
  if (filter === "nearest") return pickNearest(picture, { columns, rows, color });
  const across = filterTaps(columns, filter);
  const down = filterTaps(rows, filter);
  const resized = isVerticalFirst(columns, rows)
    ? filterAcross(filterDown(picture, down, color), across, { color, first: 0, end: window.height })
    : filterDown(filterAcross(picture, across, { color, ...sourceRows(down) }), down, color);
  return resized.data;
}

function channelsOf({ width, height, data }: Pixels): number {
  checkSize(width, height);
  const channels = data.length / (width * height);
  if (!Number.isInteger(channels) || channels === 0) {
    throw new RangeError(
      `A picture of ${width} x ${height} pixels cannot hold ${data.length} levels; give height x width x channels levels.`,
    );
  }
  return channels;
}

function checkSize(width: number, height: number): void {
  if (!Number.isSafeInteger(width) || !Number.isSafeInteger(height) || width < 1 || height < 1) {
    throw new RangeError(`A picture cannot be ${width} x ${height} pixels; give whole numbers from 1.`);
  }
}

function checkWithin({ left, top, width, height }: PixelRectangle, outer: Size, what: string): void {
  checkSize(width, height);
  if (!(left >= 0 && top >= 0 && left + width <= outer.width && top + height <= outer.height)) {
    throw new RangeError(
      `${what} lies at ${left}, ${top} with ${width} x ${height} pixels and reaches out of ${outer.width} x ${outer.height}.`,
    );
  }
}

interface NearestPlan {
  readonly columns: Axis;
  readonly rows: Axis;
  readonly color: readonly number[];
}

function pickNearest(source: Band, { columns, rows, color }: NearestPlan): Uint8Array {
  const channels = color.length;
  const sourceColumns = nearestPixels(columns);
  const result = new Uint8Array(rows.count * columns.count * channels);
  let at = 0;
  for (const y of nearestPixels(rows)) {
    const row = y < 0 ? undefined : rowOf(source, y);
    for (const x of sourceColumns) {
      for (let channel = 0; channel < channels; channel++) {
        result[at++] = row === undefined || x < 0 ? color[channel]! : row[x * channels + channel]!;
      }
    }
  }
  return result;
}

/** Since version 13 Pillow begins with the height if it loses more than twice as many pixels as the width. */
function isVerticalFirst(columns: Axis, rows: Axis): boolean {
  const lostRows = rows.from - rows.to;
  return lostRows > 0 && lostRows > 2 * (columns.from - columns.to);
}

/** Some rows of a picture, from `firstRow` on. */
interface Band {
  readonly rowLength: number;
  readonly firstRow: number;
  readonly data: Uint8Array;
  /** Takes the place of `data`. */
  readonly rowAt?: RowSource | undefined;
}

function rowOf({ rowLength, firstRow, data, rowAt }: Band, y: number): Uint8Array {
  return rowAt?.(y) ?? data.subarray((y - firstRow) * rowLength, (y - firstRow + 1) * rowLength);
}

/** The rows of the picture that the output rows are made of: taps move down with them, so the outermost two bound all. */
function sourceRows({ first, length }: Taps): { first: number; end: number } {
  const last = first.length - 1;
  return { first: first[0]!, end: first[last]! + length[last]! };
}

const half = 1 << (precisionBits - 1);

function levelFromFixed(sum: number): number {
  return Math.min(255, Math.max(0, sum >> precisionBits));
}

interface AcrossOptions {
  readonly color: readonly number[];
  /** The rows to filter, `first` up to `end`. */
  readonly first: number;
  readonly end: number;
}

function filterAcross(source: Band, taps: Taps, { color, first, end }: AcrossOptions): Band {
  const rowLength = taps.first.length * color.length;
  const result: Band = { rowLength, firstRow: first, data: new Uint8Array((end - first) * rowLength) };
  const filter = color.length === 3 ? filterColorRow : filterRow;
  for (let y = first; y < end; y++) filter(rowOf(source, y), taps, { color, target: rowOf(result, y) });
  return result;
}

interface RowTarget {
  readonly color: readonly number[];
  readonly target: Uint8Array;
}

/** The same for three channels, which share the walk over the taps: half the time. */
function filterColorRow(
  row: Uint8Array,
  { first, length, weights, stride, padding }: Taps,
  { color, target }: RowTarget,
) {
  const [ofRed, ofGreen, ofBlue] = color as [number, number, number];
  for (let x = 0; x < first.length; x++) {
    const start = x * stride;
    const end = start + length[x]!;
    let red = half + padding[x]! * ofRed;
    let green = half + padding[x]! * ofGreen;
    let blue = half + padding[x]! * ofBlue;
    let at = first[x]! * 3;
    for (let tap = start; tap < end; tap++) {
      const weight = weights[tap]!;
      red = (red + weight * row[at]!) | 0;
      green = (green + weight * row[at + 1]!) | 0;
      blue = (blue + weight * row[at + 2]!) | 0;
      at += 3;
    }
    target[x * 3] = levelFromFixed(red);
    target[x * 3 + 1] = levelFromFixed(green);
    target[x * 3 + 2] = levelFromFixed(blue);
  }
}

function filterRow(row: Uint8Array, { first, length, weights, stride, padding }: Taps, { color, target }: RowTarget) {
  const channels = color.length;
  for (let x = 0; x < first.length; x++) {
    const start = x * stride;
    const end = start + length[x]!;
    for (let channel = 0; channel < channels; channel++) {
      let sum = half + padding[x]! * color[channel]!;
      let at = first[x]! * channels + channel;
      for (let tap = start; tap < end; tap++) {
        sum = (sum + weights[tap]! * row[at]!) | 0;
        at += channels;
      }
      target[x * channels + channel] = levelFromFixed(sum);
    }
  }
}

function filterDown(source: Band, taps: Taps, color: readonly number[]): Band {
  const { rowLength } = source;
  const height = taps.first.length;
  const result: Band = { rowLength, firstRow: 0, data: new Uint8Array(height * rowLength) };
  const sums = new Int32Array(rowLength);
  for (let y = 0; y < height; y++) {
    if (taps.padding[y] === 0) sums.fill(half);
    else for (let i = 0; i < rowLength; i++) sums[i] = half + taps.padding[y]! * color[i % color.length]!;
    for (let tap = 0; tap < taps.length[y]!; tap++) {
      const weight = taps.weights[y * taps.stride + tap]!;
      const row = rowOf(source, taps.first[y]! + tap);
      for (let i = 0; i < rowLength; i++) sums[i] = sums[i]! + weight * row[i]!;
    }
    const target = rowOf(result, y);
    for (let i = 0; i < rowLength; i++) target[i] = levelFromFixed(sums[i]!);
  }
  return result;
}
