/** @file Tests of rotary position embedding: the angles in double precision, and what rotation must keep. */
import { describe, expect, test } from "vitest";
import { runGraph, scatteredTensor } from "../../../test/support/run-graph.ts";
import type { RopeConfig } from "../../checkpoint/types.ts";
import { floatTensor, type FloatTensor } from "../../tensor/tensor.ts";
import { rotaryFrequencies, rotaryTables, rotate } from "./rotary.ts";

const theta = 10000;
const headWidth = 16;

/** Frequency of pair i in double precision. */
const frequency = (i: number, base = theta, width = headWidth) => base ** ((-2 * i) / width);

const tablesOf = (rope: RopeConfig, width: number, positions: readonly number[]) =>
  rotaryTables(
    rotaryFrequencies(rope, width),
    positions.map((position) => [position]),
  );

function expectAngles(rope: RopeConfig, width: number, frequencies: readonly number[]): void {
  const positions = [0, 1, 2, 17, 300];
  const { cos, sin } = tablesOf(rope, width, positions);
  expect(cos.dims).toEqual([positions.length, 1, width / 2]);
  const angles = positions.flatMap((position) => frequencies.map((f) => position * f));
  expect(cos.data).toBeCloseToArray(angles.map(Math.cos), 5e-5);
  expect(sin.data).toBeCloseToArray(angles.map(Math.sin), 5e-5);
}

const half = Array.from({ length: headWidth / 2 }, (_, i) => i);

describe("rotaryTables", () => {
  test("pair i turns by position * theta^(-2 i / width)", () => {
    expectAngles(
      { type: "default", theta },
      headWidth,
      half.map((i) => frequency(i)),
    );
    expectAngles({ type: "default", theta: 500 }, 6, [1, 500 ** (-1 / 3), 500 ** (-2 / 3)]);
  });

  test("linear scaling stretches every wavelength by the factor", () => {
    expectAngles(
      { type: "linear", theta, factor: 4 },
      headWidth,
      half.map((i) => frequency(i) / 4),
    );
  });

  test("llama3 keeps short waves, stretches long ones and blends those between", () => {
    const rope = {
      type: "llama3",
      theta,
      factor: 8,
      lowFreqFactor: 1,
      highFreqFactor: 4,
      originalMaxPositions: 128,
    } as const;
    const bands = { kept: 0, blended: 0, stretched: 0 };
    const frequencies = half.map((i) => {
      const f = frequency(i);
      // Turns that a wave makes over the original context: more than 4 are kept, fewer than 1 stretched.
      const turns = (128 * f) / (2 * Math.PI);
      const share = Math.min(1, Math.max(0, (turns - 1) / (4 - 1)));
      bands[share === 1 ? "kept" : share === 0 ? "stretched" : "blended"] += 1;
      return f * (share + (1 - share) / 8);
    });
    expect(Object.values(bands).every((count) => count > 0)).toBe(true);
    expectAngles(rope, headWidth, frequencies);
  });

  test("a row depends on its position alone", () => {
    const rope = { type: "default", theta } as const;
    const all = tablesOf(rope, headWidth, [0, 1, 2, 3, 4, 5]);
    const last = tablesOf(rope, headWidth, [5, 4]);
    expect(last.cos.data.slice(0, 8)).toEqual(all.cos.data.slice(40));
    expect(last.sin.data.slice(8)).toEqual(all.sin.data.slice(32, 40));
  });
});

async function rotated(x: FloatTensor, positions: readonly number[]): Promise<FloatTensor> {
  const tables = tablesOf({ type: "default", theta }, x.dims[2]!, positions);
  const [turned] = await runGraph((g) => {
    const [value, cos, sin] = [
      g.input("x", "f32", x.dims),
      g.input("cos", "f32", tables.cos.dims),
      g.input("sin", "f32", tables.sin.dims),
    ];
    const feeds = new Map([
      [value, x],
      [cos, tables.cos],
      [sin, tables.sin],
    ]);
    return { outputs: [rotate(g, value, { cos, sin })], feeds };
  });
  return floatTensor(x.dims, Float32Array.from(turned!.data));
}

const dot = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
};

describe("rotate", () => {
  test("turns the pair (i, i + width / 2) as a complex number", async () => {
    const x = scatteredTensor([3, 2, 6]);
    const positions = [4, 0, 11];
    const turned = await rotated(x, positions);
    const expected = Array.from(x.data, (own, at) => {
      const i = at % 6;
      const pair = i % 3;
      const angle = positions[Math.floor(at / 12)]! * frequency(pair, theta, 6);
      const other = x.data[at - i + ((i + 3) % 6)]!;
      return own * Math.cos(angle) + (i < 3 ? -other : other) * Math.sin(angle);
    });
    expect(turned.data).toBeCloseToArray(expected, 1e-6);
  });

  test("keeps the length of every head's vector", async () => {
    const x = scatteredTensor([4, 3, 10], 3);
    const turned = await rotated(x, [0, 9, 100, 2000]);
    for (let start = 0; start < x.data.length; start += 10) {
      const [before, after] = [x, turned].map(({ data }) => data.subarray(start, start + 10)) as [
        Float32Array,
        Float32Array,
      ];
      expect(dot(after, after)).toBeCloseTo(dot(before, before), 5);
    }
  });

  test("a query's product with a key depends on their distance alone", async () => {
    const query = scatteredTensor([1, 1, headWidth], 1);
    const key = scatteredTensor([1, 1, headWidth], 2);
    const product = async (q: number, k: number) =>
      dot((await rotated(query, [q])).data, (await rotated(key, [k])).data);
    const near = await product(3, 0);
    expect(await product(103, 100)).toBeCloseTo(near, 4);
    expect(await product(33, 30)).toBeCloseTo(near, 5);
    expect(Math.abs((await product(4, 0)) - near)).toBeGreaterThan(0.01);
  });
});
