/** @file Pictures that were handed in and not asked about yet: in memory, within limits, forgotten with the process. */
import { randomBytes } from "node:crypto";
import { defaultDecodeLimits } from "../image/decode.ts";
import { quote } from "../json/quote.ts";
import { pictureName } from "../explain/conversation.ts";
import { levelLoss, levelWarning } from "../image/level-warning.ts";
import { readPicture } from "../picture-work/read-picture.ts";
import type { GivenPicture } from "../explain/pictures.ts";
import { ProblemError } from "../problem/problem.ts";
import type { NamedBytes } from "./named-bytes.ts";

/** What one picture may cost. */
export const pictureLimits = { bytes: 50_000_000, sampleBytes: defaultDecodeLimits.sampleBytes } as const;

export interface PictureStoreLimits {
  /** Pictures that are kept; beyond it the oldest goes. */
  readonly count: number;
  /** Bytes of all of them. */
  readonly bytes: number;
  /** Bytes of the samples of one (width x height x channels x bytes of a sample); looked at before it is decoded. */
  readonly sampleBytes: number;
}

const defaultLimits: PictureStoreLimits = { count: 200, bytes: 500_000_000, sampleBytes: pictureLimits.sampleBytes };

export interface StoredPicture {
  readonly id: string;
  readonly name: string;
  readonly mediaType: string;
  /** Pixels, after the EXIF orientation is applied. */
  readonly width: number;
  readonly height: number;
  /** Of a picture of more than 8 bits that loses what it shows: why, and which samples to stretch. */
  readonly loss?: { readonly text: string; readonly low: number; readonly high: number };
}

export interface PictureStore {
  /** Throws `too-large` beyond the limits of one picture, `bad-request` for a file that is not a picture. */
  add(picture: { readonly name: string; readonly bytes: Uint8Array }): Promise<StoredPicture>;
  /** Throws `not-found` for a picture that never was, or was dropped. Asking for a picture makes it the newest. */
  get(id: string): { readonly stored: StoredPicture; readonly bytes: Uint8Array };
  file(id: string): NamedBytes;
  /** The picture as a question takes it. */
  given(id: string): GivenPicture;
  clear(): void;
}

/**
 * A store of pictures. A job keeps the bytes of its pictures itself, so that none that it needs can be dropped.
 */
export function pictureStore(changes: Partial<PictureStoreLimits> = {}): PictureStore {
  const limits = { ...defaultLimits, ...changes };
  const pictures = new Map<string, { readonly stored: StoredPicture; readonly bytes: Uint8Array }>();

  function total(): number {
    return [...pictures.values()].reduce((sum, { bytes }) => sum + bytes.length, 0);
  }
  function get(id: string): { readonly stored: StoredPicture; readonly bytes: Uint8Array } {
    const found = pictures.get(id);
    if (found === undefined) {
      throw new ProblemError("not-found", `There is no picture ${quote(id)} any more; add it again.`);
    }
    pictures.delete(id);
    pictures.set(id, found);
    return found;
  }
  return {
    async add({ name: path, bytes }) {
      const name = pictureName(path) || "picture";
      if (bytes.length > pictureLimits.bytes) {
        throw new ProblemError(
          "too-large",
          `The picture ${name} has ${bytes.length} bytes, more than the limit of ${pictureLimits.bytes}; give a smaller file.`,
        );
      }
      const decoded = await readPicture(bytes, {
        ...{ name, limits: { sampleBytes: limits.sampleBytes } },
        task: { kind: "facts" },
      });
      const { mediaType, width, height } = decoded;
      const loss = levelLoss(decoded);
      const stored: StoredPicture = {
        ...{ id: `p-${randomBytes(12).toString("hex")}`, name, mediaType, width, height },
        ...(loss === undefined ? {} : { loss: { text: levelWarning(name, loss), ...loss.stretch } }),
      };
      pictures.set(stored.id, { stored, bytes });
      for (const id of pictures.keys()) {
        if ((pictures.size <= limits.count && total() <= limits.bytes) || id === stored.id) break;
        pictures.delete(id);
      }
      return stored;
    },
    get,
    file(id) {
      const { stored, bytes } = get(id);
      return { name: stored.name, mediaType: stored.mediaType, bytes };
    },
    given(id) {
      const { stored, bytes } = get(id);
      return { name: stored.name, bytes };
    },
    clear: () => pictures.clear(),
  };
}
