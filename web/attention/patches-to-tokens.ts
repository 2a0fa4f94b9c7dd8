/** @file Patches to tokens: the attention that each answer token pays to the selected patches, by each head. */
import { attentionSum } from "../../src/methods/attention.ts";
import type { FloatTensor } from "../../src/tensor/tensor.ts";

export interface TokenHeadValues {
  /** Answer tokens of the rows. */
  readonly tokens: readonly number[];
  readonly heads: number;
  /** [tokens, heads] */
  readonly values: Float32Array;
  /** Mean over the heads of each token. */
  readonly means: Float32Array;
}

/** Sums of attention [heads, answer tokens, N] over key positions, for the tokens asked for. */
export function patchesToTokens(
  attention: FloatTensor,
  { keys, tokens }: { readonly keys: readonly number[]; readonly tokens: readonly number[] },
): TokenHeadValues {
  const [heads, rows] = attention.dims as [number, number, number];
  const sums = attentionSum(attention, keys).data;
  const values = new Float32Array(tokens.length * heads);
  const means = new Float32Array(tokens.length);
  for (const [index, token] of tokens.entries()) {
    for (let head = 0; head < heads; head++) {
      const value = sums[head * rows + token]!;
      values[index * heads + head] = value;
      means[index]! += value / heads;
    }
  }
  return { tokens, heads, values, means };
}
