/** @file The place of the answer's largest attention to the pictures: token, layer and head. */
import { attentionSum } from "../methods/attention.ts";
import { attentionRow, recordedLayers } from "../run/attention-rows.ts";
import { answerLength, imageTokens, predictingPosition } from "../run/positions.ts";
import type { Run, RunDescription } from "../run/types.ts";
import type { TokenGroup } from "./answer-words.ts";

export type Head = number | "mean";

/** A place in the language model and how much of its attention lies on the pictures, 0 to 1. */
export interface AttentivePlace {
  readonly layer: number;
  readonly head: Head;
  readonly share: number;
}

/** Recorded layers of the last third, which decide what is said; every recorded one if none of these is. */
export function lateLayers(run: Run): number[] {
  const recorded = recordedLayers(run);
  const first = Math.floor((run.description.model.languageLayers * 2) / 3);
  const late = recorded.filter((layer) => layer >= first);
  return late.length > 0 ? late : recorded;
}

/** Positions of the image tokens that stand for a place of a picture; all others mark where pictures, tiles or rows are. */
function placedPositions(description: RunDescription): number[] {
  return imageTokens(description).flatMap(({ position, cell }) => (cell === undefined ? [] : [position]));
}

interface SharePlace {
  readonly layer: number;
  readonly head: Head;
  /** Positions whose attention is summed. */
  readonly keys: readonly number[];
}

/** Share of a row of attention that lies on some positions, mean over the tokens of a group. */
async function shareOn(run: Run, group: TokenGroup, { keys, ...place }: SharePlace): Promise<number> {
  let sum = 0;
  for (const token of group.tokens) {
    const row = await attentionRow(run, { ...place, query: predictingPosition(run.description, token) });
    sum += attentionSum(row, keys).data[0]!;
  }
  return sum / group.tokens.length;
}

/** Of some answer tokens (all by default) those that are words, not marks of the model; every one if all are marks. */
export function wordTokens(
  description: Pick<RunDescription, "tokens" | "answer">,
  among?: readonly number[],
): readonly number[] {
  const { tokens, answer } = description;
  const every = among ?? Array.from({ length: answerLength(description) }, (_, i) => i);
  const words = every.filter((i) => tokens[answer.start + i]!.role === "answer");
  return words.length > 0 ? words : every;
}

/** The layer and head, of those left open, that attend most to places of the pictures when they predict the tokens; the first of equals. */
export async function mostAttentivePlace(
  run: Run,
  group: TokenGroup,
  fixed: { readonly layer?: number; readonly head?: Head } = {},
): Promise<AttentivePlace> {
  const layers = fixed.layer === undefined ? lateLayers(run) : [fixed.layer];
  const everyHead = Array.from({ length: run.description.model.languageHeads }, (_, head) => head);
  const heads: readonly Head[] = fixed.head === undefined ? everyHead : [fixed.head];
  const keys = placedPositions(run.description);
  let best: AttentivePlace | undefined;
  for (const layer of layers) {
    for (const head of heads) {
      const share = await shareOn(run, group, { layer, head, keys });
      if (best === undefined || share > best.share) best = { layer, head, share };
    }
  }
  if (best === undefined) throw new Error("The run holds no attention; record the method attention.");
  return best;
}
