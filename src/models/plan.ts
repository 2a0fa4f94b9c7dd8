/** @file What a model needs of a picture and of a sequence: sizes and inputs that depend on the question, as plain data. */
import type { GridPlacement } from "../image/types.ts";
import type { FloatTensor, IntTensor } from "../tensor/tensor.ts";
import type { RotaryTables } from "./blocks/rotary.ts";

/** One input of the vision tower. The tower runs over each input by itself: attention never crosses from one to another. */
export interface TowerInput {
  /** Shape of its pixel values: [channels, height, width], or [patches, numbers of a patch]. */
  readonly dims: readonly number[];
  /** Tokens inside the tower, a class token included. */
  readonly tokens: number;
  /** What the tower reads beside pixels and hidden states, by the name that it asks for; whole numbers are indices of rows. */
  readonly feeds: ReadonlyMap<string, FloatTensor | IntTensor>;
  /** Limits of the windows, in tokens, if some layers attend within them alone: the first is 0, the last the number of tokens. */
  readonly windows?: readonly number[];
  /** By row that the projection gives: the tower tokens that it is made of, in equal parts. */
  readonly rowTokens: readonly (readonly number[])[];
}

/** An image token of a picture. */
export interface PlannedImageToken {
  /** Its place in one of the grids; left out if it has none, as the token that ends a row. */
  readonly cell?: { readonly grid: number; readonly row: number; readonly col: number };
  /**
   * The rows that it is the weighted sum of. Rows are those of the projection over all inputs in order, followed by the learned rows of
   * the model.
   */
  readonly rows: readonly { readonly row: number; readonly weight: number }[];
}

/**
 * A part of what is written into the prompt in the place of a picture's placeholder. A special token is named as in
 * tokenizer_config.json, with its text for a tokenizer that does not have it.
 */
export type PromptPart =
  | { readonly text: string }
  | { readonly imageTokens: number }
  | { readonly special: string; readonly byDefault: string };

/** Everything that a model needs to know of one picture before it computes. */
export interface PicturePlan {
  /** In the order of the pixel values, which hold one input after another. */
  readonly inputs: readonly TowerInput[];
  /** Grids of image tokens with their boxes on the original picture, in the order of the tokens. */
  readonly grids: readonly GridPlacement[];
  /** In the order of the sequence: tokens with a cell walk each grid row by row, one grid after another. */
  readonly imageTokens: readonly PlannedImageToken[];
  /** What takes the place of the picture's placeholder; without memory it has as many image tokens as `imageTokens`. */
  readonly prompt: readonly PromptPart[];
  /**
   * Set if the image tokens stand behind the sequence, where cross-attention alone reads them; those of the prompt then keep their own
   * embedding. Tokens that see the picture read the first `visible` ones.
   */
  readonly memory?: { readonly visible: number };
}

/** Image tokens that a picture has in the prompt. */
export function promptImageTokens({ prompt }: Pick<PicturePlan, "prompt">): number {
  return prompt.reduce((sum, part) => sum + ("imageTokens" in part ? part.imageTokens : 0), 0);
}

/** A prompt's pictures, for positions and masks. */
export interface PlannedPrompt {
  readonly length: number;
  /** Pictures in the order of the prompt, each with the positions of its image tokens, ascending. */
  readonly pictures: readonly { readonly plan: PicturePlan; readonly positions: readonly number[] }[];
}

/**
 * What the layers of a language model are fed for a prompt and any answer that follows it: the one place where positions, rotary tables
 * and masks are made. Layers of one kind are fed alike. Tables and masks are made anew by each call.
 */
export interface SequencePlan {
  /** Image tokens behind the sequence on the key axis, which only cross-attention reads; 0 without it. */
  readonly memoryTokens: number;
  /** True if some tokens of the prompt see later ones, so that the prompt cannot be read as an answer is written. */
  readonly seesAhead: boolean;
  readonly kindOf: (layer: number) => number;
  /** True of the layers that read the memory tokens in place of the sequence: their masks are [rows, memory tokens]. */
  readonly readsMemory: (kind: number) => boolean;
  /** 1 for the tokens of the sequence that see a picture behind it, [rows, 1]. */
  readonly sees: (rows: readonly number[]) => FloatTensor;
  /** True if each token sees all tokens before it and no later one. */
  readonly isCausal: (kind: number) => boolean;
  /** Position ids of a token of the sequence, by axis. */
  positionOf(row: number): readonly number[];
  /** Rotary tables for these tokens of a sequence of `length`, which some scalings go by. */
  rotary(kind: number, rows: readonly number[], length: number): RotaryTables;
  /**
   * What attention scores get added, [rows, length]: 0 if the query may look at the key, minus infinity if not. All `length` rows if none
   * are named.
   */
  mask(kind: number, length: number, rows?: readonly number[]): FloatTensor;
  /** The same for some queries, [rows, length], with the query's own position hidden as well. */
  rowMask(kind: number, rows: readonly number[], length: number): FloatTensor;
}
