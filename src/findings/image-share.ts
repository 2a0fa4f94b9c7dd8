/** @file How much of each answer token lies on the pictures: of its exact relevancy, and of its attention. */
import { imagePart } from "../methods/relevancy.ts";
import { keyCount } from "../run/positions.ts";
import type { RunDescription } from "../run/types.ts";

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
  const positions = Int32Array.from(imagePositions);
  return Array.from({ length: count }, (_, token) => {
    let sum = 0;
    for (let i = 0; i < positions.length; i++) sum += rows[token * length + positions[i]!]!;
    return sum;
  });
}
