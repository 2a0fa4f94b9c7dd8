/** @file Shape arithmetic on dims that may be names. */
import type { Dim } from "./graph.ts";

export function showDims(dims: readonly Dim[]): string {
  return `[${dims.join(", ")}]`;
}

function broadcastDim(a: Dim, b: Dim): Dim | undefined {
  if (a === b || b === 1) return a;
  return a === 1 ? b : undefined;
}

/** NumPy broadcasting; a named size is compatible with itself and with 1. Throws where the shapes do not fit. */
export function broadcastDims(a: readonly Dim[], b: readonly Dim[]): Dim[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    const dim = broadcastDim(left, right);
    if (dim === undefined) throw new Error(`graph: shapes ${showDims(a)} and ${showDims(b)} do not broadcast`);
    return dim;
  });
}

/** Shape of a matrix product with broadcast leading axes. Throws where the inner sizes differ. */
export function matMulDims(a: readonly Dim[], b: readonly Dim[]): Dim[] {
  const [rows, inner] = a.slice(-2);
  const [innerOfB, cols] = b.slice(-2);
  if (rows === undefined || cols === undefined || inner !== innerOfB) {
    throw new Error(`graph: MatMul needs equal inner sizes, got ${showDims(a)} and ${showDims(b)}`);
  }
  return [...broadcastDims(a.slice(0, -2), b.slice(0, -2)), rows, cols];
}

/**
 * The shape input of ONNX Reshape for a target with named sizes: 0 keeps the size at the same place, -1 is worked out by the
 * runtime. Throws where more than one size would have to be worked out.
 */
export function reshapeTarget(from: readonly Dim[], to: readonly Dim[]): number[] {
  let inferred = 0;
  const shape = to.map((dim, axis) => {
    if (typeof dim === "number") return dim;
    if (from[axis] === dim) return 0;
    inferred += 1;
    return -1;
  });
  if (inferred > 1) throw new Error(`graph: Reshape from ${showDims(from)} to ${showDims(to)} leaves two sizes open`);
  return shape;
}

/** Drops (or sets to 1) the reduced axes. */
export function reducedDims(dims: readonly Dim[], axes: readonly number[], keep: boolean): Dim[] {
  const reduced = new Set(axes.map((axis) => (axis < 0 ? axis + dims.length : axis)));
  return keep ? dims.map((dim, axis) => (reduced.has(axis) ? 1 : dim)) : dims.filter((_, axis) => !reduced.has(axis));
}
