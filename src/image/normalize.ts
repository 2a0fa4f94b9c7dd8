/** @file From 8-bit levels to the normalized values that the vision tower reads. */
import { floatTensor, type FloatTensor } from "../tensor/tensor.ts";
import type { ProcessorSettings, RgbImage } from "./types.ts";

/** The 256 values that the levels of one channel become, each step rounded to f32 as in numpy's float32. */
export function levelValues({ rescaleFactor, normalize }: NormalizeSettings, channel: number): Float32Array {
  const mean = Math.fround(normalize?.mean[channel] ?? 0);
  const std = Math.fround(normalize?.std[channel] ?? 1);
  return Float32Array.from({ length: 256 }, (_, level) => {
    const rescaled = Math.fround(level * (rescaleFactor ?? 1));
    return Math.fround(rescaled - mean) / std;
  });
}

export type NormalizeSettings = Pick<ProcessorSettings, "rescaleFactor" | "normalize">;

/**
 * (level x rescale factor - mean) / std per channel: [height, width, 3] levels become [3, height, width] f32, channel first.
 * A null factor leaves the levels' scale, a null `normalize` leaves mean and deviation.
 */
export function normalizeLevels(levels: RgbImage, settings: NormalizeSettings): FloatTensor {
  const pixelCount = levels.width * levels.height;
  const tensor = floatTensor([3, levels.height, levels.width]);
  for (let channel = 0; channel < 3; channel++) {
    const values = levelValues(settings, channel);
    const plane = tensor.data.subarray(channel * pixelCount, (channel + 1) * pixelCount);
    for (let i = 0; i < pixelCount; i++) plane[i] = values[levels.data[i * 3 + channel]!]!;
  }
  return tensor;
}
