/** @file What the Model input view shows: the exact pixels from the server, or from a run alone what it says of them. */
import { live } from "../data/live.ts";
import type { Box } from "../../src/image/types.ts";
import type { Draft } from "../draft/draft.svelte.ts";
import type { DraftPicture } from "../draft/draft-picture.ts";
import { createResourceCache } from "../data/resource-cache.svelte.ts";
import { createPictureBitmaps } from "../map/picture-bitmaps.ts";
import type { Page } from "../state/page.svelte.ts";
import { inputOfRun } from "./input-facts.ts";
import { inputParts, type InputFacts, type InputPart } from "./input-parts.ts";

export interface ShownInput {
  readonly facts: InputFacts;
  /** All inputs of the picture, and the one that is shown. */
  readonly parts: readonly InputPart[];
  readonly part: InputPart;
  readonly bitmap: ImageBitmap;
  /** The part of the bitmap that is the input, in its pixels; all of it if it is left out. */
  readonly source?: Box;
  /** False if only the run could be asked, so that these are not the exact pixels. */
  readonly isExact: boolean;
}

const cacheBytes = 64 * 1024 * 1024;

export function createInputView(page: Page, draft: Draft) {
  const bitmaps = createPictureBitmaps(page.api);
  const views = createResourceCache<ImageBitmap>({
    maxBytes: cacheBytes,
    sizeOf: ({ width, height }) => width * height * 4,
  });
  /** The last input, shown until the next one has arrived. */
  let last: { readonly picture: string; readonly shown: ShownInput } | undefined;

  const index = $derived(draft.pictures[page.selection.picture] ? page.selection.picture : 0);
  const picture = $derived(draft.pictures[index]);
  const image = $derived(page.run?.document.description.images[index]);
  const count = $derived(draft.pictures.length);
  const key = $derived(picture && draft.model ? `${draft.model} ${draft.fit} ${count} ${picture.url}` : undefined);
  const chosen = $derived(page.selection.input);
  const viewKey = (view: number): string => `${key} ${view}`;

  const partOf = (parts: readonly InputPart[]): InputPart | undefined => parts[chosen] ?? parts[0];

  async function queryOf(shown: DraftPicture) {
    const { id } = await draft.storedPicture(shown);
    return { model: draft.model!, fit: draft.fit, pictures: count, picture: id };
  }

  async function fetchView(shown: DraftPicture, view: number): Promise<ImageBitmap> {
    const query = { ...(await queryOf(shown)), view };
    const response = await fetch(page.api.urls.modelInputPicture(query));
    if (!response.ok) throw new Error("The model input cannot be read; choose another fit.");
    return createImageBitmap(await response.blob());
  }

  function fromServer(): ShownInput | undefined {
    const shown = picture;
    if (!shown || key === undefined) return undefined;
    const found = draft.inputOf(shown);
    const parts = found ? inputParts(found) : [];
    const part = partOf(parts);
    const bitmap = part && views.read(viewKey(part.view), () => fetchView(shown, part.view));
    if (!found || !part || !bitmap) return undefined;
    const { width, height } = part;
    const source = { left: part.col * width, top: part.row * height, width, height };
    return { facts: found, parts, part, bitmap, source, isExact: true };
  }

  function fromRun(): ShownInput | undefined {
    const bitmap = picture && bitmaps.read(picture.url);
    if (!bitmap || !image) return undefined;
    const found = inputOfRun(image);
    const parts = inputParts(found);
    const part = partOf(parts);
    if (!part) return undefined;
    return { facts: found, parts, part, bitmap, isExact: false };
  }

  const shown = $derived.by(() => {
    const found = draft.model === undefined ? fromRun() : fromServer();
    if (picture && found) last = { picture: picture.key, shown: found };
    else if (last?.picture !== picture?.key) last = undefined;
    return last?.shown;
  });

  return live({
    picture: () => picture,
    shown: () => shown,
    failure: () =>
      key === undefined
        ? undefined
        : ((picture && draft.inputFailure(picture)) ?? (shown && views.failure(viewKey(shown.part.view)))),
    /** The fits that can be chosen; none if the model is not here. */
    fits: () => (draft.model === undefined ? [] : draft.fitsOffered()),
    /** The fit of the run, for where nothing can be chosen. */
    runFit: () => image?.fit,
  });
}
