/** @file One graph as an ONNX Runtime session: typed feeds in, typed values out. */
import type { Graph, Value } from "../graph/graph.ts";
import { serializeGraph } from "../graph/serialize.ts";
import { elementCount, floatTensor, intTensor } from "../tensor/tensor.ts";
import type { FloatTensor, IntTensor } from "../tensor/tensor.ts";
import { withDefaultSignals } from "./default-signals.ts";
import { InferenceSession, Tensor as OrtTensor } from "./onnx-runtime.ts";
import type { WeightStore } from "./weight-store.ts";

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

const feedTypes = { f32: "float32", i32: "int32", i64: "int64" } as const;

/** Multiplications, and elements of weights to be read from the disk, from which a run may take a second on a slow machine. */
const longRun = { multiplications: 1e9, weights: 5e7 } as const;

/** Whether a run may block the main thread for long: each row of the largest feed meets every weight and every other row. */
function mayTakeLong(weights: number, feeds: Iterable<Feed>): boolean {
  let [rows, elements] = [1, weights];
  for (const { dims, data } of feeds) {
    rows = Math.max(rows, ...dims);
    elements += data.length;
  }
  return weights > longRun.weights || rows * elements > longRun.multiplications;
}

/** Opens a session, works with it and closes it, whatever happens. Opening is cheap: the weights are mapped, not read. */
export async function withSession<T>(
  graph: Graph,
  store: WeightStore,
  work: (session: GraphSession) => Promise<T>,
): Promise<T> {
  const session = await openSession(graph, store);
  try {
    return await work(session);
  } finally {
    await session.release();
  }
}

function toOrt(feed: Feed): OrtTensor {
  return new OrtTensor(feedTypes[feed.type], feed.data, feed.dims);
}

function resultsOf(outputs: InferenceSession.ReturnType): Results {
  const tensorOf = (value: Value): OrtTensor => {
    const tensor = outputs[value.name];
    if (tensor === undefined) throw new Error(`internal: "${value.name}" is not an output of this graph.`);
    return tensor;
  };
  return {
    floats(value) {
      const { dims, data } = tensorOf(value);
      return floatTensor(dims, data as Float32Array<ArrayBuffer>);
    },
    integers(value) {
      const { dims, data } = tensorOf(value);
      return intTensor(dims, Int32Array.from(data as BigInt64Array, Number));
    },
  };
}

/**
 * Opens a graph over the weights of a store. Weights are mapped from their files, not copied: prepacking would copy each matrix
 * into its own layout, and constant folding would widen 16-bit weights for good, so both are off.
 */
export async function openSession(graph: Graph, store: WeightStore): Promise<GraphSession> {
  const model = serializeGraph(graph, store.locate);
  const session = await InferenceSession.create(model, {
    graphOptimizationLevel: "disabled",
    enableCpuMemArena: true,
    enableMemPattern: false,
    executionMode: "sequential",
    logSeverityLevel: 4,
    extra: {
      session: {
        disable_prepacking: "1",
        model_external_initializers_file_folder_path: store.folder,
      },
    },
  });
  const outputs = graph.outputs.map((value) => value.name);
  const weights = graph.weights.reduce((sum, { dims }) => sum + elementCount(dims), 0);
  return {
    async run(feeds, into) {
      const inputs: Record<string, OrtTensor> = {};
      for (const [value, feed] of feeds) inputs[value.name] = toOrt(feed);
      const fetches: Record<string, OrtTensor | null> = {};
      for (const name of outputs) fetches[name] = null;
      for (const [value, target] of into ?? []) fetches[value.name] = toOrt(target);
      const compute = async (): Promise<InferenceSession.ReturnType> => session.run(inputs, fetches);
      return resultsOf(await (mayTakeLong(weights, feeds.values()) ? withDefaultSignals(compute) : compute()));
    },
    release: () => session.release(),
  };
}
