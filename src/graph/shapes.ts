/** @file Shape arithmetic on dims that may be names. */
import type { Dim } from "./graph.ts";

export function showDims(dims: readonly Dim[]): string {
  return `[${dims.join(", ")}]`;
}

/** A size that is 1 or `size` when the graph runs, and broadcasts to it. Sizes of one name are the same in a run. */
export function oneOr(size: number, name: string): Dim {
  return size === 1 ? 1 : `${name}: 1 or ${size}`;
}

function isOneOr(dim: Dim, size: Dim): boolean {
  return typeof dim === "string" && typeof size === "number" && dim.endsWith(`: 1 or ${size}`);
}

function broadcastDim(a: Dim, b: Dim): Dim | undefined {
  if (a === b || b === 1) return a;
  if (a === 1 || isOneOr(a, b)) return b;
  return isOneOr(b, a) ? a : undefined;
}

/**
 * NumPy broadcasting; a named size is compatible with itself and with 1, and one of `oneOr` with its size. Throws an Error if the shapes do
 * not fit.
 */
export function broadcastDims(a: readonly Dim[], b: readonly Dim[]): Dim[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    const dim = broadcastDim(left, right);
    if (dim === undefined) throw new Error(`graph: shapes ${showDims(a)} and ${showDims(b)} do not broadcast.`);
    return dim;
  });
}

/** Shape of a matrix product with broadcast leading axes. Throws an Error if the inner sizes differ. */
export function matMulDims(a: readonly Dim[], b: readonly Dim[]): Dim[] {
  const [rows, inner] = a.slice(-2);
  const [innerOfB, cols] = b.slice(-2);
  if (rows === undefined || cols === undefined || inner !== innerOfB) {
    throw new Error(`graph: MatMul needs equal inner sizes, got ${showDims(a)} and ${showDims(b)}.`);
  }
  return [...broadcastDims(a.slice(0, -2), b.slice(0, -2)), rows, cols];
}

/** Place of an axis, counted from the end if it is negative. Throws an Error if the shape has no such axis. */
export function axisOf(dims: readonly Dim[], axis: number): number {
  const place = axis < 0 ? axis + dims.length : axis;
  if (!Number.isInteger(place) || place < 0 || place >= dims.length) {
    throw new Error(`graph: axis ${axis} is outside of ${showDims(dims)}.`);
  }
  return place;
}

/** The known part of a number of elements, and the names that it is multiplied with. */
function elements(dims: readonly Dim[]): { known: number; names: string } {
  const known = dims.reduce<number>((product, dim) => (typeof dim === "number" ? product * dim : product), 1);
  const names = dims.filter((dim) => typeof dim === "string").sort();
  return { known, names: names.join(" * ") };
}

/**
 * The shape input of ONNX Reshape for a target with named sizes: 0 keeps the size at the same place, -1 is worked out by the
 * runtime. Throws an Error if the number of elements would change, or more than one size would have to be worked out.
 */
export function reshapeTarget(from: readonly Dim[], to: readonly Dim[]): number[] {
  const before = elements(from);
  const after = elements(to);
  if (before.known !== after.known || before.names !== after.names) {
    throw new Error(`graph: Reshape from ${showDims(from)} to ${showDims(to)} changes the number of elements.`);
  }
  let inferred = 0;
  const shape = to.map((dim, axis) => {
    if (typeof dim === "number") return dim;
    if (from[axis] === dim) return 0;
    inferred += 1;
    return -1;
  });
  if (inferred > 1) throw new Error(`graph: Reshape from ${showDims(from)} to ${showDims(to)} leaves two sizes open.`);
  return shape;
}

/** Drops (or sets to 1) the reduced axes. Throws an Error if the shape has no such axis. */
export function reducedDims(dims: readonly Dim[], axes: readonly number[], keep: boolean): Dim[] {
  const reduced = new Set(axes.map((axis) => axisOf(dims, axis)));
  return keep ? dims.map((dim, axis) => (reduced.has(axis) ? 1 : dim)) : dims.filter((_, axis) => !reduced.has(axis));
}

/** The axes of `dims` in the order `perm`. Throws an Error if `perm` does not name each axis once. */
export function transposedDims(dims: readonly Dim[], perm: readonly number[]): Dim[] {
  const named = new Set(perm);
  if (perm.length !== dims.length || dims.some((_, axis) => !named.has(axis))) {
    throw new Error(`graph: Transpose of ${showDims(dims)} cannot use the order ${showDims(perm)}.`);
  }
  return perm.map((axis) => dims[axis]!);
}

/** Replaces the size of one axis by that of elements [start, end). Throws an Error if its size is known and they lie beyond. */
export function slicedDims(
  dims: readonly Dim[],
  { axis, start, end }: { axis: number; start: number; end: number },
): Dim[] {
  const place = axisOf(dims, axis);
  const size = dims[place]!;
  if (start < 0 || start > end || (typeof size === "number" && end > size)) {
    throw new Error(`graph: Slice ${start} to ${end} is outside of axis ${axis} of ${showDims(dims)}.`);
  }
  return dims.with(place, end - start);
}

/** The shape of parts joined along one axis, of size `size` there. Throws an Error if the parts differ elsewhere, or do not add up. */
export function joinedDims(parts: readonly (readonly Dim[])[], axis: number, size: Dim): Dim[] {
  const shown = () => parts.map(showDims).join(" and ");
  const first = parts[0];
  if (first === undefined) throw new Error("graph: Concat needs a part.");
  const place = axisOf(first, axis);
  const fits = parts.every(
    (dims) => dims.length === first.length && dims.every((d, i) => i === place || d === first[i]),
  );
  const sizes = parts.map((dims) => dims[place]!);
  const known = sizes.filter((each) => typeof each === "number");
  const sum = known.reduce((total, each) => total + each, 0);
  const addsUp = known.length < sizes.length || sum === size;
  if (!fits || !addsUp) throw new Error(`graph: Concat of ${shown()} does not give ${size} along axis ${axis}.`);
  return first.with(place, size);
}
