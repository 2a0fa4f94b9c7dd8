/** @file Runs a random model on random input, for tests that compare ways of computing the same. */
import { embedPrompt } from "../../src/engine/embed.ts";
import type { Model } from "../../src/engine/model.ts";
import { seededRandom } from "../../src/tensor/random.ts";
import type { Tap } from "../../src/engine/taps.ts";
import { traceLanguage } from "../../src/engine/trace.ts";
import { encodeImage } from "../../src/engine/vision.ts";
import { floatTensor } from "../../src/tensor/tensor.ts";
import type { FloatTensor } from "../../src/tensor/tensor.ts";

/** Pixels in [-2, 2), [3, side, side]. */
export function randomPixels(model: Model, seed = 1): FloatTensor {
  const { channels, imageSize } = model.definition.vision.config;
  const random = seededRandom(seed);
  const pixels = floatTensor([channels, imageSize, imageSize]);
  for (let i = 0; i < pixels.data.length; i++) pixels.data[i] = 4 * random() - 2;
  return pixels;
}

/** Ids of a prompt: a few text tokens, one picture, and more text. */
function randomPrompt(model: Model, textTokens = 8, seed = 1): number[] {
  const { imageTokenId, vision } = model.definition;
  const random = seededRandom(seed);
  const text = Array.from({ length: textTokens }, () => 3 + Math.floor(400 * random()));
  const image = new Array<number>(vision.grid.rows * vision.grid.cols).fill(imageTokenId);
  return [1, ...text.slice(0, 2), ...image, ...text.slice(2)];
}

/** A random prompt with its picture, embedded. */
export async function randomEmbedded(
  model: Model,
): Promise<{ ids: number[]; embedded: FloatTensor; features: FloatTensor }> {
  const { features } = await encodeImage(model, randomPixels(model));
  const ids = randomPrompt(model);
  return { ids, features, embedded: await embedPrompt(model, ids, [features]) };
}

/** Logits of the last row by the traced form of the model, [vocabulary]. */
export async function tracedLogits(model: Model, embedded: FloatTensor): Promise<Float32Array> {
  const tap: Tap = { site: "logits", rows: [embedded.dims[0]! - 1] };
  return (await traceLanguage(model, embedded, { taps: [tap] })).get(tap)!.data;
}

/** The largest entry's index, the lowest among equals. */
export function argmax(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}
