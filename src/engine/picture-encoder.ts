/** @file The vision tower and the projector as one session that stays open over many pictures. */
import { graphBuilder } from "../graph/builder.ts";
import type { FloatTensor } from "../tensor/tensor.ts";
import type { Model } from "./model.ts";
import { withSession } from "./session.ts";

/**
 * Image tokens of one picture: pixelValues [channels, height, width] -> [image tokens, width of the language model]. Throws where the
 * pixels have another shape than the tower's input.
 */
export type PictureEncoder = (pixelValues: FloatTensor) => Promise<FloatTensor>;

/** Opens the tower and the projector for as long as `work` lasts. The features are those of `encodeImage` bit for bit. */
export async function withPictureEncoder<T>(model: Model, work: (encode: PictureEncoder) => Promise<T>): Promise<T> {
  const { vision } = model.definition;
  const { channels, imageSize } = vision.config;
  const g = graphBuilder();
  const pixels = g.input("pixels", "f32", [channels, imageSize, imageSize]);
  let hidden = vision.embedding(g, pixels);
  for (let layer = 0; layer < vision.featureLayer; layer++) hidden = vision.layer(g, hidden, layer);
  const features = vision.projection(g, hidden);
  g.output(features);
  return withSession(g.build(), model.store, (session) =>
    work(async (pixelValues) => {
      if (pixelValues.dims.join() !== pixels.dims.join()) {
        throw new Error(
          `vision: the pixels have the shape [${pixelValues.dims.join(", ")}], but the tower takes [${pixels.dims.join(", ")}]; prepare the picture for this model.`,
        );
      }
      return (await session.run(new Map([[pixels, pixelValues]]))).floats(features);
    }),
  );
}
