/** @file The decoded pictures that the process keeps for further requests, as many as fit into its memory. */
import { decodeImage, defaultDecodeLimits, PictureTooLargeError } from "../image/decode.ts";
import { changeablePicture, type ChangeablePicture, type Fitting, type PictureChange } from "./changeable-picture.ts";
import type { PictureFacts, PictureReading } from "./work-types.ts";

export interface KeptPictures {
  /** Decodes a picture and keeps it under `id`. Throws as `decodeImage`. */
  keep(id: string, bytes: Uint8Array, options: { reading: PictureReading; fitting: Fitting }): Promise<PictureFacts>;
  /** The picture, with room for what the change takes; undefined when it is not kept (any more). */
  get(id: string, change?: PictureChange): ChangeablePicture | undefined;
  drop(id: string): void;
  /** Reads a picture beside those that are kept when there is memory for all, else in their place. */
  beside<T>(reading: PictureReading, read: (reading: PictureReading) => Promise<T>): Promise<T>;
  /** Bytes of memory that the pictures hold. */
  heldBytes(): number;
}

/** `collect` frees the memory of pictures that are not kept any more. */
export function keptPictures(collect: () => void): KeptPictures {
  // The one that was used last stands last.
  const pictures = new Map<string, ChangeablePicture>();
  const most = defaultDecodeLimits.memoryBytes;
  const heldBytes = (): number => [...pictures.values()].reduce((sum, picture) => sum + picture.heldBytes(), 0);

  function drop(id: string): void {
    if (pictures.delete(id)) collect();
  }

  async function beside<T>(reading: PictureReading, read: (reading: PictureReading) => Promise<T>): Promise<T> {
    const held = heldBytes();
    if (held === 0) return read(reading);
    const { memoryBytes = most } = reading.limits ?? {};
    try {
      return await read({ ...reading, limits: { ...reading.limits, memoryBytes: memoryBytes - held } });
    } catch (error) {
      if (!(error instanceof PictureTooLargeError)) throw error;
      pictures.clear();
      collect();
      return read(reading);
    }
  }

  return {
    async keep(id, bytes, { reading, fitting }) {
      const { image, ...facts } = await beside(reading, async (least) => decodeImage(bytes, least));
      pictures.set(id, changeablePicture(image, fitting));
      return facts;
    },
    get(id, change) {
      const picture = pictures.get(id);
      if (picture === undefined) return undefined;
      pictures.delete(id);
      pictures.set(id, picture);
      const more = picture.heldBytes(change) - picture.heldBytes();
      for (const other of [...pictures.keys()]) {
        if (other !== id && heldBytes() + more > most) drop(other);
      }
      return picture;
    },
    drop,
    beside,
    heldBytes,
  };
}
