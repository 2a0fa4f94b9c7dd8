/** @file The answer token that is explained if none is named: the one that leans most on the image. */
import { imagePart } from "../methods/relevancy.ts";
import { attentionBlock } from "../run/attention-block.ts";
import { recordedLayers } from "../run/attention-rows.ts";
import { defaultMap, tensorOfRows } from "../run/maps.ts";
import { answerLength, imageTokenPositions, keyCount, predictingPositions } from "../run/positions.ts";
import type { Run, RunDescription } from "../run/types.ts";
import { singleToken, type TokenGroup } from "./answer-words.ts";
import { wordTokens } from "./attentive.ts";

/**
 * The image part of each answer token's exact relevancy, 0 (text) to 1 (image), from rows [answer tokens, N]; undefined for tokens that were
 * not explained. `predicting` are the positions that predict the tokens.
 */
export function imageParts(
  rows: ArrayLike<number> & { subarray(start: number, end: number): ArrayLike<number> },
  {
    tokens,
    memory,
    predicting,
  }: Pick<RunDescription, "tokens" | "memory"> & { readonly predicting: readonly number[] },
): (number | undefined)[] {
  const length = keyCount({ tokens, memory });
  const image = [
    ...tokens.flatMap(({ role }, position) => (role === "image" ? [position] : [])),
    ...memory.map((_, m) => tokens.length + m),
  ];
  const text = tokens.flatMap(({ role }, position) => (role === "question" || role === "answer" ? [position] : []));
  return predicting.map((own, token) => {
    const row = rows.subarray(token * length, (token + 1) * length) as Float32Array;
    const read = (positions: readonly number[]) =>
      positions.filter((position) => position <= own || position >= tokens.length);
    return imagePart(row, { image: read(image), text: read(text), own });
  });
}

/** Attention on the image of each answer token, from rows [answer tokens, N]. */
export function imageAttention(
  rows: ArrayLike<number>,
  { answerLength: count, imagePositions }: { readonly answerLength: number; readonly imagePositions: Iterable<number> },
): number[] {
  const length = count === 0 ? 0 : rows.length / count;
  const positions = [...imagePositions];
  return Array.from({ length: count }, (_, token) =>
    positions.reduce((sum, position) => sum + rows[token * length + position]!, 0),
  );
}

/** The token with the largest value, of some; the first of equals, and undefined if none of them has a value. */
export function largestToken(values: readonly (number | undefined)[], among: readonly number[]): number | undefined {
  const known = among.filter((token) => values[token] !== undefined);
  return known.reduce<number | undefined>(
    (best, token) => (best === undefined || values[token]! > values[best]! ? token : best),
    undefined,
  );
}

async function recordedParts(run: Run): Promise<(number | undefined)[]> {
  const name = tensorOfRows(defaultMap);
  if (!run.tensors.has(name)) return [];
  const { data } = await run.tensor(name);
  const { tokens, memory } = run.description;
  return imageParts(data, { tokens, memory, predicting: predictingPositions(run.description) });
}

async function recordedAttention(run: Run): Promise<number[]> {
  const { description } = run;
  const layers = recordedLayers(run);
  const imagePositions = imageTokenPositions(description);
  const count = answerLength(description);
  const sums = Array.from({ length: count }, () => 0);
  if (imagePositions.length === 0) return [];
  for (const layer of layers) {
    const positions = predictingPositions(description);
    const { data } = await attentionBlock(run, { layers: [layer], heads: "mean", positions });
    for (const [token, share] of imageAttention(data, { answerLength: count, imagePositions }).entries()) {
      sums[token]! += share / layers.length;
    }
  }
  return layers.length === 0 ? [] : sums;
}

/**
 * The answer token, of all or of some, with the largest image part of exact relevancy. If that was not recorded, the one with the most
 * attention on the image, mean of the recorded layers and all heads; else the first. Marks of the model count only if there is nothing else.
 */
export async function defaultToken(run: Run, among?: readonly number[]): Promise<TokenGroup> {
  const candidates = wordTokens(run.description, among);
  const token =
    largestToken(await recordedParts(run), candidates) ??
    largestToken(await recordedAttention(run), candidates) ??
    candidates[0] ??
    0;
  return singleToken(run.description, token);
}
