/** @file Pictures in a format that every browser draws. */
import { isDrawnAlike } from "../image/drawn-alike.ts";
import { readPicture } from "./picture-work/read-picture.ts";
import { resultCache } from "./result-cache.ts";
import type { NamedBytes } from "./workbench-types.ts";

/** Bytes of converted pictures that are kept. */
const keptBytes = 64_000_000;

export interface ShownPictures {
  /** The picture itself where every browser draws it as it is read, else the same pixels as PNG. `key` names the picture, in this process. */
  of(key: string, picture: NamedBytes): Promise<NamedBytes>;
}

/** Makes pictures that can be shown, each once. */
export function shownPictures(): ShownPictures {
  const converted = resultCache<Uint8Array>(keptBytes, ({ length }) => length);
  return {
    async of(key, picture) {
      if (isDrawnAlike(picture.bytes, picture.mediaType)) return picture;
      const { name } = picture;
      const bytes = await converted.get(
        key,
        async () => (await readPicture(picture.bytes, { name, task: { kind: "png" } })).bytes,
      );
      return { name: `${name.replace(/\.[^.]+$/, "")}.png`, mediaType: "image/png", bytes };
    },
  };
}
