/** @file Masks and pixels: a mask out of a picture file, and the outline of a mask on a canvas. */
import { checkMaskSize, maskOfPixels, type Mask } from "../../../src/run/masks.ts";

/** Reads a mask that is white on the object from a file. Throws an Error if it is no picture, of another size, or has nothing inside. */
export async function maskOfFile(
  file: File,
  picture: { readonly name: string; readonly width: number; readonly height: number },
): Promise<Mask> {
  const bitmap = await createImageBitmap(file).catch(() => {
    throw new Error(`${file.name} is not a picture that can be read; give a PNG file.`);
  });
  const { width, height } = bitmap;
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d")!;
  // Transparency counts as white, as it does for the command line.
  context.fillStyle = "#fff";
  context.fillRect(0, 0, width, height);
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  const mask = maskOfPixels(context.getImageData(0, 0, width, height).data, { width, height, name: file.name });
  checkMaskSize({ ...mask, name: file.name }, picture);
  return mask;
}

/** The mask as a PNG file, white inside and black outside. */
export async function maskFile({ width, height, inside }: Mask): Promise<Blob> {
  const canvas = new OffscreenCanvas(width, height);
  const pixels = new ImageData(width, height);
  for (const [i, isInside] of inside.entries()) {
    pixels.data.fill(isInside ? 255 : 0, 4 * i, 4 * i + 3);
    pixels.data[4 * i + 3] = 255;
  }
  canvas.getContext("2d")!.putImageData(pixels, 0, 0);
  return canvas.convertToBlob({ type: "image/png" });
}

function silhouette({ width, height, inside }: Mask, color: readonly [number, number, number]): OffscreenCanvas {
  const canvas = new OffscreenCanvas(width, height);
  const pixels = new ImageData(width, height);
  for (const [i, isInside] of inside.entries()) {
    if (isInside) pixels.data.set([...color, 255], 4 * i);
  }
  canvas.getContext("2d")!.putImageData(pixels, 0, 0);
  return canvas;
}

/** Widths of the outline, in pixels of the canvas: black on a wider line of white, so that it reads on every picture. */
const rings = [
  { width: 4, color: [255, 255, 255] },
  { width: 2, color: [0, 0, 0] },
] as const;
const directions = Array.from({ length: 16 }, (_, i) => (i / 16) * 2 * Math.PI);

/** Draws the outline of a mask over the whole canvas, outside of the mask's pixels. `ratio` is device pixels per CSS pixel. */
export function drawMaskOutline(canvas: HTMLCanvasElement, mask: Mask | undefined, ratio: number): void {
  const context = canvas.getContext("2d")!;
  context.clearRect(0, 0, canvas.width, canvas.height);
  if (mask === undefined || canvas.width === 0) return;
  const [across, down] = [canvas.width, canvas.height];
  for (const { width, color } of rings) {
    const shape = silhouette(mask, color);
    for (const angle of directions) {
      const [x, y] = [Math.cos(angle) * width * ratio, Math.sin(angle) * width * ratio];
      context.drawImage(shape, x, y, across, down);
    }
  }
  context.globalCompositeOperation = "destination-out";
  context.drawImage(silhouette(mask, [0, 0, 0]), 0, 0, across, down);
  context.globalCompositeOperation = "source-over";
}
