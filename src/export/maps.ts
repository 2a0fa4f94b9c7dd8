/** @file The numbers of a selection: maps over the image tokens, the matrix of layers and heads, the lens table. */
import { headMean, layerHeadMatrix } from "../methods/attention.ts";
import { lensIndexOf, lensTopTokens, type LensToken } from "../methods/lens.ts";
import { attentionRows, recordedLayers } from "../run/attention-rows.ts";
import { readMap } from "../findings/read-map.ts";
import { mapRow } from "../run/maps.ts";
import { imageTokenPositions, predictingPosition, predictingPositions } from "../run/positions.ts";
import type { Run } from "../run/types.ts";
import { floatTensor, type FloatTensor, type IntTensor } from "../tensor/tensor.ts";
import { referenceWordRow } from "../methods/word-relevancy.ts";
import { isPublishedWord } from "./describe-selection.ts";
import { mapNameOf, type MapChoice, type Selection } from "./selection.ts";

/** The map of each answer token named, by one method, layer and head: [tokens, image tokens]. */
export async function tokenMaps(run: Run, choice: MapChoice, tokens: readonly number[]): Promise<FloatTensor> {
  const keys = imageTokenPositions(run.description);
  const map = mapNameOf(choice);
  const { layer, head } = choice;
  const maps = floatTensor([tokens.length, keys.length]);
  for (const [i, token] of tokens.entries()) {
    const values = await readMap(run, { map, token, layer, head });
    if (values === undefined) throw new Error(`The run does not hold the map "${map}" of answer token ${token}.`);
    const isSequence = mapRow(map).axis === "sequence";
    maps.data.set(isSequence ? keys.map((key) => values[key]!) : values, i * keys.length);
  }
  return maps;
}

/** The map of the selection, mean over its tokens: one number per image token. */
export async function selectionMap(run: Run, selection: Selection): Promise<Float32Array> {
  const { tokens } = selection.group;
  const maps = await tokenMaps(run, selection, tokens);
  if (isPublishedWord(selection)) return referenceWordRow(maps, { tokens: tokens.map((_, i) => i) });
  return headMean(maps).data;
}

/** Attention on the pictures of every recorded layer and head, mean over the tokens. */
export interface RecordedMatrix {
  readonly layers: readonly number[];
  readonly heads: number;
  /** [layers, heads] row-major, 0 to 1. */
  readonly values: Float32Array;
}

/** The matrix of layers and heads for some answer tokens. */
export async function imageAttentionMatrix(run: Run, tokens: readonly number[]): Promise<RecordedMatrix> {
  const { description } = run;
  const queries = tokens.map((token) => predictingPosition(description, token));
  const layers = recordedLayers(run);
  const keys = imageTokenPositions(description);
  const values = new Float32Array(layers.length * description.model.languageHeads);
  // Layer by layer, so that memory holds the rows of one.
  for (const [i, layer] of layers.entries()) {
    const { data } = layerHeadMatrix([await attentionRows(run, { layer, queries })], keys);
    values.set(data, i * description.model.languageHeads);
  }
  return { layers, heads: description.model.languageHeads, values };
}

/** The best tokens of each lens row (input of the first layer, then each layer's output) at each answer token: [tokens][rows][best]. */
export async function lensOfAnswer(run: Run): Promise<LensToken[][][]> {
  const positions = (await run.tensor("lens.positions")) as IntTensor;
  const lens = {
    ids: (await run.tensor("lens.ids")) as IntTensor,
    logits: (await run.tensor("lens.logits")) as FloatTensor,
    logsumexp: (await run.tensor("lens.logsumexp")) as FloatTensor,
  };
  return predictingPositions(run.description).map((position) => lensTopTokens(lens, lensIndexOf(positions, position)));
}
