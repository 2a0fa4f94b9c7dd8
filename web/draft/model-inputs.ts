/** @file What the model receives of the pictures of a question, known before it is asked. */
import type { FitMode } from "../../src/image/types.ts";
import type { ModelInput, StoredPicture } from "../../src/server/api.ts";
import type { DataSource } from "../data/data-source.ts";
import { createResourceCache } from "../data/resource-cache.svelte.ts";
import type { DraftPicture } from "./draft-picture.ts";

interface InputSettings {
  readonly model: string | undefined;
  readonly fit: FitMode;
  /** How many pictures the question has. */
  readonly pictures: number;
}

export interface ModelInputs {
  /** Undefined without a model, and while it is on its way. */
  of(picture: DraftPicture, settings: InputSettings): ModelInput | undefined;
  failure(picture: DraftPicture, settings: InputSettings): Error | undefined;
}

const mostInputs = 100;

const keyOf = ({ url }: DraftPicture, { model, fit, pictures }: InputSettings): string =>
  [model, fit, pictures, url].join(" ");

/** Asks the server for each picture and fit once; `store` gives the picture as the server keeps it. */
export function createModelInputs(
  api: Pick<DataSource, "modelInput">,
  store: (picture: DraftPicture) => Promise<StoredPicture>,
): ModelInputs {
  const facts = createResourceCache<ModelInput>({ maxBytes: mostInputs, sizeOf: () => 1 });
  return {
    of(picture, settings) {
      const { model } = settings;
      if (model === undefined) return undefined;
      return facts.read(keyOf(picture, settings), async () => {
        const { id } = await store(picture);
        return api.modelInput({ ...settings, model, picture: id });
      });
    },
    failure: (picture, settings) => facts.failure(keyOf(picture, settings)),
  };
}
