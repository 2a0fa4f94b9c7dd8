/** @file Rotary position embedding (Su et al. 2021, arXiv 2104.09864) in the half-split layout of Llama. */
import type { RopeConfig } from "../../checkpoint/types.ts";
import type { GraphBuilder } from "../../graph/builder.ts";
import type { Value } from "../../graph/graph.ts";
import { floatTensor } from "../../tensor/tensor.ts";
import type { FloatTensor } from "../../tensor/tensor.ts";

/** Cosines and sines of the rotation angles, each [positions, 1, headWidth / 2]. */
export interface RotaryTables {
  readonly cos: FloatTensor;
  readonly sin: FloatTensor;
}

/** Wavelengths between the two limits are blended, longer ones stretched, shorter ones kept (Llama 3.1). */
function llama3Frequency(frequency: number, rope: RopeConfig & { type: "llama3" }): number {
  const wavelength = (2 * Math.PI) / frequency;
  if (wavelength > rope.originalMaxPositions / rope.lowFreqFactor) return frequency / rope.factor;
  if (wavelength < rope.originalMaxPositions / rope.highFreqFactor) return frequency;
  const blend =
    (rope.originalMaxPositions / wavelength - rope.lowFreqFactor) / (rope.highFreqFactor - rope.lowFreqFactor);
  return ((1 - blend) * frequency) / rope.factor + blend * frequency;
}

function scaledFrequency(frequency: number, rope: RopeConfig): number {
  switch (rope.type) {
    case "default":
      return frequency;
    case "linear":
      return frequency / rope.factor;
    case "llama3":
      return llama3Frequency(frequency, rope);
  }
}

/**
 * Angles of the given positions. Frequencies and angles are rounded to f32, as the models were trained with: at position 10,000
 * the rounding moves an angle by more than the tolerance of a comparison.
 */
export function rotaryTables(rope: RopeConfig, headWidth: number, positions: ArrayLike<number>): RotaryTables {
  const half = headWidth / 2;
  const frequencies = Array.from({ length: half }, (_, i) =>
    Math.fround(scaledFrequency(Math.fround(1 / Math.pow(rope.theta, (2 * i) / headWidth)), rope)),
  );
  const cos = floatTensor([positions.length, 1, half]);
  const sin = floatTensor([positions.length, 1, half]);
  for (let row = 0; row < positions.length; row++) {
    for (let i = 0; i < half; i++) {
      const angle = Math.fround(positions[row]! * frequencies[i]!);
      cos.data[row * half + i] = Math.cos(angle);
      sin.data[row * half + i] = Math.sin(angle);
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
