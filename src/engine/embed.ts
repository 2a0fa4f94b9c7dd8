/** @file Turns a prompt into the input of the first language layer: token embeddings with the pictures' features put in. */
import { graphBuilder } from "../graph/builder.ts";
import type { FloatTensor } from "../tensor/tensor.ts";
import type { Model } from "./model.ts";
import { indexTensor, withSession } from "./session.ts";

/** Checks that every id is in the vocabulary, so that a damaged prompt is one sentence and not a failure inside a kernel. */
function checkIds(ids: ArrayLike<number>, vocabulary: number): void {
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i]!;
    if (!Number.isInteger(id) || id < 0 || id >= vocabulary) {
      throw new Error(`prompt: token ${i} has id ${id}, but the model's vocabulary has ${vocabulary} tokens.`);
    }
  }
}

/** Looks embeddings up, ids [rows] -> [rows, width]. Throws where an id is out of range. */
export type TokenEmbedder = (tokenIds: ArrayLike<number>) => Promise<FloatTensor>;

/** Opens the embedding table for as long as `work` lasts. */
export async function withTokenEmbedder<T>(model: Model, work: (embed: TokenEmbedder) => Promise<T>): Promise<T> {
  const { language } = model.definition;
  const g = graphBuilder();
  const ids = g.input("ids", "i64", ["rows"]);
  const embedded = language.embedding(g, ids);
  g.output(embedded);
  return withSession(g.build(), model.store, (session) =>
    work(async (tokenIds) => {
      checkIds(tokenIds, language.config.vocabulary);
      return (await session.run(new Map([[ids, indexTensor(tokenIds)]]))).floats(embedded);
    }),
  );
}

/**
 * Input of the first language layer, [ids, width]: the k-th image token of the prompt becomes row k of the features of all pictures
 * in order. `tokenIds` may go on with an answer after `promptLength` tokens, in which an image token is a token like any other.
 * Throws where the counts differ.
 */
export async function embedPrompt(
  model: Model,
  tokenIds: ArrayLike<number>,
  features: readonly FloatTensor[],
  promptLength = tokenIds.length,
): Promise<FloatTensor> {
  const { imageTokenId, language } = model.definition;
  const { width } = language.config;
  const isImage = Uint8Array.from({ length: tokenIds.length }, (_, i) =>
    Number(i < promptLength && tokenIds[i] === imageTokenId),
  );
  const places = isImage.reduce((count, flag) => count + flag, 0);
  const given = features.reduce((count, { dims }) => count + dims[0]!, 0);
  if (places !== given) {
    throw new Error(
      `prompt: it has ${places} image tokens, but the pictures give ${given}; use one image placeholder per picture.`,
    );
  }
  // Some checkpoints number the image token beyond the embedding table; its own embedding is never used.
  const ids = Array.from({ length: tokenIds.length }, (_, i) => (isImage[i] === 1 ? 0 : tokenIds[i]!));
  const embedded = await withTokenEmbedder(model, (embed) => embed(ids));
  let row = 0;
  for (const picture of features) {
    for (let start = 0; start < picture.data.length; start += width, row++) {
      while (isImage[row] === 0) row += 1;
      embedded.data.set(picture.data.subarray(start, start + width), row * width);
    }
  }
  return embedded;
}
