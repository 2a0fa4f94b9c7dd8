/** @file Positions in the order of the attention that a run recorded on them. */
import { attentionBlock, NotRecordedError } from "../run/attention-block.ts";
import { predictingPosition } from "../run/positions.ts";
import type { Run } from "../run/types.ts";

/** Attention in the row that predicts an answer token, mean of all layers and heads, [tokens]; undefined where the run did not record it. */
export async function meanAttentionOf(run: Run, token: number): Promise<Float32Array | undefined> {
  const positions = [predictingPosition(run.description, token)];
  try {
    return (await attentionBlock(run, { layers: "mean", heads: "mean", positions })).data;
  } catch (error) {
    if (error instanceof NotRecordedError) return undefined;
    throw error;
  }
}

/** The `count` positions with the largest values, largest first; of equal ones the earlier. */
export function largestOf(positions: readonly number[], values: ArrayLike<number>, count: number): number[] {
  return [...positions].sort((a, b) => values[b]! - values[a]! || a - b).slice(0, count);
}
