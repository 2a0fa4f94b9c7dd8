/** @file Builds a small graph, runs it on ONNX Runtime as the engine does, and gives back the numbers. */
import { onnxRuntime } from "../../src/onnx-node/session.ts";
import type { Feed, Runtime } from "../../src/runtime/runtime.ts";
import { graphBuilder, type GraphBuilder } from "../../src/graph/builder.ts";
import type { Value } from "../../src/graph/graph.ts";
import { floatTensor, type FloatTensor } from "../../src/tensor/tensor.ts";

/** A runtime for graphs without weights. */
export const withoutWeights: Runtime = onnxRuntime(new Map());

/** A graph and what to feed it. */
export interface SmallGraph {
  readonly outputs: readonly Value[];
  readonly feeds?: ReadonlyMap<Value, Feed>;
}

/** Runs what `build` adds to an empty graph; outputs in order, indices (i64) as numbers. */
export async function runGraph(
  build: (g: GraphBuilder) => SmallGraph,
  runtime: Runtime = withoutWeights,
): Promise<{ readonly dims: readonly number[]; readonly data: ArrayLike<number> }[]> {
  const g = graphBuilder();
  const { outputs, feeds = new Map<Value, Feed>() } = build(g);
  for (const value of outputs) g.output(value);
  const session = await runtime.open(g.build());
  try {
    const results = await session.run(feeds);
    return outputs.map((value) => (value.type === "i64" ? results.integers(value) : results.floats(value)));
  } finally {
    await session.release();
  }
}

/** Numbers in [-1, 1) that look random, the same for a seed. */
export function scattered(count: number, seed = 1): number[] {
  return Array.from({ length: count }, (_, i) => {
    const turned = Math.sin((i + 1) * 12.9898 + seed * 78.233) * 43758.5453;
    return Math.fround(2 * (turned - Math.floor(turned)) - 1);
  });
}

export function scatteredTensor(dims: readonly number[], seed = 1): FloatTensor {
  const count = dims.reduce((product, size) => product * size, 1);
  return floatTensor(dims, Float32Array.from(scattered(count, seed)));
}
