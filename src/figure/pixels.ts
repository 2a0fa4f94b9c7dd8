/** @file Pictures as plain pixels: the form in which figures take and give them. */

/** 8-bit pixels, [height, width, 3] RGB or [height, width, 4] RGBA, row-major; the length of `data` says which. */
export interface PixelImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array | Uint8ClampedArray;
}

/** 8-bit RGBA pixels, [height, width, 4] row-major. */
export interface RgbaImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray<ArrayBuffer>;
}

/** Number of channels of a picture, 3 or 4. Throws an Error if the data do not fit the size. */
function channelsOf({ width, height, data }: PixelImage): 3 | 4 {
  const pixels = width * height;
  if (pixels > 0 && data.length === pixels * 3) return 3;
  if (pixels > 0 && data.length === pixels * 4) return 4;
  throw new Error(
    `picture: ${width} x ${height} pixels need ${pixels * 3} (RGB) or ${pixels * 4} (RGBA) levels, got ${data.length}.`,
  );
}

/** The size of a picture scaled down so that its longer side is at most `maxSide` pixels; never scaled up, never below 1. */
export function sizeWithin(
  { width, height }: { readonly width: number; readonly height: number },
  maxSide: number,
): { readonly width: number; readonly height: number } {
  const scale = Math.min(1, maxSide / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

const paper = 255;

/**
 * The picture as opaque RGBA on white paper, scaled down to `size` by the mean of the pixels under each new pixel
 * (whole source pixels; the size must not be larger than the picture's).
 */
export function scaledOnPaper(
  image: PixelImage,
  { width, height }: { readonly width: number; readonly height: number },
): RgbaImage {
  const channels = channelsOf(image);
  const data = new Uint8ClampedArray(width * height * 4);
  const sum = [0, 0, 0];
  for (let y = 0; y < height; y++) {
    const top = Math.floor((y * image.height) / height);
    const bottom = Math.max(top + 1, Math.floor(((y + 1) * image.height) / height));
    for (let x = 0; x < width; x++) {
      const left = Math.floor((x * image.width) / width);
      const right = Math.max(left + 1, Math.floor(((x + 1) * image.width) / width));
      sum.fill(0);
      for (let sourceY = top; sourceY < bottom; sourceY++) {
        for (let sourceX = left; sourceX < right; sourceX++) {
          const at = (sourceY * image.width + sourceX) * channels;
          const alpha = channels === 4 ? image.data[at + 3]! / 255 : 1;
          for (let c = 0; c < 3; c++) sum[c]! += image.data[at + c]! * alpha + paper * (1 - alpha);
        }
      }
      const count = (bottom - top) * (right - left);
      const at = (y * width + x) * 4;
      for (let c = 0; c < 3; c++) data[at + c] = sum[c]! / count;
      data[at + 3] = 255;
    }
  }
  return { width, height, data };
}
