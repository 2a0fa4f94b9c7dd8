/** @file From the samples of a decoded file to 8-bit RGB, with Pillow's arithmetic. */

/** Samples as they were stored: [pixels, channels]. */
export interface Samples {
  /** Gray (1), gray and alpha (2), RGB (3), RGB and alpha (4); or cyan, magenta, yellow, black (4). */
  readonly channels: number;
  readonly space: "gray" | "rgb" | "cmyk";
  readonly data: Uint8Array | Uint16Array;
  /** True where the alpha channel is not to be used. */
  readonly ignoreAlpha?: boolean;
}

/** [pixels, 3] levels: 16 bits to 8, CMYK to RGB, gray to three channels, transparency onto white. */
export function rgbOfSamples(samples: Samples): Uint8Array {
  if (samples.space === "cmyk") return rgbOfCmyk(eightBit(samples), samples.channels);
  const levels = eightBit(samples);
  const colorChannels = samples.space === "gray" ? 1 : 3;
  const hasAlpha = samples.channels > colorChannels && samples.ignoreAlpha !== true;
  const pixelCount = levels.length / samples.channels;
  const rgb = new Uint8Array(pixelCount * 3);
  for (let pixel = 0; pixel < pixelCount; pixel++) {
    const at = pixel * samples.channels;
    const alpha = hasAlpha ? levels[at + colorChannels]! : 255;
    for (let channel = 0; channel < 3; channel++) {
      rgb[pixel * 3 + channel] = levelOnWhite(levels[at + (colorChannels === 3 ? channel : 0)]!, alpha);
    }
  }
  return rgb;
}

/** Pillow clips 16-bit gray at 255 where it takes the upper byte of every other 16-bit picture. */
function eightBit({ data, channels }: Samples): Uint8Array {
  if (data instanceof Uint8Array) return data;
  return Uint8Array.from(data, channels === 1 ? (sample) => Math.min(255, sample) : (sample) => sample >> 8);
}

/** A level laid over white, as `Image.alpha_composite` rounds it. */
function levelOnWhite(level: number, alpha: number): number {
  return Math.round((level * alpha + 255 * (255 - alpha)) / 255);
}

/** Pillow's `convert("RGB")` of CMYK: the light that black leaves, less each ink's share of it. */
function rgbOfCmyk(inks: Uint8Array, channels: number): Uint8Array {
  const rgb = new Uint8Array((inks.length / channels) * 3);
  for (let at = 0, out = 0; at < inks.length; at += channels) {
    const light = 255 - inks[at + 3]!;
    for (let ink = 0; ink < 3; ink++) rgb[out++] = light - Math.round((inks[at + ink]! * light) / 255);
  }
  return rgb;
}
