/** @file Positions, rotary tables and masks of a sequence: the one place where they are made. */
import type { LanguageConfig, Visibility } from "../checkpoint/types.ts";
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

/** Tokens 0 to count - 1 of a sequence. */
function tokensUpTo(count: number): number[] {
  return Array.from({ length: count }, (_, token) => token);
}

/** Tokens from `start` up to `end`. */
interface Range {
  readonly start: number;
  readonly end: number;
}

/** The stretch of tokens, if any, in which each sees all others. Pictures whose image tokens follow one another are one, as in transformers. */
function blocksOf(visibility: Visibility, { length, pictures }: PlannedPrompt): ReadonlyMap<number, Range> {
  const blocks = new Map<number, Range>();
  const add = (start: number, end: number) => {
    for (let token = start; token < end; token++) blocks.set(token, { start, end });
  };
  if (visibility === "prefix") add(0, length);
  if (visibility !== "pictures") return blocks;
  const positions = pictures.flatMap((picture) => picture.positions);
  let first = 0;
  for (const [i, position] of positions.entries()) {
    if (positions[i + 1] === position + 1) continue;
    add(positions[first]!, position + 1);
    first = i + 1;
  }
  return blocks;
}

/** The keys that a query may look at: always one stretch. */
type SightOf = (query: number) => Range;

/** The window cuts the block of a picture, but not a prefix (transformers 5.24, the masks of Gemma 3 and PaliGemma). */
function sightThrough(window: number, visibility: Visibility, blocks: ReadonlyMap<number, Range>): SightOf {
  return (query) => {
    const block = blocks.get(query) ?? { start: query, end: query + 1 };
    const near = Math.max(0, query + 1 - window);
    return { start: visibility === "prefix" ? Math.min(near, block.start) : near, end: block.end };
  };
}

/** A mask [rows, keys] that hides what a query may not look at. */
function maskOf(sight: SightOf, rows: readonly number[], keys: number): FloatTensor {
  const mask = floatTensor([rows.length, keys]);
  for (const [i, row] of rows.entries()) {
    const { start, end } = sight(row);
    mask.data.fill(-Infinity, i * keys, i * keys + start);
    mask.data.fill(-Infinity, i * keys + Math.min(end, keys), (i + 1) * keys);
  }
  return mask;
}

/** The plan of a prompt for a decoder. Layers with a window are a kind of their own. */
export function sequencePlan(config: LanguageConfig, prompt: PlannedPrompt): SequencePlan {
  const { rope, ropeSections, ropeInterleaved, rotaryWidth, headWidth, window } = config;
  const { firstPosition = 0, visibility = "causal" } = config;
  const positionOf: PositionOf =
    ropeSections === undefined ? (token) => [firstPosition + token] : axialPositions(prompt);
  const windowed = new Set(window?.layers);
  const blocks = blocksOf(visibility, prompt);
  const seesAhead = [...blocks].some(([token, { end }]) => end > token + 1);
  const all = { sight: sightThrough(Infinity, visibility, blocks), rope };
  const near = { sight: sightThrough(window?.size ?? Infinity, visibility, blocks), rope: window?.rope ?? rope };
  const kindAt = (kind: number) => (kind === 0 ? all : near);
  return {
    memoryTokens: 0,
    readsMemory: () => false,
    sees: (rows) => floatTensor([rows.length, 1]),
    seesAhead,
    kindOf: (layer) => (windowed.has(layer) ? 1 : 0),
    isCausal: (kind) => kind === 0 && !seesAhead,
    positionOf,
    rotary(kind, rows, length) {
      const turning = kindAt(kind).rope;
      const frequencies = rotaryFrequencies(turning, rotaryWidth ?? headWidth, firstPosition + length);
      const scale = turning.type === "longrope" ? turning.attentionFactor : 1;
      const layout = { scale, sections: ropeSections, interleaved: ropeInterleaved };
      return rotaryTables(frequencies, rows.map(positionOf), layout);
    },
    mask: (kind, length, rows = tokensUpTo(length)) => maskOf(kindAt(kind).sight, rows, length),
    rowMask(kind, rows, length) {
      const mask = maskOf(kindAt(kind).sight, rows, length);
      for (const [i, row] of rows.entries()) mask.data[i * length + row] = -Infinity;
      return mask;
    },
  };
}
