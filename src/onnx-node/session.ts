/** @file ONNX Runtime for Node as `Runtime`: one graph is one session over weights that are mapped from their files. */
import type { WeightIndex } from "../checkpoint/types.ts";
import type { Graph, Value } from "../graph/graph.ts";
import { serializeGraph } from "../graph/serialize.ts";
import type { Feed, GraphSession, Results, Runtime } from "../runtime/runtime.ts";
import { elementCount, floatTensor, intTensor } from "../tensor/tensor.ts";
import { withDefaultSignals } from "./default-signals.ts";
import { mappedWeights, type MappedWeights } from "./mapped-weights.ts";
import { InferenceSession, Tensor as OrtTensor } from "./onnx-runtime.ts";
import { threadOptions, type ThreadOptions } from "./thread-options.ts";

/** A runtime over weights that lie in files on the disk, each path with its links resolved. */
export function onnxRuntime(weights: WeightIndex): Runtime {
  const mapped = mappedWeights(weights);
  const threads = threadOptions(weights);
  return { open: (graph) => openSession(graph, mapped, threads) };
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
async function openSession(
  graph: Graph,
  weights: MappedWeights,
  { intraOpNumThreads, allowSpinning }: ThreadOptions,
): Promise<GraphSession> {
  const model = serializeGraph(graph, weights.locate);
  const session = await InferenceSession.create(model, {
    graphOptimizationLevel: "disabled",
    enableCpuMemArena: true,
    enableMemPattern: false,
    executionMode: "sequential",
    ...(intraOpNumThreads === undefined ? {} : { intraOpNumThreads }),
    logSeverityLevel: 4,
    extra: {
      session: {
        disable_prepacking: "1",
        model_external_initializers_file_folder_path: weights.folder,
        ...(allowSpinning === undefined ? {} : { intra_op: { allow_spinning: allowSpinning } }),
      },
    },
  });
  const outputs = graph.outputs.map((value) => value.name);
  const elements = graph.weights.reduce((sum, { dims }) => sum + elementCount(dims), 0);
  return {
    async run(feeds, into) {
      const inputs: Record<string, OrtTensor> = {};
      for (const [value, feed] of feeds) inputs[value.name] = toOrt(feed);
      const fetches: Record<string, OrtTensor | null> = {};
      for (const name of outputs) fetches[name] = null;
      for (const [value, target] of into ?? []) fetches[value.name] = toOrt(target);
      const compute = async (): Promise<InferenceSession.ReturnType> => session.run(inputs, fetches);
      return resultsOf(await (mayTakeLong(elements, feeds.values()) ? withDefaultSignals(compute) : compute()));
    },
    release: () => session.release(),
  };
}
