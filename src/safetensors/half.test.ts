/** @file Tests of widening: all 65,536 patterns of both formats against their definition. */
import { describe, expect, it } from "vitest";
import { bfloat16ToFloat, halfToFloat } from "./half.ts";

/** The value of a binary16 pattern by the definition of IEEE 754, in 64-bit arithmetic. */
function halfByDefinition(pattern: number): number {
  const sign = pattern >> 15 === 0 ? 1 : -1;
  const exponent = (pattern >> 10) & 31;
  const fraction = (pattern & 1023) / 1024;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -14 : sign * (1 + fraction) * 2 ** (exponent - 15);
}

const everyPattern = Uint16Array.from({ length: 65536 }, (_, pattern) => pattern);

describe("halfToFloat", () => {
  it("agrees with the definition of binary16 for all 65,536 patterns", () => {
    const floats = halfToFloat(everyPattern);
    const wrong = everyPattern.filter((pattern) => !Object.is(floats[pattern], halfByDefinition(pattern)));
    expect([...wrong]).toEqual([]);
  });

  it("gives the well-known values", () => {
    expect([...halfToFloat(Uint16Array.of(0x3c00, 0xc000, 0x7bff, 0x0001, 0x3555))]).toEqual([
      1, -2, 65504, 5.960464477539063e-8, 0.333251953125,
    ]);
  });
});

describe("bfloat16ToFloat", () => {
  it("puts every pattern into the upper half of an f32", () => {
    const floats = bfloat16ToFloat(everyPattern);
    const view = new DataView(new ArrayBuffer(4));
    const wrong = everyPattern.filter((pattern) => {
      view.setUint32(0, pattern * 65536);
      return !Object.is(floats[pattern], view.getFloat32(0));
    });
    expect([...wrong]).toEqual([]);
  });

  it("gives the well-known values", () => {
    expect([...bfloat16ToFloat(Uint16Array.of(0x3f80, 0xc040, 0x8000, 0xff80))]).toEqual([1, -3, -0, -Infinity]);
  });
});
