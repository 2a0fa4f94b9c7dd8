/**
 * @file The operators that graphs may use: one entry per operator with its attributes. Every table that must know all operators
 * (serializing, gradients) is typed over these keys, so that adding an operator without its entries does not compile.
 */

/** Element types inside a graph. Weights may be stored narrower; see serialize.ts. */
export type GraphType = "f32" | "i64" | "i32" | "bool";

/** Attributes of each operator, by ONNX's names. Operators of the `com.microsoft` domain are marked in serialize.ts. */
export interface Operators {
  Add: object;
  Sub: object;
  Mul: object;
  Div: object;
  Neg: object;
  Sqrt: object;
  Exp: object;
  Log: object;
  Sigmoid: object;
  Gelu: { readonly approximate: "none" | "tanh" };
  /** x * sigmoid(alpha * x); alpha 1 is SiLU. */
  QuickGelu: { readonly alpha: number };
  Relu: object;
  Tanh: object;
  /** The error function. */
  Erf: object;
  /** -1, 0 or 1. */
  Sign: object;
  MatMul: object;
  /** alpha * op(A) op(B) for matrices, with an optional bias as third input. */
  Gemm: { readonly transA: 0 | 1; readonly transB: 0 | 1 };
  Softmax: { readonly axis: number };
  LayerNormalization: { readonly axis: number; readonly epsilon: number };
  /** Root-mean-square normalization with a scale. */
  SimplifiedLayerNormalization: { readonly axis: number; readonly epsilon: number };
  Transpose: { readonly perm: readonly number[] };
  /** The target shape is an attribute here; serializing makes it the constant input that ONNX wants. */
  Reshape: { readonly shape: readonly number[] };
  Slice: { readonly starts: readonly number[]; readonly ends: readonly number[]; readonly axes: readonly number[] };
  Concat: { readonly axis: number };
  /** Zeros before and after each axis: all the counts before, then all the counts after. */
  Pad: { readonly pads: readonly number[] };
  Gather: { readonly axis: number };
  /** The dims of a value, i64 [rank]. */
  Shape: object;
  /** Zeros in the shape of the input, i64 [rank]. */
  ConstantOfShape: object;
  /** Repeats a value along its axes of size 1 to the shape of the second input. */
  Expand: object;
  /** Adds rows to `data`: data [size, ...], indices [count, 1], updates [count, ...]. */
  ScatterND: { readonly reduction: "add" };
  ReduceMean: { readonly axes: readonly number[]; readonly keepdims: 0 | 1 };
  ReduceSum: { readonly axes: readonly number[]; readonly keepdims: 0 | 1 };
  ReduceLogSumExp: { readonly axes: readonly number[]; readonly keepdims: 0 | 1 };
  /** Two outputs: values and indices (i64), along the last axis. */
  TopK: { readonly k: number };
  /** Attention with a cache of keys and values that is written in place; see models/cached-attention.ts. */
  GroupQueryAttention: {
    readonly num_heads: number;
    readonly kv_num_heads: number;
    readonly scale: number;
    /** Bends the scores to within this limit; 0 is off. */
    readonly softcap: number;
  };
}

export type Operator = keyof Operators;
