/** @file A picture's pixel values as the inputs of the vision tower, and what a graph of the tower reads beside them. */
import type { GraphBuilder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";
import type { FeedOf } from "../models/definition.ts";
import type { PicturePlan, TowerInput } from "../models/plan.ts";
import { elementCount, floatTensor, type FloatTensor, type IntTensor } from "../tensor/tensor.ts";
import { indexTensor, type Feed } from "../runtime/runtime.ts";

/** A picture as the model takes it. */
export interface PlannedPicture {
  /** The inputs of the plan one after another, in any shape that holds them. */
  readonly pixelValues: FloatTensor;
  readonly plan: PicturePlan;
}

/** The pixel values of each input, as views of one memory. Throws an Error if they are not as many as the plan says. */
export function pixelsOfInputs({ pixelValues, plan }: PlannedPicture): FloatTensor[] {
  const sizes = plan.inputs.map(({ dims }) => elementCount(dims));
  const needed = sizes.reduce((sum, size) => sum + size, 0);
  if (pixelValues.data.length !== needed) {
    const shapes = plan.inputs.map(({ dims }) => `[${dims.join(", ")}]`).join(", ");
    throw new Error(
      `vision: the pixels have the shape [${pixelValues.dims.join(", ")}], but the tower takes ${shapes}; prepare the picture for this model.`,
    );
  }
  let start = 0;
  return plan.inputs.map(({ dims }, input) => {
    const end = start + sizes[input]!;
    const part = floatTensor(dims, pixelValues.data.subarray(start, end));
    start = end;
    return part;
  });
}

/** Adds inputs to a graph as the tower asks for them by name, in the shape that the plan's tensors have. */
export function towerFeeds(
  g: GraphBuilder,
  { feeds }: TowerInput,
): { readonly feed: FeedOf; readonly fed: (input: TowerInput) => [Value, Feed][] } {
  const asked = new Map<string, Value>();
  return {
    feed(name) {
      const known = asked.get(name);
      if (known !== undefined) return known;
      const tensor = feeds.get(name);
      if (tensor === undefined) throw new Error(`internal: the plan of the picture has no "${name}"`);
      const value = g.input(`feed.${name}`, tensor.type === "i32" ? "i64" : "f32", tensor.dims);
      asked.set(name, value);
      return value;
    },
    fed: (input) => [...asked].map(([name, value]) => [value, asFeed(input.feeds.get(name)!)]),
  };
}

/** Indices of rows go in as 64-bit integers. */
function asFeed(tensor: FloatTensor | IntTensor): Feed {
  return tensor.type === "i32" ? indexTensor(tensor.data) : tensor;
}

/** The same text for inputs that one graph can run. */
export function shapeKey({ dims, tokens, feeds }: TowerInput): string {
  const ofFeeds = [...feeds].map(([name, tensor]) => `${name} ${tensor.dims.join()}`);
  return [dims.join(), tokens, ...ofFeeds].join(";");
}

/** Indices of inputs of one shape: [[0, 2], [1]]. */
export function inputsByShape(inputs: readonly TowerInput[]): number[][] {
  const groups = new Map<string, number[]>();
  for (const [index, input] of inputs.entries()) {
    const key = shapeKey(input);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [index]);
    else group.push(index);
  }
  return [...groups.values()];
}
