/** @file Reads rows of language attention of many layers and heads at once, with few reads of the file and no more than they take. */
import { floatTensor, type FloatTensor } from "../tensor/tensor.ts";
import { recordedQueries } from "./attention-rows.ts";
import { layersWithAttention } from "./explained.ts";
import { keyCount } from "./positions.ts";
import type { Run } from "./types.ts";

export interface AttentionBlock {
  /** All and mean are those of the layers that have attention. */
  readonly layers: "all" | "mean" | readonly number[];
  readonly heads: "all" | "mean" | readonly number[];
  /** Query positions. */
  readonly positions: readonly number[];
  /** Mean over the positions; the axis is then 1. */
  readonly combine?: "mean";
}

/** Thrown if the run does not hold a row that is asked for. */
export class NotRecordedError extends Error {
  override readonly name = "NotRecordedError";
}

/** Rows that lie this close in the file are read together: reading between them costs less than another read. */
const gapBytes = 32_768;

/** A stretch of recorded rows, and the places of its wanted rows. */
interface Stretch {
  readonly start: number;
  end: number;
  /** Pairs of a row in the file and its place among the positions. */
  readonly rows: { readonly row: number; readonly place: number }[];
}

function stretchesOf(rows: readonly number[], rowBytes: number): Stretch[] {
  const ordered = rows.map((row, place) => ({ row, place })).sort((a, b) => a.row - b.row);
  const stretches: Stretch[] = [];
  for (const entry of ordered) {
    const last = stretches.at(-1);
    if (last !== undefined && (entry.row - last.end) * rowBytes <= gapBytes) {
      last.rows.push(entry);
      last.end = entry.row + 1;
    } else {
      stretches.push({ start: entry.row, end: entry.row + 1, rows: [entry] });
    }
  }
  return stretches;
}

function indices(chosen: AttentionBlock["layers"], count: number, what: string): number[] {
  if (typeof chosen === "string") return Array.from({ length: count }, (_, index) => index);
  const wrong = chosen.find((index) => !Number.isInteger(index) || index < 0 || index >= count);
  if (wrong !== undefined) throw new RangeError(`The model has ${what}s 0 to ${count - 1}, got ${wrong}.`);
  return [...chosen];
}

/** Rows of the recorded tensor of a layer that hold the positions. */
async function rowsOf(run: Run, layer: number, positions: readonly number[]): Promise<number[]> {
  if (!run.tensors.has(`language.attention.${layer}`)) {
    throw new NotRecordedError(`The run does not hold the attention of layer ${layer}; compute it.`);
  }
  const recorded = await recordedQueries(run, layer);
  const rowOf = new Map(Array.from(recorded, (position, row) => [position, row]));
  return positions.map((position) => {
    const row = rowOf.get(position);
    if (row !== undefined) return row;
    throw new NotRecordedError(
      `The run does not hold the attention from position ${position} in layer ${layer}; compute it with every row recorded.`,
    );
  });
}

/**
 * Attention of some layers and heads in the rows of some positions, [layers, heads, positions, keys]; a mean makes its axis 1. Throws a
 * NotRecordedError if a row is missing, and a RangeError for a layer or head that the model does not have.
 */
export async function attentionBlock(
  run: Run,
  { positions, combine, ...chosen }: AttentionBlock,
): Promise<FloatTensor> {
  const { model, tokens } = run.description;
  const length = keyCount(run.description);
  const layers = indices(
    typeof chosen.layers === "string" ? layersWithAttention(run.description) : chosen.layers,
    model.languageLayers,
    "layer",
  );
  const heads = indices(chosen.heads, model.languageHeads, "head");
  const outside = positions.find(
    (position) => !Number.isInteger(position) || position < 0 || position >= tokens.length,
  );
  if (outside !== undefined) throw new RangeError(`The run has positions 0 to ${tokens.length - 1}, got ${outside}.`);

  const mean = { layers: chosen.layers === "mean", heads: chosen.heads === "mean", positions: combine === "mean" };
  const size = (isMean: boolean, { length: count }: readonly number[]) => (isMean ? Math.min(1, count) : count);
  const dims = [size(mean.layers, layers), size(mean.heads, heads), size(mean.positions, positions), length] as const;
  const divisor =
    (mean.layers ? layers.length : 1) * (mean.heads ? heads.length : 1) * (mean.positions ? positions.length : 1);
  // Summed in double precision if anything is averaged.
  const sums = divisor > 1 ? new Float64Array(dims[0] * dims[1] * dims[2] * length) : undefined;
  const block = floatTensor(dims);
  for (const [l, layer] of layers.entries()) {
    const stretches = stretchesOf(await rowsOf(run, layer, positions), 4 * length);
    const reads = await Promise.all(
      heads.flatMap((head, h) =>
        stretches.map(async (stretch) => {
          const { start, end } = stretch;
          return {
            h,
            stretch,
            data: (await run.slice(`language.attention.${layer}`, { within: [head], start, end })).data,
          };
        }),
      ),
    );
    // Added in one order, whichever read ended first, so that a mean is the same each time.
    for (const { h, stretch, data } of reads) {
      for (const { row, place } of stretch.rows) {
        const source = (row - stretch.start) * length;
        const index = ((mean.layers ? 0 : l) * dims[1] + (mean.heads ? 0 : h)) * dims[2] + (mean.positions ? 0 : place);
        if (sums === undefined) block.data.set(data.subarray(source, source + length), index * length);
        else for (let key = 0; key < length; key++) sums[index * length + key]! += data[source + key]!;
      }
    }
  }
  if (sums !== undefined) for (const [i, sum] of sums.entries()) block.data[i] = sum / divisor;
  return block;
}
