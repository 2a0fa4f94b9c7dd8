/** @file The question in the making: pictures and their edits, fit, conversation, sampling. */
import { getContext, setContext } from "svelte";
import type { EditStep, RunSampling } from "../../src/run/types.ts";
import type { FitMode } from "../../src/image/types.ts";
import type { StoredPicture } from "../../src/server/api.ts";
import type { Page } from "../state/page.svelte.ts";

/** A picture that will be asked about. */
export interface DraftPicture {
  readonly original: StoredPicture;
  readonly edited?: { readonly picture: StoredPicture; readonly steps: readonly EditStep[] };
}

export const defaultSampling: RunSampling = {
  maxNewTokens: 64,
  minNewTokens: 0,
  temperature: 0,
  topP: 1,
  topK: 0,
  seed: 0,
};

export function createDraft(page: Page) {
  let pictures = $state.raw<readonly DraftPicture[]>([]);
  let fit = $state.raw<FitMode>("default");
  return {
    get pictures() {
      return pictures;
    },
    setPictures(next: readonly DraftPicture[]) {
      pictures = next;
    },
    get fit() {
      return fit;
    },
    setFit(next: FitMode) {
      fit = next;
    },
    get model() {
      return page.run?.document.model ?? page.models?.[0]?.id;
    },
  };
}

export type Draft = ReturnType<typeof createDraft>;

const key = Symbol("draft");

export function provideDraft(draft: Draft): void {
  setContext(key, draft);
}

export function useDraft(): Draft {
  return getContext<Draft>(key);
}
