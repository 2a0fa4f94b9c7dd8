/** @file Rotary position embedding (Su et al. 2021, arXiv 2104.09864) in the half-split layout of Llama. */
import type { RopeConfig } from "../../checkpoint/types.ts";
import type { GraphBuilder } from "../../graph/builder.ts";
import type { Value } from "../../graph/graph.ts";
import { floatTensor, type FloatTensor } from "../../tensor/tensor.ts";

/** Cosines and sines of the rotation angles, each [positions, 1, headWidth / 2]. */
export interface RotaryTables {
  readonly cos: FloatTensor;
  readonly sin: FloatTensor;
}

/** Rounds to f32. The models were trained with every step of this computation rounded, see `rotaryTables`. */
const f32 = Math.fround;

/** Wavelengths between the two limits are blended, longer ones stretched, shorter ones kept (Llama 3.1). */
function llama3Frequency(frequency: number, rope: RopeConfig & { type: "llama3" }): number {
  const { factor, lowFreqFactor, highFreqFactor, originalMaxPositions } = rope;
  const wavelength = f32(f32(1 / frequency) * f32(2 * Math.PI));
  if (wavelength > originalMaxPositions / lowFreqFactor) return f32(frequency / factor);
  if (wavelength < originalMaxPositions / highFreqFactor) return frequency;
  const turns = f32(f32(1 / wavelength) * originalMaxPositions);
  const blend = f32(f32(turns - lowFreqFactor) / (highFreqFactor - lowFreqFactor));
  return f32(f32(f32(f32(1 - blend) * frequency) / factor) + f32(blend * frequency));
}

function scaledFrequency(frequency: number, rope: RopeConfig): number {
  switch (rope.type) {
    case "default":
      return frequency;
    case "linear":
      return f32(frequency / rope.factor);
    case "llama3":
      return llama3Frequency(frequency, rope);
  }
}

/**
 * Radians per position of each pair of a head, [headWidth / 2]. Exponent, power and reciprocal are each rounded to f32, as PyTorch
 * does: a frequency that is off by its last bit turns position 4,000 by 2e-4.
 */
export function rotaryFrequencies(rope: RopeConfig, headWidth: number): Float32Array {
  return Float32Array.from({ length: headWidth / 2 }, (_, pair) => {
    const exponent = f32((2 * pair) / headWidth);
    return scaledFrequency(f32(1 / f32(Math.pow(rope.theta, exponent))), rope);
  });
}

/** By pair of a head: the axis of the positions that turns it. `sections` are the pairs of each axis; all of the first without them. */
function axesOfPairs(pairs: number, sections: readonly number[] = [pairs]): number[] {
  return sections.flatMap((count, axis) => new Array<number>(count).fill(axis));
}

/**
 * Cosines and sines of the given positions' angles, which are rounded to f32 as well. A position has a number for each axis of `sections`
 * (Qwen2-VL, arXiv 2409.12191, section 2.1), or one number in all.
 */
export function rotaryTables(
  frequencies: Float32Array,
  positions: readonly (readonly number[])[],
  sections?: readonly number[],
): RotaryTables {
  const half = frequencies.length;
  const axes = axesOfPairs(half, sections);
  const cos = floatTensor([positions.length, 1, half]);
  const sin = floatTensor([positions.length, 1, half]);
  for (const [row, position] of positions.entries()) {
    for (let pair = 0; pair < half; pair++) {
      const angle = f32(position[axes[pair]!]! * frequencies[pair]!);
      cos.data[row * half + pair] = Math.cos(angle);
      sin.data[row * half + pair] = Math.sin(angle);
    }
  }
  return { cos, sin };
}

/** Turns x [rows, heads, width]: pairs are (i, i + width / 2). `cos` and `sin` are [rows, 1, width / 2]. */
export function rotate(g: GraphBuilder, x: Value, { cos, sin }: { cos: Value; sin: Value }): Value {
  const width = x.dims[2] as number;
  const first = g.slice(x, { axis: 2, start: 0, end: width / 2 });
  const second = g.slice(x, { axis: 2, start: width / 2, end: width });
  const turnedFirst = g.sub(g.mul(first, cos), g.mul(second, sin));
  const turnedSecond = g.add(g.mul(second, cos), g.mul(first, sin));
  return g.concat([turnedFirst, turnedSecond], 2, width);
}
