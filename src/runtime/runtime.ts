/** @file What computes graphs: typed feeds in, typed values out. Its adapters know a library and a device. */
import type { Graph, Value } from "../graph/graph.ts";
import type { FloatTensor, IntTensor } from "../tensor/tensor.ts";

/** Row numbers and token ids go in as 64-bit integers. */
export interface IndexTensor {
  readonly type: "i64";
  readonly dims: readonly number[];
  readonly data: BigInt64Array;
}

export type Feed = FloatTensor | IntTensor | IndexTensor;

/** What a run gave. Asking for a value that is not an output of the graph is a mistake in the engine and throws. */
export interface Results {
  floats(value: Value): FloatTensor;
  /** 64-bit indices, narrowed to i32. */
  integers(value: Value): IntTensor;
}

/** An open session over a graph. */
export interface GraphSession {
  /**
   * Runs the graph. `into` names outputs that are written into memory the caller owns, which may be the memory of an input.
   */
  run(feeds: ReadonlyMap<Value, Feed>, into?: ReadonlyMap<Value, FloatTensor>): Promise<Results>;
  release(): Promise<void>;
}

export function indexTensor(numbers: ArrayLike<number>): IndexTensor {
  const data = BigInt64Array.from({ length: numbers.length }, (_, i) => BigInt(numbers[i]!));
  return { type: "i64", dims: [data.length], data };
}

/** Computes graphs over the weights of one model. */
export interface Runtime {
  /** Opens a graph. Cheap: sessions are opened for a step and closed after it. The caller releases it. */
  open(graph: Graph): Promise<GraphSession>;
}

/** Opens a session, works with it and closes it, whatever happens. */
export async function withSession<T>(
  runtime: Runtime,
  graph: Graph,
  work: (session: GraphSession) => Promise<T>,
): Promise<T> {
  const session = await runtime.open(graph);
  try {
    return await work(session);
  } finally {
    await session.release();
  }
}
