/** @file The vision tower and the projector as sessions that stay open over many pictures, one for each shape of their inputs. */
import { graphBuilder } from "../graph/builder.ts";
import type { PicturePlan, TowerInput } from "../models/plan.ts";
import type { FloatTensor } from "../tensor/tensor.ts";
import { imageTokenRows } from "./image-tokens.ts";
import type { Model } from "./model.ts";
import type { GraphSession } from "../runtime/runtime.ts";
import { pixelsOfInputs, shapeKey, towerFeeds, type PlannedPicture } from "./tower-inputs.ts";
import { learnedRows, type PictureFeatures } from "./vision.ts";

/** Image tokens of one picture. Throws an Error if the pixel values do not fit the plan. */
export type PictureEncoder = (picture: PlannedPicture) => Promise<PictureFeatures>;

/** The whole tower for inputs of one shape, open. */
interface OpenTower {
  readonly session: GraphSession;
  /** The rows of the projection, and of each addition. */
  readonly project: (pixels: FloatTensor, input: TowerInput) => Promise<FloatTensor[]>;
}

async function openTower(model: Model, input: TowerInput): Promise<OpenTower> {
  const { vision } = model.definition;
  const g = graphBuilder();
  const pixels = g.input("pixels", "f32", input.dims);
  const { feed, fed } = towerFeeds(g, input);
  const states = [vision.embedding(g, pixels, feed)];
  for (let index = 0; index < vision.featureLayer; index++) {
    states.push(vision.layer(g, states[index]!, { index, feed }));
  }
  const earlier = (vision.earlierStates ?? []).map((state) => states[state]!);
  const additions = (vision.additions ?? []).map(({ state, projection }) => projection(g, states[state]!));
  const rows = [
    vision.projection(g, states[vision.featureLayer]!, { earlier, feed, pixelDims: input.dims }),
    ...additions,
  ];
  for (const value of rows) g.output(value);
  const session = await model.runtime.open(g.build());
  return {
    session,
    async project(values, each) {
      const results = await session.run(new Map([[pixels, values], ...fed(each)]));
      return rows.map((value) => results.floats(value));
    },
  };
}

/** Inputs of the tower that a picture had first, and what came of each. */
interface FirstInputs {
  readonly pixels: FloatTensor[];
  readonly projected: FloatTensor[][];
}

/** A picture that is changed in places keeps most of its tiles, and these what came of them. */
function keptInputs() {
  const first = new Map<PicturePlan, FirstInputs>();
  return async (
    { plan, index, pixels }: { readonly plan: PicturePlan; readonly index: number; readonly pixels: FloatTensor },
    project: () => Promise<FloatTensor[]>,
  ): Promise<FloatTensor[]> => {
    const known = first.get(plan) ?? { pixels: [], projected: [] };
    first.set(plan, known);
    const [before, projected] = [known.pixels[index], known.projected[index]];
    if (before !== undefined && projected !== undefined && isSame(before.data, pixels.data)) return projected;
    const found = await project();
    if (before === undefined) {
      known.pixels[index] = pixels;
      known.projected[index] = found;
    }
    return found;
  };
}

function isSame(a: Float32Array, b: Float32Array): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

/**
 * Opens the tower and the projector for as long as `work` lasts. The features are those of `encodeImage` bit for bit. Of the pictures of one
 * plan, those that come after the first are computed only in the inputs of the tower that differ from its own.
 */
export async function withPictureEncoder<T>(model: Model, work: (encode: PictureEncoder) => Promise<T>): Promise<T> {
  const towers = new Map<string, Promise<OpenTower>>();
  const kept = keptInputs();
  const towerOf = (input: TowerInput): Promise<OpenTower> => {
    const key = shapeKey(input);
    const tower = towers.get(key) ?? openTower(model, input);
    towers.set(key, tower);
    return tower;
  };
  try {
    const learned = await learnedRows(model);
    return await work(async (picture) => {
      const { plan } = picture;
      const projected: FloatTensor[][] = [];
      for (const [index, pixels] of pixelsOfInputs(picture).entries()) {
        const input = plan.inputs[index]!;
        const project = async () => (await towerOf(input)).project(pixels, input);
        projected.push(await kept({ plan, index, pixels }, project));
      }
      const partOf = (part: number) => projected.map((rows) => rows[part]!);
      const additions = (model.definition.vision.additions ?? []).map((_, index) =>
        imageTokenRows(plan, partOf(index + 1)),
      );
      return { plan, features: imageTokenRows(plan, partOf(0), learned), additions };
    });
  } finally {
    for (const opened of await Promise.allSettled(towers.values())) {
      if (opened.status === "fulfilled") await opened.value.session.release();
    }
  }
}
