/** @file Widens 16-bit floating point numbers to 32 bits, exactly. */

/** Smallest positive IEEE 754 half-precision number, 2^-24: the unit of the subnormal ones. */
const halfUnit = 2 ** -24;

/** f32 has an exponent bias of 127, f16 of 15; the difference, at the place of the f32 exponent. */
const exponentShift = (127 - 15) << 23;

/** IEEE 754 binary16 bit patterns as f32: subnormals, signed zeros, infinities and NaN payloads included. */
export function halfToFloat(half: Uint16Array): Float32Array {
  const floats = new Float32Array(half.length);
  const bits = new Uint32Array(floats.buffer);
  for (let i = 0; i < half.length; i++) {
    const pattern = half[i]!;
    const sign = (pattern & 0x8000) << 16;
    const exponent = pattern & 0x7c00;
    const mantissa = pattern & 0x03ff;
    if (exponent === 0x7c00) bits[i] = sign | 0x7f800000 | (mantissa << 13);
    else if (exponent !== 0) bits[i] = sign | (((pattern & 0x7fff) << 13) + exponentShift);
    else floats[i] = (sign === 0 ? mantissa : -mantissa) * halfUnit;
  }
  return floats;
}

/** bfloat16 bit patterns, the upper halves of f32 patterns, as f32. */
export function bfloat16ToFloat(brain: Uint16Array): Float32Array {
  const floats = new Float32Array(brain.length);
  const bits = new Uint32Array(floats.buffer);
  for (let i = 0; i < brain.length; i++) bits[i] = brain[i]! << 16;
  return floats;
}
