/** @file Runs a random model on random input, for tests that compare ways of computing the same. */
import { embedPrompt, type Sequence } from "../../src/engine/embed.ts";
import type { Model } from "../../src/engine/model.ts";
import { seededRandom } from "../../src/tensor/random.ts";
import type { Tap } from "../../src/engine/taps.ts";
import type { PlannedPicture } from "../../src/engine/tower-inputs.ts";
import { traceLanguage } from "../../src/engine/trace.ts";
import { encodeImage, type EncodedImage } from "../../src/engine/vision.ts";
import type { PictureLayout } from "../../src/image/types.ts";
import { promptImageTokens } from "../../src/models/plan.ts";
import { elementCount, floatTensor } from "../../src/tensor/tensor.ts";

/** Pixels in [-2, 2) of a picture of this layout; the smallest that the model takes if left out. */
export function randomPixels(model: Model, seed = 1, layout?: PictureLayout): PlannedPicture {
  const { vision } = model.definition;
  const plan = vision.plan(layout ?? vision.smallest);
  const random = seededRandom(seed);
  const pixelValues = floatTensor([plan.inputs.reduce((sum, { dims }) => sum + elementCount(dims), 0)]);
  for (let i = 0; i < pixelValues.data.length; i++) pixelValues.data[i] = 4 * random() - 2;
  return { pixelValues, plan };
}

/** Ids of a prompt: a few text tokens, one picture, and more text. */
function randomPrompt(model: Model, imageTokens: number, textTokens = 8, seed = 1): number[] {
  const { imageTokenId } = model.definition;
  const random = seededRandom(seed);
  const text = Array.from({ length: textTokens }, () => 3 + Math.floor(400 * random()));
  return [1, ...text.slice(0, 2), ...new Array<number>(imageTokens).fill(imageTokenId), ...text.slice(2)];
}

/** A random prompt with its picture, embedded. */
export async function randomEmbedded(
  model: Model,
  layout?: PictureLayout,
): Promise<{ ids: number[]; embedded: Sequence; encoded: EncodedImage }> {
  const encoded = await encodeImage(model, randomPixels(model, 1, layout));
  const ids = randomPrompt(model, promptImageTokens(encoded.plan));
  return { ids, encoded, embedded: await embedPrompt(model, ids, [encoded]) };
}

/** Logits of the last row by the traced form of the model, [vocabulary]. */
export async function tracedLogits(model: Model, sequence: Sequence): Promise<Float32Array> {
  const tap: Tap = { site: "logits", rows: [sequence.embedded.dims[0]! - 1] };
  return (await traceLanguage(model, sequence, { taps: [tap] })).get(tap)!.data;
}

/** The largest entry's index, the lowest among equals. */
export function argmax(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}
