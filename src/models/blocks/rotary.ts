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

/** The factor by which the wavelength of a pair is stretched before anything else. */
function stretchOf(rope: RopeConfig, pair: number, length: number): number {
  if (rope.type !== "longrope") return 1;
  const factors = length > rope.originalMaxPositions ? rope.longFactors : rope.shortFactors;
  return f32(factors[pair]!);
}

function scaledFrequency(frequency: number, rope: RopeConfig): number {
  switch (rope.type) {
    case "default":
    case "longrope":
      return frequency;
    case "linear":
      return f32(frequency / rope.factor);
    case "llama3":
      return llama3Frequency(frequency, rope);
  }
}

/**
 * Radians per position of each pair of `width` coordinates, [width / 2], in a sequence of `length`, which LongRoPE goes by. Exponent, power
 * and reciprocal are each rounded to f32, as PyTorch does: a frequency that is off by its last bit turns position 4,000 by 2e-4.
 */
export function rotaryFrequencies(rope: RopeConfig, width: number, length = 0): Float32Array {
  return Float32Array.from({ length: width / 2 }, (_, pair) => {
    const exponent = f32((2 * pair) / width);
    const wave = f32(stretchOf(rope, pair, length) * f32(Math.pow(rope.theta, exponent)));
    return scaledFrequency(f32(1 / wave), rope);
  });
}

/** Which axis of the positions turns which pair of a head, and by what cosines and sines are multiplied. */
interface RotaryLayout {
  /** Pairs of each axis; all are of the first without them. */
  readonly sections?: readonly number[];
  /** The axes take turns, each until its pairs are given out; the first has the rest (Qwen3-VL). */
  readonly interleaved?: boolean;
  /** 1 if left out. */
  readonly scale?: number;
}

/** By pair of a head: the axis of the positions that turns it. */
function axesOfPairs(pairs: number, { sections = [pairs], interleaved = false }: RotaryLayout): number[] {
  if (!interleaved) return sections.flatMap((count, axis) => new Array<number>(count).fill(axis));
  return Array.from({ length: pairs }, (_, pair) => {
    const axis = pair % sections.length;
    return Math.floor(pair / sections.length) < sections[axis]! ? axis : 0;
  });
}

/**
 * Cosines and sines of the given positions' angles, which are rounded to f32 as well. A position has a number for each axis of the
 * sections (Qwen2-VL, arXiv 2409.12191, section 2.1), or one number in all.
 */
export function rotaryTables(
  frequencies: Float32Array,
  positions: readonly (readonly number[])[],
  layout: RotaryLayout = {},
): RotaryTables {
  const half = frequencies.length;
  const axes = axesOfPairs(half, layout);
  const { scale = 1 } = layout;
  const cos = floatTensor([positions.length, 1, half]);
  const sin = floatTensor([positions.length, 1, half]);
  for (const [row, position] of positions.entries()) {
    for (let pair = 0; pair < half; pair++) {
      const angle = f32(position[axes[pair]!]! * frequencies[pair]!);
      cos.data[row * half + pair] = scale * Math.cos(angle);
      sin.data[row * half + pair] = scale * Math.sin(angle);
    }
  }
  return { cos, sin };
}

/**
 * Turns x [rows, heads, width]: with tables `cos` and `sin` [rows, 1, half], pairs are (i, i + half) for i < half; coordinates from 2 half on
 * stay as they are.
 */
export function rotate(g: GraphBuilder, x: Value, { cos, sin }: { cos: Value; sin: Value }): Value {
  const width = x.dims[2] as number;
  const half = cos.dims[2] as number;
  const first = g.slice(x, { axis: 2, start: 0, end: half });
  const second = g.slice(x, { axis: 2, start: half, end: 2 * half });
  const turnedFirst = g.sub(g.mul(first, cos), g.mul(second, sin));
  const turnedSecond = g.add(g.mul(second, cos), g.mul(first, sin));
  const rest = 2 * half < width ? [g.slice(x, { axis: 2, start: 2 * half, end: width })] : [];
  return g.concat([turnedFirst, turnedSecond, ...rest], 2, width);
}
