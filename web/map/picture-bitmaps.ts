/** @file Pictures by their address, decoded once. */
import type { DataSource } from "../data/data-source.ts";
import { createResourceCache } from "../data/resource-cache.svelte.ts";

const cacheBytes = 256 * 1024 * 1024;

export interface PictureBitmaps {
  /** The picture, or undefined until it has arrived; a view that reads it is run again then. */
  read(url: string): ImageBitmap | undefined;
  /** Why it does not come. */
  failure(url: string): Error | undefined;
}

async function fetchBitmap(shownUrl: string): Promise<ImageBitmap> {
  const response = await fetch(shownUrl);
  if (!response.ok) throw new Error("The picture cannot be read any more; add it again.");
  return createImageBitmap(await response.blob());
}

export function createPictureBitmaps({ urls }: Pick<DataSource, "urls">): PictureBitmaps {
  const cache = createResourceCache<ImageBitmap>({
    maxBytes: cacheBytes,
    sizeOf: ({ width, height }) => width * height * 4,
  });
  return { read: (url) => cache.read(url, () => fetchBitmap(urls.shown(url))), failure: (url) => cache.failure(url) };
}
