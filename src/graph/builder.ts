/** @file Builds a graph node by node, checking shapes as it goes. Model code reads as mathematics over this builder. */
import type { Constant, Dim, Graph, GraphNode, NodeOf, Value, WeightUse } from "./graph.ts";
import type { GraphType, Operator, Operators } from "./operators.ts";
import {
  axisOf,
  broadcastDims,
  joinedDims,
  matMulDims,
  reducedDims,
  reshapeTarget,
  showDims,
  slicedDims,
  transposedDims,
} from "./shapes.ts";

/** Functions that add one operator each and return its output. Shapes are checked when the graph is built. */
export type GraphBuilder = ReturnType<typeof graphBuilder>;

interface Reduction {
  readonly axes: readonly number[];
  readonly keep?: boolean;
}

/** Throws unless the value is a vector of this size. */
function requireVector(operator: string, value: Value, size: Dim | undefined): void {
  if (value.dims.length === 1 && value.dims[0] === size) return;
  throw new Error(`graph: ${operator} needs a vector [${size ?? ""}], got ${showDims(value.dims)}.`);
}

/** Starts an empty graph. All errors are about the graph's own construction: a wrong shape or a name used twice. */
// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types -- GraphBuilder is this very type.
export function graphBuilder() {
  const nodes: GraphNode[] = [];
  const inputs: Value[] = [];
  const outputs: Value[] = [];
  const weights = new Map<string, WeightUse>();
  const constants: Constant[] = [];
  const sites = new Map<string, Value>();
  let nextValue = 0;

  const fresh = (type: GraphType, dims: readonly Dim[]): Value => ({ name: `v${nextValue++}`, type, dims });

  function add<Op extends Operator>(
    op: Op,
    { attributes, from, to }: { attributes: Operators[Op]; from: readonly (Value | undefined)[]; to: readonly Value[] },
  ): void {
    const node: NodeOf<Op> = { op, attributes, inputs: from, outputs: to };
    nodes.push(node as GraphNode);
  }

  function one<Op extends Operator>(
    op: Op,
    attributes: Operators[Op],
    from: readonly (Value | undefined)[],
    dims: readonly Dim[],
  ): Value {
    const output = fresh(from[0]?.type ?? "f32", dims);
    add(op, { attributes, from, to: [output] });
    return output;
  }

  const binary =
    (op: "Add" | "Sub" | "Mul" | "Div") =>
    (a: Value, b: Value): Value =>
      one(op, {}, [a, b], broadcastDims(a.dims, b.dims));

  const unary =
    (op: "Neg" | "Sqrt" | "Exp" | "Log" | "Sigmoid" | "Relu" | "Tanh" | "Erf" | "Sign") =>
    (x: Value): Value =>
      one(op, {}, [x], x.dims);

  const reduction =
    (op: "ReduceMean" | "ReduceSum" | "ReduceLogSumExp") =>
    (x: Value, { axes, keep = false }: Reduction): Value =>
      one(op, { axes, keepdims: keep ? 1 : 0 }, [x], reducedDims(x.dims, axes, keep));

  function constantOf(type: GraphType, dims: readonly number[], data: Constant["data"]): Value {
    const value = fresh(type, dims);
    constants.push({ value, data });
    return value;
  }

  /** op(A) op(B) + b for matrices; op may transpose, and b is a vector. */
  function gemm(
    a: Value,
    b: Value,
    { transA = false, transB = false, bias }: { transA?: boolean; transB?: boolean; bias?: Value } = {},
  ): Value {
    const turned = (x: Value, turn: boolean) => (turn ? [...x.dims].reverse() : x.dims);
    const dims = matMulDims(turned(a, transA), turned(b, transB));
    if (dims.length !== 2)
      throw new Error(`graph: Gemm needs matrices, got ${showDims(a.dims)} and ${showDims(b.dims)}.`);
    if (bias !== undefined) requireVector("linear", bias, dims[1]);
    const attributes = { transA: transA ? 1 : 0, transB: transB ? 1 : 0 } as const;
    return one("Gemm", attributes, bias === undefined ? [a, b] : [a, b, bias], dims);
  }

  /** Zeros in the shape of a value. */
  function zerosLike(x: Value): Value {
    const shape = fresh("i64", [x.dims.length]);
    add("Shape", { attributes: {}, from: [x], to: [shape] });
    const zeros = fresh("f32", x.dims);
    add("ConstantOfShape", { attributes: {}, from: [shape], to: [zeros] });
    return zeros;
  }

  return {
    /** A value that the caller feeds when the graph runs. */
    input(name: string, type: GraphType, dims: readonly Dim[]): Value {
      if (inputs.some((known) => known.name === name)) throw new Error(`graph: input "${name}" is named twice.`);
      const value: Value = { name, type, dims };
      inputs.push(value);
      return value;
    },

    /** A tensor of the checkpoint. `names` are tried in order; `view` reads the same numbers in another shape. */
    weight(names: readonly string[], dims: readonly number[], view: readonly number[] = dims): Value {
      const name = names[0];
      if (name === undefined) throw new Error("graph: a weight needs a name.");
      const known = weights.get(name);
      if (known !== undefined) {
        if (showDims(known.value.dims) !== showDims(view)) {
          throw new Error(`graph: weight "${name}" is used as ${showDims(known.value.dims)} and as ${showDims(view)}.`);
        }
        return known.value;
      }
      const value: Value = { name, type: "f32", dims: view };
      weights.set(name, { value, names, dims });
      return value;
    },

    /** A float constant stored in the graph; a scalar if `dims` is empty. */
    constant(data: readonly number[], dims: readonly number[] = []): Value {
      return constantOf("f32", dims, Float32Array.from(data));
    },

    /** Indices stored in the graph, [count] i64. */
    indices(data: readonly number[]): Value {
      return constantOf("i64", [data.length], BigInt64Array.from(data, BigInt));
    },

    /** The last row of x [rows, ...] as [1, ...]. */
    lastRow(x: Value): Value {
      const index = constantOf("i64", [1], BigInt64Array.of(-1n));
      return one("Gather", { axis: 0 }, [x, index], [1, ...x.dims.slice(1)]);
    },

    /** Names a value so that callers can ask for it; returns it unchanged. Names are unique in a graph. */
    site(name: string, value: Value): Value {
      if (sites.has(name)) throw new Error(`graph: site "${name}" is named twice.`);
      sites.set(name, value);
      return value;
    },

    hasSite: (name: string): boolean => sites.has(name),

    /** The value that was given this site name. Throws an Error if the graph has no such site. */
    siteValue(name: string): Value {
      const value = sites.get(name);
      if (value === undefined)
        throw new Error(`graph: no site "${name}", the sites are ${[...sites.keys()].join(", ")}.`);
      return value;
    },

    output(value: Value): void {
      if (!outputs.some((known) => known.name === value.name)) outputs.push(value);
    },

    add: binary("Add"),
    sub: binary("Sub"),
    mul: binary("Mul"),
    div: binary("Div"),
    neg: unary("Neg"),
    sqrt: unary("Sqrt"),
    exp: unary("Exp"),
    log: unary("Log"),
    sigmoid: unary("Sigmoid"),
    relu: unary("Relu"),
    tanh: unary("Tanh"),
    erf: unary("Erf"),
    sign: unary("Sign"),
    reduceMean: reduction("ReduceMean"),
    reduceSum: reduction("ReduceSum"),
    reduceLogSumExp: reduction("ReduceLogSumExp"),

    gelu(x: Value, approximate: "none" | "tanh"): Value {
      return one("Gelu", { approximate }, [x], x.dims);
    },

    /** x * sigmoid(alpha x). */
    quickGelu(x: Value, alpha: number): Value {
      return one("QuickGelu", { alpha }, [x], x.dims);
    },

    matMul(a: Value, b: Value): Value {
      return one("MatMul", {}, [a, b], matMulDims(a.dims, b.dims));
    },

    /** x W^T + b for x [rows, in], W [out, in] as checkpoints store it, b [out]. */
    linear(x: Value, weight: Value, bias?: Value): Value {
      const [rows, width] = x.dims;
      const [out, inner] = weight.dims;
      const matrices = x.dims.length === 2 && weight.dims.length === 2;
      if (!matrices || rows === undefined || out === undefined || width !== inner) {
        throw new Error(
          `graph: linear needs x [rows, in] and W [out, in], got ${showDims(x.dims)} and ${showDims(weight.dims)}.`,
        );
      }
      return gemm(x, weight, { transB: true, bias });
    },

    gemm,

    softmax(x: Value, axis = -1): Value {
      axisOf(x.dims, axis);
      return one("Softmax", { axis }, [x], x.dims);
    },

    layerNorm(x: Value, scale: Value, bias: Value, epsilon: number): Value {
      for (const part of [scale, bias]) requireVector("layerNorm", part, x.dims.at(-1));
      return one("LayerNormalization", { axis: -1, epsilon }, [x, scale, bias], x.dims);
    },

    rmsNorm(x: Value, scale: Value, epsilon: number): Value {
      requireVector("rmsNorm", scale, x.dims.at(-1));
      return one("SimplifiedLayerNormalization", { axis: -1, epsilon }, [x, scale], x.dims);
    },

    transpose(x: Value, perm: readonly number[]): Value {
      return one("Transpose", { perm }, [x], transposedDims(x.dims, perm));
    },

    reshape(x: Value, dims: readonly Dim[]): Value {
      return one("Reshape", { shape: reshapeTarget(x.dims, dims) }, [x], dims);
    },

    /** Elements [start, end) along one axis. */
    slice(x: Value, { axis, start, end }: { axis: number; start: number; end: number }): Value {
      const dims = slicedDims(x.dims, { axis, start, end });
      return one("Slice", { starts: [start], ends: [end], axes: [axis] }, [x], dims);
    },

    /** Zeros before and after the elements of one axis, whose size must be known. */
    pad(x: Value, { axis, before, after }: { axis: number; before: number; after: number }): Value {
      const place = axisOf(x.dims, axis);
      const size = x.dims[place];
      if (typeof size !== "number") {
        throw new Error(`graph: Pad needs a known size of axis ${axis}, got ${showDims(x.dims)}.`);
      }
      const at = (count: number) => x.dims.map((_, other) => (other === place ? count : 0));
      const dims = x.dims.map((dim, other) => (other === place ? before + size + after : dim));
      return one("Pad", { pads: [...at(before), ...at(after)] }, [x], dims);
    },

    zerosLike,

    /** Repeats x along its axes of size 1, to the shape of `like`. */
    expand(x: Value, like: Value): Value {
      const shape = fresh("i64", [like.dims.length]);
      add("Shape", { attributes: {}, from: [like], to: [shape] });
      return one("Expand", {}, [x, shape], broadcastDims(x.dims, like.dims));
    },

    /** Adds `updates` [count, ...] to the rows `indices` [count] i64 of data [size, ...]; equal indices add up. */
    scatterAdd(data: Value, indices: Value, updates: Value): Value {
      const places = one("Reshape", { shape: [-1, 1] }, [indices], [...indices.dims, 1]);
      return one("ScatterND", { reduction: "add" }, [data, places, updates], data.dims);
    },

    /** The parts one after the other along `axis`, which then has the size `size`. */
    concat(parts: readonly Value[], axis: number, size: Dim): Value {
      const dims = joinedDims(
        parts.map((part) => part.dims),
        axis,
        size,
      );
      return one("Concat", { axis }, parts, dims);
    },

    /** Rows `indices` [count] along `axis`. */
    gather(x: Value, indices: Value, axis: number): Value {
      const place = axisOf(x.dims, axis);
      const dims = [...x.dims.slice(0, place), ...indices.dims, ...x.dims.slice(place + 1)];
      return one("Gather", { axis }, [x, indices], dims);
    },

    /** The `k` largest along the last axis, largest first. */
    topK(x: Value, k: number): { values: Value; indices: Value } {
      const last = x.dims[axisOf(x.dims, -1)];
      if (typeof last === "number" && k > last) {
        throw new Error(`graph: TopK of ${k} needs as many along the last axis of ${showDims(x.dims)}.`);
      }
      const dims = [...x.dims.slice(0, -1), k];
      const values = fresh("f32", dims);
      const indices = fresh("i64", dims);
      add("TopK", { attributes: { k }, from: [x], to: [values, indices] });
      return { values, indices };
    },

    /**
     * Causal attention over a cache. Query [1, new, heads * width], key and value [1, new, kvHeads * width], caches
     * [1, kvHeads, capacity, width]; `lastPosition` [1] i32 is the total length less one, `totalLength` i32 scalar. `attentionBias`
     * [1, 1 or heads, new, total] is added to the scores.
     */
    groupQueryAttention(
      parts: {
        query: Value;
        key: Value;
        value: Value;
        pastKey: Value;
        pastValue: Value;
        lastPosition: Value;
        totalLength: Value;
        attentionBias?: Value;
      },
      attributes: Operators["GroupQueryAttention"],
    ): { context: Value; presentKey: Value; presentValue: Value } {
      const context = fresh("f32", parts.query.dims);
      const presentKey = fresh("f32", parts.pastKey.dims);
      const presentValue = fresh("f32", parts.pastValue.dims);
      const { query, key, value, pastKey, pastValue, lastPosition, totalLength, attentionBias } = parts;
      // Between the length and the bias are the tables and positions of a rotation inside of the kernel, which is not used.
      const bias = attentionBias === undefined ? [] : [undefined, undefined, undefined, attentionBias];
      add("GroupQueryAttention", {
        attributes,
        from: [query, key, value, pastKey, pastValue, lastPosition, totalLength, ...bias],
        to: [context, presentKey, presentValue],
      });
      return { context, presentKey, presentValue };
    },

    /** The nodes so far, in the order in which they were added. */
    nodes: (): readonly GraphNode[] => nodes,

    /** The finished graph as plain data. */
    build(): Graph {
      return { nodes, inputs, outputs, weights: [...weights.values()], constants, sites };
    },
  };
}
