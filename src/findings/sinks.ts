/** @file The attention sinks of a run, by what it recorded. */
import { findSinks, type Sink } from "../methods/sinks.ts";
import { attentionRows, recordedLayers, recordedQueries } from "../run/attention-rows.ts";
import { imageTokenPositions, keyCount, predictingPositions, questionPositions } from "../run/positions.ts";
import type { Run } from "../run/types.ts";
import { floatTensor, type FloatTensor } from "../tensor/tensor.ts";

/** A sink and its place. */
export interface ImageSink extends Omit<Sink, "index"> {
  /** Index among the image tokens of all pictures. */
  readonly imageToken: number;
  readonly position: number;
  readonly image: number;
  readonly row: number | null;
  readonly col: number | null;
}

/** Attention of the queries on all image tokens, mean over layers and heads, [queries, image tokens]. */
async function meanAttention(run: Run, queries: readonly number[], keys: readonly number[]): Promise<FloatTensor> {
  const layers = recordedLayers(run);
  const heads = run.description.model.languageHeads;
  const length = keyCount(run.description);
  const mean = floatTensor([queries.length, keys.length]);
  for (const layer of layers) {
    const { data } = await attentionRows(run, { layer, queries });
    for (let row = 0; row < heads * queries.length; row++) {
      const query = row % queries.length;
      for (const [k, key] of keys.entries()) {
        mean.data[query * keys.length + k]! += data[row * length + key]! / (heads * layers.length);
      }
    }
  }
  return mean;
}

function columns({ dims, data }: FloatTensor, places: readonly number[]): FloatTensor {
  const [rows, width] = dims as [number, number];
  const picked = floatTensor([rows, places.length]);
  for (let row = 0; row < rows; row++) {
    for (const [i, place] of places.entries()) picked.data[row * places.length + i] = data[row * width + place]!;
  }
  return picked;
}

/** True if the run recorded what sinks are found by. */
export function recordsSinks(run: Run): boolean {
  return recordedLayers(run).length > 0 && run.tensors.has("language.norms");
}

/**
 * The sinks of each picture, by the attention of question and answer positions in every recorded layer and by the norms of hidden states.
 * Empty if the run recorded neither.
 */
export async function imageSinks(run: Run): Promise<ImageSink[]> {
  const { description } = run;
  const layers = recordedLayers(run);
  if (!recordsSinks(run)) return [];
  const recorded = new Set(await recordedQueries(run, layers[0]!));
  const asked = new Set([...questionPositions(description), ...predictingPositions(description)]);
  const queries = [...asked].filter((position) => recorded.has(position)).sort((a, b) => a - b);
  // Image tokens behind the sequence have no hidden states, by whose norms sinks are known.
  const positions = imageTokenPositions(description).filter((position) => position < description.tokens.length);
  const attention = await meanAttention(run, queries, positions);
  const norms = columns((await run.tensor("language.norms")) as FloatTensor, positions);
  return description.images.flatMap((_, image) => {
    const own = positions.flatMap((position, i) => (description.tokens[position]!.image === image ? [i] : []));
    const found = findSinks({ attention: columns(attention, own), norms: columns(norms, own) });
    return found.map(({ index, ...sink }) => {
      const imageToken = own[index]!;
      const position = positions[imageToken]!;
      const { row = null, col = null } = description.tokens[position]!;
      return { imageToken, position, image, row, col, ...sink };
    });
  });
}

/** The sinks as a set of indices among the image tokens, to leave out of maps. */
export function hiddenTokens(sinks: readonly ImageSink[]): ReadonlySet<number> {
  return new Set(sinks.map(({ imageToken }) => imageToken));
}
