/** @file The element types that the safetensors format knows, with their size. */
import { lookUp } from "../tensor/look-up.ts";

/** Bits per element of every type of the format (the `Dtype` of the safetensors crate, 0.6). */
export const bitsOfElement: Readonly<Record<string, number>> = {
  BOOL: 8,
  F4: 4,
  F6_E2M3: 6,
  F6_E3M2: 6,
  U8: 8,
  I8: 8,
  F8_E5M2: 8,
  F8_E4M3: 8,
  F8_E8M0: 8,
  F8_E4M3FNUZ: 8,
  F8_E5M2FNUZ: 8,
  I16: 16,
  U16: 16,
  F16: 16,
  BF16: 16,
  I32: 32,
  U32: 32,
  F32: 32,
  C64: 64,
  F64: 64,
  I64: 64,
  U64: 64,
};

/** Bits per element of `type`, or undefined if the format has no such type. */
export function elementBits(type: string): number | undefined {
  return lookUp(bitsOfElement, type);
}

/**
 * Bytes of a tensor with these dimensions and bits per element; undefined if the number is not a whole number of bytes or
 * is too large to be exact.
 */
export function tensorBytes(dims: readonly number[], bits: number): number | undefined {
  // A zero anywhere makes the tensor empty, however large the product of the others would be.
  if (dims.includes(0)) return 0;
  let total = bits;
  for (const size of dims) {
    total *= size;
    if (!Number.isSafeInteger(total)) return undefined;
  }
  return total % 8 === 0 ? total / 8 : undefined;
}
