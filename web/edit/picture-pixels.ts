/** @file Pixels of a picture in the browser: read from the server, and written as PNG. */
import type { Pixels } from "./pixels.ts";

/** The pixels of a canvas's two-dimensional context; throws where the browser gives none. */
function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("The browser gives no canvas to edit on; close other pages and try again.");
  return context;
}

/** Reads a picture as the model sees it: turned as its EXIF says, transparency on white, color profile passed over. */
export async function readPixels(url: string, name: string): Promise<Pixels> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`The picture ${name} cannot be read any more; add it again.`);
  const blob = await response.blob();
  const bitmap = await createImageBitmap(blob, { colorSpaceConversion: "none", imageOrientation: "from-image" }).catch(
    () => {
      throw new Error(`This browser cannot show ${name} (${blob.type}); save it as PNG and add that to edit it.`);
    },
  );
  const { width, height } = bitmap;
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = contextOf(canvas);
  context.fillStyle = "#fff";
  context.fillRect(0, 0, width, height);
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return { width, height, data: context.getImageData(0, 0, width, height).data };
}

/** Draws pixels onto a canvas, which takes their size. */
export function drawPixels(canvas: HTMLCanvasElement, { width, height, data }: Pixels): void {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  contextOf(canvas).putImageData(new ImageData(data, width, height), 0, 0);
}

/** The pixels as a PNG file. */
export async function pngOf(pixels: Pixels): Promise<Blob> {
  const canvas = document.createElement("canvas");
  drawPixels(canvas, pixels);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (!blob) throw new Error("The browser cannot write the edited picture; crop it to a smaller one.");
  return blob;
}
