/** @file Which answer tokens are explained: those selected, or the one that leans most on the image. */
import { imageAttention, imageParts, largestToken } from "../../src/findings/default-token.ts";
import { defaultMap, tensorOfRows } from "../../src/run/maps.ts";
import type { RunDescription } from "../../src/run/types.ts";
import type { OpenRun } from "./open-run.svelte.ts";
import type { Selection } from "../selection/selection.ts";

/** What the choice reads of a run. */
export type TokenSource = Pick<OpenRun, "layout" | "has" | "tensor" | "attentionLayers" | "answerAttention"> & {
  readonly document: { readonly description: Pick<RunDescription, "tokens" | "memory"> };
};

/** Several views ask for the default on each change of the selection; the rows it comes from never change. */
const largestByRows = new WeakMap<ArrayLike<number>, number | undefined>();

function once(rows: ArrayLike<number> & object, find: () => number | undefined): number | undefined {
  if (!largestByRows.has(rows)) largestByRows.set(rows, find());
  return largestByRows.get(rows);
}

function defaultToken({ layout, document, ...run }: TokenSource): number | null | undefined {
  const { saidTokens } = layout;
  if (run.has(tensorOfRows(defaultMap))) {
    const rows = run.tensor(tensorOfRows(defaultMap));
    if (rows === undefined) return null;
    const { tokens, memory } = document.description;
    const best = once(rows.data, () =>
      largestToken(imageParts(rows.data, { tokens, memory, predicting: layout.predicting }), saidTokens),
    );
    if (best !== undefined) return best;
  }
  if (layout.imagePositions.length === 0 || run.attentionLayers.length === 0) return saidTokens[0];
  const rows = run.answerAttention(null, null);
  if (rows === undefined) return null;
  return once(rows.data, () => largestToken(imageAttention(rows.data, layout), saidTokens));
}

/**
 * The answer tokens that views explain, by index in the answer, ascending: those selected, as far as the answer has them, else the said
 * token with the largest image part of exact relevancy, else the one with the most attention on the image. Empty while that is on its way.
 */
export function chosenTokens(run: TokenSource, selection: Pick<Selection, "tokens">): readonly number[] {
  const chosen = selection.tokens?.filter((token) => token < run.layout.answerLength) ?? [];
  if (chosen.length > 0) return chosen;
  const token = defaultToken(run);
  return token === null || token === undefined ? [] : [token];
}
