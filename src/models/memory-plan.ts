/** @file The plan of a sequence some of whose layers read image tokens behind it: which tokens see which picture. */
import { floatTensor, type FloatTensor } from "../tensor/tensor.ts";
import type { PlannedPrompt, SequencePlan } from "./plan.ts";

/** The kind of the layers that read memory. */
const memoryKind = -1;

/** A stretch of tokens of the sequence, from `start` up to `end`. */
interface Stretch {
  readonly start: number;
  readonly end: number;
}

/**
 * The tokens that see each picture: those from its place in the prompt on, up to the next picture's; pictures that follow one another
 * directly are seen by the same tokens (`get_cross_attention_token_mask` of transformers). The answer sees what the prompt's last token sees.
 */
export function tokensThatSee({ pictures }: PlannedPrompt): Stretch[] {
  const starts = pictures.map(({ positions }) => positions[0]!);
  const ends = [...starts.slice(1), Infinity];
  for (let picture = starts.length - 2; picture >= 0; picture--) {
    if (ends[picture] === starts[picture]! + 1) ends[picture] = ends[picture + 1]!;
  }
  return starts.map((start, picture) => ({ start, end: ends[picture]! }));
}

/** The memory tokens of each picture that can be seen, as stretches of the memory. */
function visibleTokens({ pictures }: PlannedPrompt): Stretch[] {
  let start = 0;
  return pictures.map(({ plan }) => {
    const stretch = { start, end: start + (plan.memory?.visible ?? 0) };
    start += plan.imageTokens.length;
    return stretch;
  });
}

/**
 * Adds memory to the plan of the layers that read the sequence; `layers` read the memory, as a kind of their own. A token that sees no
 * picture reads all of the memory, empty tiles included, and its perceptron gives nothing, as in transformers.
 */
export function memoryPlan(
  sequence: SequencePlan,
  { layers, prompt }: { readonly layers: ReadonlySet<number>; readonly prompt: PlannedPrompt },
): SequencePlan {
  const memoryTokens = prompt.pictures.reduce((sum, { plan }) => sum + plan.imageTokens.length, 0);
  // Without a picture the layers have nothing to read.
  if (memoryTokens === 0) return sequence;
  const seeing = tokensThatSee(prompt);
  const visible = visibleTokens(prompt);
  const seenBy = (token: number) =>
    visible.filter((_, picture) => token >= seeing[picture]!.start && token < seeing[picture]!.end);

  function mask(rows: readonly number[]): FloatTensor {
    const hidden = floatTensor([rows.length, memoryTokens]);
    for (const [i, row] of rows.entries()) {
      const seen = seenBy(row);
      if (seen.length === 0) continue;
      const keys = hidden.data.subarray(i * memoryTokens, (i + 1) * memoryTokens).fill(-Infinity);
      for (const { start, end } of seen) keys.fill(0, start, end);
    }
    return hidden;
  }

  const upTo = (length: number) => Array.from({ length }, (_, token) => token);
  return {
    ...sequence,
    memoryTokens,
    kindOf: (layer) => (layers.has(layer) ? memoryKind : sequence.kindOf(layer)),
    readsMemory: (kind) => kind === memoryKind,
    mask: (kind, length, rows) =>
      kind === memoryKind ? mask(rows ?? upTo(length)) : sequence.mask(kind, length, rows),
    rowMask: (kind, rows, length) => (kind === memoryKind ? mask(rows) : sequence.rowMask(kind, rows, length)),
    sees: (rows) =>
      floatTensor(
        [rows.length, 1],
        Float32Array.from(rows, (row) => (seenBy(row).length > 0 ? 1 : 0)),
      ),
  };
}
