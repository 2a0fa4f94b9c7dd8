/**
 * @file The backward pass of one block of a model: its forward part is computed again from the block's input, once, and shared by
 * every scalar whose derivatives are taken. Memory holds one block's activations, whatever the depth of the model.
 */
import { graphBuilder, type GraphBuilder } from "../graph/builder.ts";
import type { GradientRules } from "../graph/gradient-rules.ts";
import { addGradients } from "../graph/gradient.ts";
import type { Value } from "../graph/graph.ts";
import { splitGraph } from "../graph/split.ts";
import { floatTensor, type FloatTensor } from "../tensor/tensor.ts";
import type { Model } from "./model.ts";
import { withSession, type Feed } from "../runtime/runtime.ts";

/**
 * Asks for a derivative at a site of an attention map.
 *
 * `gradient`: of the scalar with respect to the map, [heads, query, key], the map taken as an independent input of what follows it.
 * `cam`: mean over heads of the positive part of map x gradient, [query, key] (Chefer, Gur, Wolf 2021, equation 5).
 * `product`: map x gradient of the site's value itself, in its shape: how much each number contributes to first order.
 */
export interface GradientTap {
  readonly site: string;
  readonly form: "gradient" | "cam" | "product";
}

/** Hands out what a tap captured of one scalar. Tensors are not kept by the engine. */
export type OnGradient = (tap: GradientTap, scalar: number, tensor: FloatTensor) => void;

export interface BlockBackward {
  /**
   * Adds the block to a graph over its input, and gives its output, what else it must be fed, and those of the fed values whose derivatives
   * are wanted as well.
   */
  readonly build: (g: GraphBuilder, x: Value) => { y: Value; feeds: ReadonlyMap<Value, Feed>; also?: readonly Value[] };
  readonly input: FloatTensor;
  /** By scalar: its derivative with respect to the block's output. */
  readonly seeds: readonly FloatTensor[];
  readonly taps: readonly GradientTap[];
  readonly onGradient: OnGradient;
  /** Rules that replace those of the derivative, for methods that propagate something else. */
  readonly rules?: GradientRules;
}

function tapOutput(g: GraphBuilder, { form, site }: GradientTap, gradient: Value): Value {
  if (form === "gradient") return gradient;
  const product = g.mul(g.siteValue(site), gradient);
  return form === "product" ? product : g.reduceMean(g.relu(product), { axes: [0] });
}

/** Derivatives by scalar. */
export interface BlockDerivatives {
  /** With respect to the block's input. */
  readonly input: FloatTensor[];
  /** With respect to each of the other values that were asked for. */
  readonly also: FloatTensor[][];
}

/** Takes scalars back through one block. Taps of sites that the block does not have are left alone. */
export async function backwardBlock(
  model: Model,
  block: BlockBackward,
  signal?: AbortSignal,
): Promise<BlockDerivatives> {
  const g = graphBuilder();
  const x = g.input("x", "f32", block.input.dims);
  const { y, feeds, also = [] } = block.build(g, x);
  const cut = g.nodes().length;
  const dy = g.input("dy", "f32", y.dims);

  const taps = block.taps.filter(({ site }) => g.hasSite(site));
  const asked = [x, ...also, ...new Set(taps.map(({ site }) => g.siteValue(site)))];
  const gradients = addGradients(g, { seeds: new Map([[y, dy]]), of: asked, rules: block.rules });
  const [dx, ...others] = [x, ...also].map((value) => {
    const derivative = gradients.get(value);
    if (derivative === undefined) throw new Error("internal: a block's output does not depend on its input.");
    g.output(derivative);
    return derivative;
  });
  const outputs = taps.map((tap) => {
    const gradient = gradients.get(g.siteValue(tap.site));
    if (gradient === undefined) throw new Error(`gradient: the block's output does not depend on "${tap.site}".`);
    const value = tapOutput(g, tap, gradient);
    g.output(value);
    return { tap, value };
  });

  const { before, after, carried } = splitGraph(g.build(), cut);
  const inputs = new Map<Value, Feed>([[x, block.input], ...feeds]);
  const feedsOf = (names: ReadonlySet<string>) => [...inputs].filter(([value]) => names.has(value.name));
  const namesOf = (values: readonly Value[]) => new Set(values.map(({ name }) => name));

  const shared = feedsOf(namesOf(after.inputs));
  // A block whose derivative reads nothing but its input has no forward part, and the runtime refuses an empty graph.
  if (carried.length > 0) {
    const forward = await withSession(model.runtime, before, (session) =>
      session.run(new Map(feedsOf(namesOf(before.inputs)))),
    );
    for (const value of carried) shared.push([value, forward.floats(value)]);
  }
  return withSession(model.runtime, after, async (session) => {
    const back: BlockDerivatives = { input: [], also: [] };
    for (const [scalar, seed] of block.seeds.entries()) {
      signal?.throwIfAborted();
      const results = await session.run(new Map([...shared, [dy, seed]]));
      for (const { tap, value } of outputs) block.onGradient(tap, scalar, results.floats(value));
      back.input.push(results.floats(dx!));
      back.also.push(others.map((value) => results.floats(value)));
    }
    return back;
  });
}

/** A tensor of zeros but for some rows: what a scalar of single positions seeds. values [rows.length, width] -> [count, width] */
export function placeRows(values: FloatTensor, rows: readonly number[], count: number): FloatTensor {
  const width = values.dims[1]!;
  const placed = floatTensor([count, width]);
  for (const [i, row] of rows.entries()) placed.data.set(values.data.subarray(i * width, (i + 1) * width), row * width);
  return placed;
}
