/** @file The numbers of a selection: maps over the image tokens, the matrix of layers and heads, the lens table. */
import { attentionAt, headMean, layerHeadMatrix } from "../methods/attention.ts";
import { lensIndexOf, lensProbability, lensTopTokens } from "../methods/lens.ts";
import type { LensToken } from "../methods/lens.ts";
import { attentionRow, attentionRows, recordedLayers } from "../run/attention-rows.ts";
import { imageTokenPositions, predictingPosition, predictingPositions } from "../run/positions.ts";
import type { Run } from "../run/types.ts";
import { floatTensor } from "../tensor/tensor.ts";
import type { FloatTensor, IntTensor } from "../tensor/tensor.ts";
import { referenceWordRow } from "../methods/word-relevancy.ts";
import { isPublishedWord } from "./describe-selection.ts";
import { tensorName } from "./selection.ts";
import type { MapChoice, Selection } from "./selection.ts";

/** The map of each answer token named, by one method, layer and head: [tokens, image tokens]. */
export async function tokenMaps(run: Run, choice: MapChoice, tokens: readonly number[]): Promise<FloatTensor> {
  const keys = imageTokenPositions(run.description);
  const maps = floatTensor([tokens.length, keys.length]);
  for (const [i, token] of tokens.entries()) {
    maps.data.set((await tokenMap(run, { choice, token, keys })).data, i * keys.length);
  }
  return maps;
}

interface MapRequest {
  readonly choice: MapChoice;
  /** Index in the answer. */
  readonly token: number;
  /** Positions of the image tokens. */
  readonly keys: readonly number[];
}

async function tokenMap(run: Run, { choice, token, keys }: MapRequest): Promise<FloatTensor> {
  if (choice.method === "attention") {
    const query = predictingPosition(run.description, token);
    return attentionAt(await attentionRow(run, { ...choice, query }), keys);
  }
  if (choice.method === "lens") return lensMap(run, { layer: choice.layer, token, count: keys.length });
  const row = (await run.slice(tensorName(choice), { start: token, end: token + 1 })) as FloatTensor;
  // Rows of the language model go over all positions, others over the image tokens.
  return row.dims[1] === run.description.tokens.length ? attentionAt(row, keys) : row;
}

async function lensMap(
  run: Run,
  { layer, token, count }: { layer: number; token: number; count: number },
): Promise<FloatTensor> {
  // Image tokens come first among the lens's positions; index 0 of its layers is the input of the first one.
  const range = { within: [layer + 1], start: 0, end: count };
  const answer = (await run.slice("lens.answer", range)) as FloatTensor;
  const logsumexp = (await run.slice("lens.logsumexp", range)) as FloatTensor;
  return lensProbability(
    {
      answer: floatTensor([1, ...answer.dims], answer.data),
      logsumexp: floatTensor([1, ...logsumexp.dims], logsumexp.data),
    },
    token,
  );
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
