/** @file The one tensor type of the project: flat data, row-major, with its dimensions and element type. */

/** Element types that leave the engine and that the run file holds. */
export type ElementType = "f32" | "i32" | "u8";

/** The typed array that holds the elements of each type. */
interface ElementArrays {
  f32: Float32Array;
  i32: Int32Array;
  u8: Uint8Array;
}

/** A dense tensor: `data` is row-major over `dims`, and `data.length` is the product of `dims`. */
interface TensorOf<T extends ElementType> {
  readonly type: T;
  readonly dims: readonly number[];
  readonly data: ElementArrays[T];
}

export type FloatTensor = TensorOf<"f32">;
export type IntTensor = TensorOf<"i32">;
export type ByteTensor = TensorOf<"u8">;
export type Tensor = FloatTensor | IntTensor | ByteTensor;

/** The number of elements of a tensor with these dimensions; 1 for a scalar. */
export function elementCount(dims: readonly number[]): number {
  return dims.reduce((product, size) => product * size, 1);
}

function checked<T extends ElementType>(type: T, dims: readonly number[], data: ElementArrays[T]): TensorOf<T> {
  if (data.length !== elementCount(dims)) {
    throw new RangeError(
      `tensor: dims [${dims.join(", ")}] need ${elementCount(dims)} elements, got ${data.length} elements.`,
    );
  }
  return { type, dims, data };
}

/** A float tensor over `data` (not copied). Throws a RangeError when the length does not fit `dims`. */
export function floatTensor(
  dims: readonly number[],
  data: Float32Array = new Float32Array(elementCount(dims)),
): FloatTensor {
  return checked("f32", dims, data);
}

/** An integer tensor over `data` (not copied). Throws a RangeError when the length does not fit `dims`. */
export function intTensor(dims: readonly number[], data: Int32Array = new Int32Array(elementCount(dims))): IntTensor {
  return checked("i32", dims, data);
}

/** A byte tensor over `data` (not copied). Throws a RangeError when the length does not fit `dims`. */
export function byteTensor(dims: readonly number[], data: Uint8Array = new Uint8Array(elementCount(dims))): ByteTensor {
  return checked("u8", dims, data);
}
