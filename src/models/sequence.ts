/** @file Positions, rotary tables and masks of a sequence: the one place where they are made. */
import type { LanguageConfig } from "../checkpoint/types.ts";
import { floatTensor, type FloatTensor } from "../tensor/tensor.ts";
import { rotaryFrequencies, rotaryTables } from "./blocks/rotary.ts";
import type { PlannedPrompt, SequencePlan } from "./plan.ts";

/** Gives the position ids of each token of a sequence, by axis. */
type PositionOf = SequencePlan["positionOf"];

/**
 * Positions of three axes (temporal, height, width; Qwen2-VL, arXiv 2409.12191, section 2.1): text goes on by one on every axis; the image
 * tokens of a picture share one temporal position and count rows and columns from it; what follows goes on after the largest of them.
 */
function axialPositions({ length, pictures }: PlannedPrompt): PositionOf {
  const [temporal, vertical, horizontal] = Array.from({ length: 3 }, () => new Int32Array(length)) as [
    Int32Array,
    Int32Array,
    Int32Array,
  ];
  const beginning = new Map(pictures.map((picture) => [picture.positions[0], picture]));
  let next = 0;
  for (let token = 0; token < length;) {
    const picture = beginning.get(token);
    if (picture === undefined) {
      for (const axis of [temporal, vertical, horizontal]) axis[token] = next;
      next++;
      token++;
      continue;
    }
    let most = next;
    for (const [i, position] of picture.positions.entries()) {
      const { row, col } = picture.plan.imageTokens[i]!.cell ?? { row: 0, col: 0 };
      temporal[position] = next;
      vertical[position] = next + row;
      horizontal[position] = next + col;
      most = Math.max(most, next + row, next + col);
    }
    next = most + 1;
    token += picture.positions.length;
  }
  return (token) => {
    if (token < length) return [temporal[token]!, vertical[token]!, horizontal[token]!];
    const after = next + token - length;
    return [after, after, after];
  };
}

/** A mask [rows, keys] that hides from each query the keys from `end(query)` on. */
function maskUntil(rows: readonly number[], keys: number, end: (row: number) => number): FloatTensor {
  const mask = floatTensor([rows.length, keys]);
  for (const [i, row] of rows.entries()) mask.data.fill(-Infinity, i * keys + end(row), (i + 1) * keys);
  return mask;
}

/** Tokens 0 to count - 1 of a sequence. */
function tokensUpTo(count: number): number[] {
  return Array.from({ length: count }, (_, token) => token);
}

/** The plan of a model whose layers all see what comes before them, with the positions that its configuration asks for. */
export function causalPlan({ rope, ropeSections, headWidth }: LanguageConfig, prompt: PlannedPrompt): SequencePlan {
  const frequencies = rotaryFrequencies(rope, headWidth);
  const positionOf: PositionOf = ropeSections === undefined ? (token) => [token] : axialPositions(prompt);
  return {
    memoryTokens: 0,
    kindOf: () => 0,
    positionOf,
    rotary: (_, rows) => rotaryTables(frequencies, rows.map(positionOf), ropeSections),
    mask: (_, length) => maskUntil(tokensUpTo(length), length, (query) => query + 1),
    rowMask: (_, rows, length) => maskUntil(rows, length, (query) => query),
  };
}
