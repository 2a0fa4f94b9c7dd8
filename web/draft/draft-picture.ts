/** @file A picture of the question in the making, and its bytes on the server: stored when a question needs it. */
import type { AskPicture, StoredPicture } from "../../src/server/api.ts";
import type { EditStep, RunImage } from "../../src/run/types.ts";
import type { DataSource } from "../data/data-source.ts";

/** A picture that will be asked about. */
export interface DraftPicture {
  /** The same while the picture stays in the draft. */
  readonly key: string;
  readonly name: string;
  /** Where the bytes of the original lie, and those of the picture that is asked about: the edited one where it was edited. */
  readonly originalUrl: string;
  readonly url: string;
  /** Size in pixels of the picture that is asked about. */
  readonly width: number;
  readonly height: number;
  /** The original as the server keeps it; left out for a picture of a run until a question needs it. */
  readonly original?: StoredPicture;
  /** `picture` is left out like `original`. */
  readonly edited?: { readonly picture?: StoredPicture; readonly steps: readonly EditStep[] };
}

/** A picture that was just stored. */
export function draftPicture(api: DataSource, original: StoredPicture): DraftPicture {
  const { id, name, width, height } = original;
  const url = api.urls.picture(id);
  return { key: id, name, originalUrl: url, url, width, height, original };
}

/** The same picture, edited. */
export function withEdit(
  api: DataSource,
  picture: DraftPicture,
  edited: { readonly picture: StoredPicture; readonly steps: readonly EditStep[] },
): DraftPicture {
  const { width, height, id } = edited.picture;
  return { ...picture, url: api.urls.picture(id), width, height, edited };
}

/** The pictures of a run, in order; they stay where they are until they are needed. */
export function picturesOfRun(api: DataSource, run: string, images: readonly RunImage[]): DraftPicture[] {
  return images.map(({ name, width, height, edits }, index) => ({
    key: `${run}/${index}`,
    name,
    originalUrl: api.urls.runPicture(run, index, "original"),
    url: api.urls.runPicture(run, index, edits === undefined ? "original" : "edited"),
    width,
    height,
    ...(edits === undefined ? {} : { edited: { steps: edits } }),
  }));
}

/** The picture as it came. */
export function withoutEdit({ key, name, originalUrl, original, width, height }: DraftPicture): DraftPicture {
  const size = original ? { width: original.width, height: original.height } : { width, height };
  return { key, name, originalUrl, url: originalUrl, ...size, ...(original ? { original } : {}) };
}

export interface PictureShelf {
  /** The picture with everything that a question needs stored on the server. */
  store(picture: DraftPicture): Promise<AskPicture>;
  /** The stored picture that is asked about: the edited one where it was edited. */
  storeShown(picture: DraftPicture): Promise<StoredPicture>;
  /** Forgets what was stored, as a server that was started anew has. */
  clear(): void;
}

/** Stores pictures once each. `fetcher` reads the bytes of a run's picture. */
export function pictureShelf(api: DataSource, fetcher: typeof fetch = (...given) => fetch(...given)): PictureShelf {
  const stored = new Map<string, Promise<StoredPicture>>();

  async function copy(url: string, name: string): Promise<StoredPicture> {
    const response = await fetcher(url);
    if (!response.ok) throw new Error(`The picture ${name} cannot be read any more; add it again.`);
    return api.storePicture(await response.blob(), name);
  }
  function copyOnce(url: string, name: string): Promise<StoredPicture> {
    const known = stored.get(url);
    if (known) return known;
    const copied = copy(url, name);
    stored.set(url, copied);
    // A copy that failed is tried again at the next need.
    copied.catch(() => stored.delete(url));
    return copied;
  }
  const original = async (picture: DraftPicture): Promise<StoredPicture> =>
    picture.original ?? copyOnce(picture.originalUrl, picture.name);
  const shown = async (picture: DraftPicture): Promise<StoredPicture> =>
    picture.edited === undefined ? original(picture) : (picture.edited.picture ?? copyOnce(picture.url, picture.name));

  return {
    async store(picture) {
      const { id } = await original(picture);
      if (picture.edited === undefined) return { original: id };
      return { original: id, edited: { picture: (await shown(picture)).id, steps: picture.edited.steps } };
    },
    storeShown: shown,
    clear: () => stored.clear(),
  };
}
