/** @file Runs the vision tower and the projector over one picture, layer by layer. */
import { graphBuilder, type GraphBuilder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";
import type { ProjectionInputs } from "../models/definition.ts";
import type { PicturePlan } from "../models/plan.ts";
import type { FloatTensor } from "../tensor/tensor.ts";
import { imageTokenRows } from "./image-tokens.ts";
import type { Model } from "./model.ts";
import type { WorkOptions } from "./progress.ts";
import { withSession, type Feed } from "../runtime/runtime.ts";
import { checkTapRows, requireCaptured, wireTaps, type Captures, type Tap } from "./taps.ts";
import { inputsByShape, pixelsOfInputs, towerFeeds, type PlannedPicture } from "./tower-inputs.ts";

export interface EncodeOptions extends WorkOptions {
  readonly taps?: readonly Tap[];
}

export interface PictureFeatures {
  readonly plan: PicturePlan;
  /** [image tokens, width of the language model]: what takes the place of the image tokens' embeddings. */
  readonly features: FloatTensor;
  /** By addition of the tower, [image tokens, width of the language model]: what is added to the image tokens behind its layer. */
  readonly additions: readonly FloatTensor[];
}

export interface EncodedImage extends PictureFeatures {
  /** By input of the tower. */
  readonly captures: readonly Captures[];
}

type BlockOf = (g: GraphBuilder, x: Value, inputs: ProjectionInputs) => Value;

interface Step {
  readonly plan: PicturePlan;
  readonly taps: readonly Tap[];
  readonly captures: readonly Captures[];
}

/** The block, its input by input of the tower, and further inputs of it. */
interface StepBlock {
  readonly inputs: readonly FloatTensor[];
  readonly earlier?: readonly (readonly FloatTensor[])[];
  readonly block: BlockOf;
}

/** Runs one block over each input; inputs of one shape share a session. */
async function runBlock(
  model: Model,
  { plan, taps, captures, inputs, earlier = [], block }: Step & StepBlock,
): Promise<FloatTensor[]> {
  const outputs: FloatTensor[] = [];
  for (const group of inputsByShape(plan.inputs)) {
    const g = graphBuilder();
    const x = g.input("x", "f32", inputs[group[0]!]!.dims);
    const { feed, fed } = towerFeeds(g, plan.inputs[group[0]!]!);
    const more = earlier.map((states, i) => g.input(`earlier.${i}`, "f32", states[group[0]!]!.dims));
    const y = block(g, x, { earlier: more, feed, pixelDims: plan.inputs[group[0]!]!.dims });
    g.output(y);
    const wired = wireTaps(g, taps);
    await withSession(model.runtime, g.build(), async (session) => {
      for (const index of group) {
        const states = more.map((value, i) => [value, earlier[i]![index]!] as const);
        const feeds = [[x, inputs[index]!] as const, ...states, ...fed(plan.inputs[index]!), ...wired.feeds];
        const results = await session.run(new Map<Value, Feed>(feeds));
        wired.collect(results, captures[index]!, plan.inputs[index]!.windows);
        outputs[index] = results.floats(y);
      }
    });
  }
  return outputs;
}

/** The rows that the model learned for image tokens without patches; undefined if it has none. */
export async function learnedRows({ definition: { vision }, runtime }: Model): Promise<FloatTensor | undefined> {
  if (vision.learnedRows === undefined) return undefined;
  const g = graphBuilder();
  const rows = g.mul(vision.learnedRows(g), g.constant([1]));
  g.output(rows);
  return withSession(runtime, g.build(), async (session) => (await session.run(new Map())).floats(rows));
}

/**
 * Image tokens of one picture. Every layer runs if a tap asks for it; otherwise only those that the projector needs. Throws an Error if a tap
 * names no site of the tower or the projector, or the pixel values do not fit the plan.
 */
export async function encodeImage(
  model: Model,
  picture: PlannedPicture,
  { taps = [], signal, onProgress }: EncodeOptions = {},
): Promise<EncodedImage> {
  const { vision } = model.definition;
  const { plan } = picture;
  for (const { tokens } of plan.inputs) checkTapRows(taps, tokens);
  const captures = plan.inputs.map((): Captures => new Map());
  const step = (inputs: readonly FloatTensor[], block: BlockOf, earlier?: StepBlock["earlier"]) =>
    runBlock(model, { plan, taps, captures, inputs, earlier, block });

  const wanted = (layer: number) => taps.some(({ site }) => site.startsWith(`vision.layers.${layer}.`));
  let last = vision.featureLayer - 1;
  for (let layer = last + 1; layer < vision.config.layers; layer++) if (wanted(layer)) last = layer;

  const total = last + 3;
  const { earlierStates = [], additions = [] } = vision;
  const kept = new Map<number, FloatTensor[]>();
  let hidden = await step(pixelsOfInputs(picture), (g, x, { feed }) => vision.embedding(g, x, feed));
  onProgress?.({ stage: "vision", done: 1, total });
  let projected: FloatTensor[] | undefined;
  const added: FloatTensor[] = [];
  for (let layer = 0; layer <= last + 1; layer++) {
    signal?.throwIfAborted();
    if (earlierStates.includes(layer)) kept.set(layer, hidden);
    if (layer === vision.featureLayer) {
      const earlier = earlierStates.map((state) => kept.get(state)!);
      projected = await step(hidden, (g, x, inputs) => vision.projection(g, x, inputs), earlier);
    }
    for (const [index, { state, projection }] of additions.entries()) {
      if (state === layer) added[index] = imageTokenRows(plan, await step(hidden, (g, x) => projection(g, x)));
    }
    if (layer <= last) hidden = await step(hidden, (g, x, { feed }) => vision.layer(g, x, { index: layer, feed }));
    onProgress?.({ stage: "vision", done: layer + 2, total });
  }
  if (projected === undefined)
    throw new Error(`internal: vision feature layer ${vision.featureLayer} was never reached.`);
  for (const captured of captures) requireCaptured(taps, captured, "vision tower");
  return { plan, features: imageTokenRows(plan, projected, await learnedRows(model)), additions: added, captures };
}
