/** @file Turns a prompt into the input of the first language layer: token embeddings with the pictures' features put in. */
import { graphBuilder } from "../graph/builder.ts";
import { promptImageTokens, type PicturePlan, type SequencePlan } from "../models/plan.ts";
import { floatTensor, type FloatTensor } from "../tensor/tensor.ts";
import { layerAdditions, type LayerAddition } from "./layer-additions.ts";
import type { Model } from "./model.ts";
import { indexTensor, withSession } from "../runtime/runtime.ts";
import type { PictureFeatures } from "./vision.ts";

/** Checks that every id is in the vocabulary, so that a damaged prompt gives a clear error and not a failure inside a kernel. */
function checkIds(ids: ArrayLike<number>, vocabulary: number): void {
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i]!;
    if (!Number.isInteger(id) || id < 0 || id >= vocabulary) {
      throw new Error(`prompt: token ${i} has id ${id}, but the model's vocabulary has ${vocabulary} tokens.`);
    }
  }
}

/** Looks embeddings up, ids [rows] -> [rows, width]. Throws an Error if an id is out of range. */
export type TokenEmbedder = (tokenIds: ArrayLike<number>) => Promise<FloatTensor>;

/** Opens the embedding table for as long as `work` lasts. */
export async function withTokenEmbedder<T>(model: Model, work: (embed: TokenEmbedder) => Promise<T>): Promise<T> {
  const { language } = model.definition;
  const g = graphBuilder();
  const ids = g.input("ids", "i64", ["rows"]);
  const embedded = language.embedding(g, ids);
  g.output(embedded);
  return withSession(model.runtime, g.build(), (session) =>
    work(async (tokenIds) => {
      const { vocabulary, embeddingRows = vocabulary } = language.config;
      checkIds(tokenIds, embeddingRows);
      return (await session.run(new Map([[ids, indexTensor(tokenIds)]]))).floats(embedded);
    }),
  );
}

/** The input of the first language layer, with what the layers are fed for it. */
export interface Sequence {
  /** [tokens, width] */
  readonly embedded: FloatTensor;
  /** Image tokens behind the sequence, [memory tokens, width]; undefined without any. */
  readonly memory: FloatTensor | undefined;
  /** Of the prompt, for it and any answer. */
  readonly plan: SequencePlan;
  /** What pictures add behind layers. */
  readonly additions: readonly LayerAddition[];
}

/** Positions of the image tokens of each picture: those of the prompt in order, as many as its plan has. */
function picturePositions(isImage: Uint8Array, plans: readonly PicturePlan[]): number[][] {
  const places = Array.from(isImage.keys()).filter((token) => isImage[token] === 1);
  const given = plans.reduce((count, plan) => count + promptImageTokens(plan), 0);
  if (places.length !== given) {
    throw new Error(
      `prompt: it has ${places.length} image tokens, but the pictures give ${given}; use one image placeholder per picture.`,
    );
  }
  let first = 0;
  return plans.map((plan) => places.slice(first, (first += promptImageTokens(plan))));
}

/** The features that stand behind the sequence, of all pictures one after the other; undefined without any. */
export function memoryOf(pictures: readonly PictureFeatures[], width: number): FloatTensor | undefined {
  const behind = pictures.flatMap(({ plan, features }) => (plan.memory === undefined ? [] : [features]));
  if (behind.length === 0) return undefined;
  const memory = floatTensor([behind.reduce((sum, { dims }) => sum + dims[0]!, 0), width]);
  let at = 0;
  for (const { data } of behind) {
    memory.data.set(data, at);
    at += data.length;
  }
  return memory;
}

/**
 * Embeds a prompt: the k-th image token of the prompt becomes row k of the features of all pictures in order, or keeps its own embedding if
 * they stand behind the sequence. `tokenIds` may go on with an answer after `promptLength` tokens, in which an image token is a token like
 * any other. Throws an Error if the counts differ.
 */
export async function embedPrompt(
  model: Model,
  tokenIds: ArrayLike<number>,
  pictures: readonly PictureFeatures[],
  promptLength = tokenIds.length,
): Promise<Sequence> {
  const { imageTokenId, language, vision } = model.definition;
  const { width } = language.config;
  const isImage = Uint8Array.from({ length: tokenIds.length }, (_, i) =>
    Number(i < promptLength && tokenIds[i] === imageTokenId),
  );
  const plans = pictures.map(({ plan }) => plan);
  const positions = picturePositions(isImage, plans);
  const inSequence = pictures.flatMap((picture, index) =>
    picture.plan.memory === undefined ? [{ features: picture.features, positions: positions[index]! }] : [],
  );
  const ids = Array.from(tokenIds);
  // Some checkpoints number the image token beyond the embedding table; its own embedding is not used then.
  for (const { positions: places } of inSequence) for (const position of places) ids[position] = 0;
  const embedded = await withTokenEmbedder(model, (embed) => embed(ids));
  for (const { features, positions: places } of inSequence) {
    for (const [row, position] of places.entries()) {
      embedded.data.set(features.data.subarray(row * width, (row + 1) * width), position * width);
    }
  }
  const planned = plans.map((plan, picture) => ({ plan, positions: positions[picture]! }));
  const placed = pictures.map(({ additions }, picture) => ({ additions, positions: positions[picture]! }));
  return {
    embedded,
    memory: memoryOf(pictures, width),
    plan: language.plan({ length: promptLength, pictures: planned }),
    additions: layerAdditions(vision, placed),
  };
}
