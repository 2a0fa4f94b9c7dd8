/** @file Runs the vision tower and the projector over one picture, layer by layer. */
import { graphBuilder } from "../graph/builder.ts";
import type { GraphBuilder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";
import type { FloatTensor } from "../tensor/tensor.ts";
import type { Model } from "./model.ts";
import type { WorkOptions } from "./progress.ts";
import { withSession } from "./session.ts";
import type { Feed } from "./session.ts";
import { checkTapRows, requireCaptured, wireTaps } from "./taps.ts";
import type { Captures, Tap } from "./taps.ts";

export interface EncodeOptions extends WorkOptions {
  readonly taps?: readonly Tap[];
}

export interface EncodedImage {
  /** [image tokens, width of the language model]: what takes the place of the image tokens' embeddings. */
  readonly features: FloatTensor;
  readonly captures: Captures;
}

/** Builds a graph of one input and one output and runs it once. */
async function runOnce(
  model: Model,
  {
    input,
    build,
    taps,
    captures,
  }: {
    input: FloatTensor;
    build: (g: GraphBuilder, x: Value) => Value;
    taps: readonly Tap[];
    captures: Captures;
  },
): Promise<FloatTensor> {
  const g = graphBuilder();
  const x = g.input("x", "f32", input.dims);
  const y = build(g, x);
  g.output(y);
  const wired = wireTaps(g, taps);
  return withSession(g.build(), model.store, async (session) => {
    const results = await session.run(new Map<Value, Feed>([[x, input], ...wired.feeds]));
    wired.collect(results, captures);
    return results.floats(y);
  });
}

/**
 * Image tokens of one picture, pixelValues [channels, height, width]. Every layer runs where a tap asks for it; otherwise only
 * those that the projector needs. Throws where a tap names no site of the tower or the projector.
 */
export async function encodeImage(
  model: Model,
  pixelValues: FloatTensor,
  { taps = [], signal, onProgress }: EncodeOptions = {},
): Promise<EncodedImage> {
  const { vision } = model.definition;
  checkTapRows(taps, vision.tokens);
  const captures: Captures = new Map();
  const step = (input: FloatTensor, build: (g: GraphBuilder, x: Value) => Value) =>
    runOnce(model, { input, build, taps, captures });

  const wanted = (layer: number) => taps.some(({ site }) => site.startsWith(`vision.layers.${layer}.`));
  let last = vision.featureLayer - 1;
  for (let layer = last + 1; layer < vision.config.layers; layer++) if (wanted(layer)) last = layer;

  const total = last + 3;
  let hidden = await step(pixelValues, (g, x) => vision.embedding(g, x));
  onProgress?.({ stage: "vision", done: 1, total });
  let features: FloatTensor | undefined;
  for (let layer = 0; layer <= last + 1; layer++) {
    signal?.throwIfAborted();
    if (layer === vision.featureLayer) features = await step(hidden, (g, x) => vision.projection(g, x));
    if (layer <= last) hidden = await step(hidden, (g, x) => vision.layer(g, x, layer));
    onProgress?.({ stage: "vision", done: layer + 2, total });
  }
  if (features === undefined)
    throw new Error(`internal: vision feature layer ${vision.featureLayer} was never reached`);
  requireCaptured(taps, captures, "vision tower");
  return { features, captures };
}
