/** @file What the model answers if a part of the picture is covered: which of two places an answer comes from, without any method. */
import { join } from "node:path";
import sharp from "sharp";
import { readImageFile } from "../../src/image/decode.ts";
import type { RgbImage } from "../../src/image/types.ts";
import type { Corners } from "../../src/run/masks.ts";

/** The median of each channel: in the demo world the color of the background. */
function medianColor({ data }: RgbImage): [red: number, green: number, blue: number] {
  const median = (channel: number) => {
    const levels = data.filter((_, i) => i % 3 === channel).sort();
    return levels[Math.floor(levels.length / 2)]!;
  };
  return [median(0), median(1), median(2)];
}

/** Writes the picture with boxes of it filled with its median color as a PNG, and gives its path. */
export async function coverPicture(
  path: string,
  boxes: readonly Corners[],
  { folder, name }: { folder: string; name: string },
): Promise<string> {
  const { image } = await readImageFile(path);
  const { width, height } = image;
  const data = Uint8Array.from(image.data);
  const color = medianColor(image);
  for (const [x0, y0, x1, y1] of boxes) {
    for (let y = Math.max(0, y0); y < Math.min(height, y1); y++) {
      for (let x = Math.max(0, x0); x < Math.min(width, x1); x++) data.set(color, (y * width + x) * 3);
    }
  }
  const covered = join(folder, `${name}.png`);
  await sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(covered);
  return covered;
}
