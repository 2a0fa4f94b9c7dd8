/** @file How the attention of answer tokens on images is shared among the pictures. */
import type { FloatTensor } from "../../src/tensor/tensor.ts";
import type { RunLayout } from "../run/layout.ts";

/**
 * The share of each picture in the attention that some answer tokens, together, put on image tokens; sums to 1. `rows` is attention
 * [answer tokens, N]. Zeros where there is none.
 */
export function attentionByPicture(
  { data, dims }: FloatTensor,
  { pictures, imagePositions }: Pick<RunLayout, "pictures" | "imagePositions">,
  tokens: readonly number[],
): number[] {
  const length = dims[1]!;
  const sums = pictures.map(({ first, end }) => {
    let sum = 0;
    for (const token of tokens) {
      for (let i = first; i < end; i++) sum += data[token * length + imagePositions[i]!]!;
    }
    return sum;
  });
  const total = sums.reduce((all, sum) => all + sum, 0);
  return sums.map((sum) => (total > 0 ? sum / total : 0));
}
