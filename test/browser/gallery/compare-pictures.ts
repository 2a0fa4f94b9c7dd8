/** @file Compares two pictures: SVG exactly, as text; PNG with a tolerance for rounding of colors. */
import pixelmatch from "pixelmatch";
import sharp from "sharp";

export interface Difference {
  /** What changed, in a few words: "34 pixels differ, within 20 x 10 at (100, 40)". */
  readonly text: string;
  /** PNG with the changed pixels in red, if both pictures have the same size. */
  readonly marked?: Buffer;
}

/**
 * How far two colors may be apart, 0 to 1 by perceived difference: more than processors and 256-color palettes make, less than one
 * sees in a line or letter.
 */
const colorTolerance = 0.1;
/** So many pixels may still differ: fewer than a changed letter has. */
const pixelTolerance = 8;

/** Undefined if `actual` is as expected. The ending of the name tells the format. */
export async function comparePictures(name: string, expected: Buffer, actual: Buffer): Promise<Difference | undefined> {
  return name.endsWith(".svg") ? compareText(expected.toString(), actual.toString()) : comparePixels(expected, actual);
}

function compareText(expected: string, actual: string): Difference | undefined {
  if (expected === actual) return undefined;
  const [before, after] = [expected.split("\n"), actual.split("\n")];
  const kept = new Set(before);
  const added = after.filter((line) => !kept.has(line));
  const first = after.findIndex((line, i) => line !== before[i]);
  const shown = (line: string | undefined): string => (line ?? "the end").slice(0, 200);
  return {
    text: `${added.length} lines are new; line ${first + 1} was ${shown(before[first])} and is ${shown(after[first])}`,
  };
}

async function comparePixels(expected: Buffer, actual: Buffer): Promise<Difference | undefined> {
  const [before, after] = await Promise.all([pixelsOf(expected), pixelsOf(actual)]);
  const { width, height } = after;
  if (before.width !== width || before.height !== height) {
    return { text: `was ${before.width} x ${before.height} pixels and is ${width} x ${height}` };
  }
  if (before.data.equals(after.data)) return undefined;
  const marked = Buffer.alloc(after.data.length);
  const count = pixelmatch(before.data, after.data, marked, width, height, { threshold: colorTolerance });
  if (count <= pixelTolerance) return undefined;
  return {
    text: `${count} pixels differ`,
    marked: await sharp(marked, { raw: { width, height, channels: 4 } })
      .png()
      .toBuffer(),
  };
}

async function pixelsOf(png: Buffer): Promise<{ data: Buffer; width: number; height: number }> {
  const { data, info } = await sharp(png).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}
