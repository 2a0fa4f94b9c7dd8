/** @file Arrays in double precision with their dims, and the few loops that all operators are made of. */

/** Row-major numbers; indices and sizes are held as numbers too. */
export interface Array64 {
  readonly dims: readonly number[];
  readonly data: Float64Array;
}

export function sizeOf(dims: readonly number[]): number {
  return dims.reduce((product, size) => product * size, 1);
}

export function array64(dims: readonly number[], numbers: ArrayLike<number>): Array64 {
  if (numbers.length !== sizeOf(dims)) throw new Error(`${numbers.length} numbers do not fit [${dims.join(", ")}]`);
  return { dims, data: Float64Array.from(numbers) };
}

/** Place of the element at `coordinates` in row-major order. */
function placeOf(coordinates: readonly number[], dims: readonly number[]): number {
  return dims.reduce((place, size, axis) => place * size + coordinates[axis]!, 0);
}

/** An array whose elements are computed from their coordinates, which must not be kept. */
export function generate(dims: readonly number[], of: (coordinates: readonly number[]) => number): Array64 {
  const coordinates = dims.map(() => 0);
  const data = new Float64Array(sizeOf(dims));
  for (let place = 0; place < data.length; place++) {
    data[place] = of(coordinates);
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      coordinates[axis]! += 1;
      if (coordinates[axis]! < dims[axis]!) break;
      coordinates[axis] = 0;
    }
  }
  return { dims, data };
}

export function at(x: Array64, coordinates: readonly number[]): number {
  return x.data[placeOf(coordinates, x.dims)]!;
}

function broadcast(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const [left, right] = [a[axis - rank + a.length] ?? 1, b[axis - rank + b.length] ?? 1];
    if (left !== right && left !== 1 && right !== 1)
      throw new Error(`[${a.join(", ")}] and [${b.join(", ")}] do not broadcast`);
    return left === 1 ? right : left;
  });
}

/** For each element of an array of dims `to`, the place of the element of `from` that broadcasting puts there. */
function broadcastPlaces(from: readonly number[], to: readonly number[]): Float64Array {
  const lead = to.length - from.length;
  return generate(to, (coordinates) =>
    from.reduce((place, size, axis) => place * size + (size === 1 ? 0 : coordinates[axis + lead]!), 0),
  ).data;
}

/** Applies a function of two numbers with broadcasting. */
export function zip(a: Array64, b: Array64, of: (x: number, y: number) => number): Array64 {
  const dims = broadcast(a.dims, b.dims);
  const [left, right] = [broadcastPlaces(a.dims, dims), broadcastPlaces(b.dims, dims)];
  return { dims, data: left.map((place, i) => of(a.data[place]!, b.data[right[i]!]!)) };
}

/** Sums over axes, which stay as axes of size 1. */
export function sumOver(x: Array64, axes: readonly number[]): Array64 {
  const reduced = new Set(axes.map((axis) => (axis < 0 ? axis + x.dims.length : axis)));
  const dims = x.dims.map((size, axis) => (reduced.has(axis) ? 1 : size));
  const data = new Float64Array(sizeOf(dims));
  for (const [i, place] of broadcastPlaces(dims, x.dims).entries()) data[place]! += x.data[i]!;
  return { dims, data };
}

/** Matrix products of the last two axes, the others broadcast. */
export function matrixProduct(a: Array64, b: Array64): Array64 {
  const [rows, inner] = a.dims.slice(-2) as [number, number];
  const cols = b.dims.at(-1)!;
  const stack = broadcast(a.dims.slice(0, -2), b.dims.slice(0, -2));
  const left = broadcastPlaces(a.dims.slice(0, -2), stack);
  const right = broadcastPlaces(b.dims.slice(0, -2), stack);
  const product = generate([left.length, rows, cols], ([matrix, row, col]) => {
    let sum = 0;
    for (let k = 0; k < inner; k++) {
      const [x, y] = [(left[matrix!]! * rows + row!) * inner + k, (right[matrix!]! * inner + k) * cols + col!];
      sum += a.data[x]! * b.data[y]!;
    }
    return sum;
  });
  return { dims: [...stack, rows, cols], data: product.data };
}

export function turned(x: Array64, perm: readonly number[]): Array64 {
  const from = x.dims.map(() => 0);
  return generate(
    perm.map((axis) => x.dims[axis]!),
    (coordinates) => {
      for (const [i, axis] of perm.entries()) from[axis] = coordinates[i]!;
      return at(x, from);
    },
  );
}
