/** @file Which answer tokens are explained: those selected, or the one that leans most on the image. */
import { imagePart } from "../../src/methods/relevancy.ts";
import type { RunDescription } from "../../src/run/types.ts";
import type { NumberTensor } from "../data/data-source.ts";
import type { OpenRun } from "./open-run.svelte.ts";
import type { RunLayout } from "./layout.ts";
import type { Selection } from "../selection/selection.ts";

/** What the choice reads of a run. */
export type TokenSource = Pick<OpenRun, "layout" | "has" | "tensor" | "attentionLayers" | "answerAttention"> & {
  readonly document: { readonly description: Pick<RunDescription, "tokens"> };
};

/**
 * The image part of each answer token's exact relevancy, 0 (text) to 1 (image), from rows [answer tokens, N]; undefined for tokens
 * that were not explained.
 */
export function imageParts(
  rows: NumberTensor,
  { tokens, layout }: { readonly tokens: RunDescription["tokens"]; readonly layout: RunLayout },
): (number | undefined)[] {
  const length = tokens.length;
  const image = tokens.flatMap(({ role }, position) => (role === "image" ? [position] : []));
  const text = tokens.flatMap(({ role }, position) => (role === "question" || role === "answer" ? [position] : []));
  return layout.predicting.map((own, token) => {
    const row = rows.data.subarray(token * length, (token + 1) * length) as Float32Array;
    const read = (positions: readonly number[]) => positions.filter((position) => position <= own);
    return imagePart(row, { image: read(image), text: read(text), own });
  });
}

/** Attention on the image of each answer token, from rows [answer tokens, N]. */
export function imageAttention(rows: ArrayLike<number>, { answerLength, imagePositions }: RunLayout): number[] {
  const length = answerLength === 0 ? 0 : rows.length / answerLength;
  return Array.from({ length: answerLength }, (_, token) => {
    let sum = 0;
    for (const position of imagePositions) sum += rows[token * length + position]!;
    return sum;
  });
}

/** The said token with the largest value; undefined where none of them has one. */
function largestOf(values: readonly (number | undefined)[], said: readonly number[]): number | undefined {
  const known = said.filter((token) => values[token] !== undefined);
  return known.reduce<number | undefined>(
    (best, token) => (best === undefined || values[token]! > values[best]! ? token : best),
    undefined,
  );
}

/** Several views ask for the default on each change of the selection; the rows it comes from never change. */
const largestByRows = new WeakMap<ArrayLike<number>, number | undefined>();

function once(rows: ArrayLike<number> & object, find: () => number | undefined): number | undefined {
  if (!largestByRows.has(rows)) largestByRows.set(rows, find());
  return largestByRows.get(rows);
}

function defaultToken({ layout, document, ...run }: TokenSource): number | null | undefined {
  const { saidTokens } = layout;
  if (run.has("relevancy.exact.language")) {
    const rows = run.tensor("relevancy.exact.language");
    if (rows === undefined) return null;
    const { tokens } = document.description;
    const best = once(rows.data, () => largestOf(imageParts(rows, { tokens, layout }), saidTokens));
    if (best !== undefined) return best;
  }
  if (layout.imagePositions.length === 0 || run.attentionLayers.length === 0) return saidTokens[0];
  const rows = run.answerAttention(null, null);
  if (rows === undefined) return null;
  return once(rows.data, () => largestOf(imageAttention(rows.data, layout), saidTokens));
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
