/** @file What the Model input view shows: the exact pixels from the server, or from a run alone what it says of them. */
import { live } from "../data/live.ts";
import type { Box, GridPlacement } from "../../src/image/types.ts";
import type { ModelInput } from "../../src/server/api.ts";
import type { Draft } from "../draft/draft.svelte.ts";
import type { DraftPicture } from "../draft/draft-picture.ts";
import { createResourceCache } from "../data/resource-cache.svelte.ts";
import { createPictureBitmaps } from "../map/picture-bitmaps.ts";
import type { Page } from "../state/page.svelte.ts";
import { fitChoices, inputOfRun, pictureInInput } from "./input-facts.ts";

export interface ShownInput {
  readonly facts: Omit<ModelInput, "fit">;
  readonly bitmap: ImageBitmap;
  /** Where the bitmap lies in the input, in its pixels; all of it where it is left out. */
  readonly place?: Box;
  readonly grid?: GridPlacement;
  /** False where only the run could be asked, so that these are not the exact pixels. */
  readonly isExact: boolean;
}

const cacheBytes = 64 * 1024 * 1024;

interface ServerInput {
  readonly facts: ModelInput;
  readonly bitmap: ImageBitmap;
}

export function createInputView(page: Page, draft: Draft) {
  const bitmaps = createPictureBitmaps(page.api);
  const inputs = createResourceCache<ServerInput>({
    maxBytes: cacheBytes,
    sizeOf: ({ bitmap }) => bitmap.width * bitmap.height * 4,
  });
  /** The last input, shown until the next one has arrived. */
  let last: { readonly picture: string; readonly shown: ShownInput } | undefined;

  const index = $derived(draft.pictures[page.selection.picture] ? page.selection.picture : 0);
  const picture = $derived(draft.pictures[index]);
  const image = $derived(page.run?.document.description.images[index]);
  const model = $derived(page.models?.find(({ id }) => id === draft.model));
  const key = $derived(picture && draft.model ? `${draft.model} ${draft.fit} ${picture.url}` : undefined);

  async function fetchInput(shown: DraftPicture): Promise<ServerInput> {
    const query = { model: draft.model!, fit: draft.fit, picture: (await draft.storedPicture(shown)).id };
    const [facts, response] = await Promise.all([
      page.api.modelInput(query),
      fetch(page.api.urls.modelInputPicture(query)),
    ]);
    if (!response.ok) throw new Error("The model input cannot be read; choose another fit.");
    return { facts, bitmap: await createImageBitmap(await response.blob()) };
  }

  function fromServer(): ShownInput | undefined {
    const shown = picture;
    const found = shown && key !== undefined ? inputs.read(key, () => fetchInput(shown)) : undefined;
    if (!found) return undefined;
    const { grids } = found.facts;
    return { ...found, grid: grids.length === 1 ? grids[0] : undefined, isExact: true };
  }

  function fromRun(): ShownInput | undefined {
    const bitmap = picture && bitmaps.read(picture.url);
    const grid = image?.grids[0];
    if (!bitmap || !image || !grid) return undefined;
    const facts = inputOfRun(image);
    const isWhole = image.grids.length === 1;
    return {
      facts,
      bitmap,
      ...(isWhole ? { place: pictureInInput(image, grid, facts.input), grid } : {}),
      isExact: false,
    };
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
    failure: () => (key === undefined ? undefined : inputs.failure(key)),
    /** The fits that can be chosen; none where the model is not here. */
    fits: () => (draft.model === undefined ? [] : fitChoices(model?.details?.fits)),
    /** The fit of the run, for where nothing can be chosen. */
    runFit: () => image?.fit,
  });
}
