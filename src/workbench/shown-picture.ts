/** @file Pictures in a format that every browser draws. */
import { isDrawnAlike } from "../image/drawn-alike.ts";
import type { SampleRange } from "../image/samples.ts";
import { readPicture } from "../picture-work/read-picture.ts";
import { resultCache } from "./result-cache.ts";
import type { NamedBytes } from "./named-bytes.ts";

export interface ShownOption {
  /** A PNG of the picture if not every browser draws its format. @default false */
  readonly shown?: boolean | undefined;
  /** A PNG of the picture with these samples of more than 8 bits as black and white. */
  readonly stretch?: SampleRange | undefined;
}

/** Bytes of converted pictures that are kept. */
const keptBytes = 64_000_000;

export interface ShownPictures {
  /** The picture itself if every browser draws it as it is read, else the same pixels as PNG. `key` names the picture, in this process. */
  of(key: string, picture: NamedBytes): Promise<NamedBytes>;
  /** The picture as it is wanted: its own bytes, to be shown, or stretched. */
  as(key: string, picture: NamedBytes, options?: ShownOption): Promise<NamedBytes>;
}

/** Makes pictures that can be shown, each once. */
export function shownPictures(): ShownPictures {
  const converted = resultCache<Uint8Array>(keptBytes, ({ length }) => length);
  async function png(key: string, picture: NamedBytes, stretch?: SampleRange): Promise<NamedBytes> {
    const { name } = picture;
    const bytes = await converted.get(
      stretch === undefined ? key : `${key} ${stretch.low},${stretch.high}`,
      async () => {
        const answer = await readPicture(picture.bytes, { name, task: { kind: "png" }, ...(stretch && { stretch }) });
        return answer.bytes;
      },
    );
    return { name: `${name.replace(/\.[^.]+$/, "")}.png`, mediaType: "image/png", bytes };
  }
  const of: ShownPictures["of"] = async (key, picture) =>
    isDrawnAlike(picture.bytes, picture.mediaType) ? picture : png(key, picture);
  return {
    of,
    async as(key, picture, { shown = false, stretch } = {}) {
      if (stretch !== undefined) return png(key, picture, stretch);
      return shown ? of(key, picture) : picture;
    },
  };
}
