/**
 * @file Deletion and insertion curves (Petsiuk, Das, Saenko: "RISE: Randomized Input Sampling for Explanation of Black-box Models", BMVC
 * 2018): orders in which members are masked or restored, areas under the curves, and bands of random orders.
 */
import { seededRandom, shuffle } from "../../tensor/random.ts";

/** Steps of a curve at most, beside its start. */
const mostSteps = 20;

/**
 * How many members are masked, or restored, at each step: ascending from none to all, evenly spread but for rounding. Each number once,
 * so that fewer members than steps make a step each.
 */
export function curveSteps(members: number, steps = mostSteps): number[] {
  const count = Math.min(members, steps);
  return [
    ...new Set(Array.from({ length: count + 1 }, (_, step) => Math.round((step * members) / Math.max(1, count)))),
  ];
}

/** Indices by falling value, as a map ranks them; of equal values the earlier first. Values that are not finite come last. */
export function orderByMap(values: ArrayLike<number>): number[] {
  const weight = (index: number): number => (Number.isFinite(values[index]) ? values[index]! : -Infinity);
  return Array.from({ length: values.length }, (_, index) => index).sort(
    (a, b) => (weight(a) === weight(b) ? 0 : weight(b) - weight(a)) || a - b,
  );
}

/** Indices by rising distance from the center of the picture; of equal distances the earlier first. */
export function centerFirst(distances: ArrayLike<number>): number[] {
  return orderByMap(Float64Array.from(distances, (distance) => -distance));
}

/** `count` random orders of `size` members, each order as likely. */
export function randomOrders({ size, count, seed }: { size: number; count: number; seed: number }): number[][] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () =>
    shuffle(
      Array.from({ length: size }, (_, index) => index),
      random,
    ),
  );
}

/** Area under values at ascending shares, by trapezoids; of probabilities at shares from 0 to 1 it is 0 to 1. */
export function trapezoidArea(shares: readonly number[], values: readonly number[]): number {
  let area = 0;
  for (let i = 1; i < shares.length; i++) {
    area += (shares[i]! - shares[i - 1]!) * ((values[i]! + values[i - 1]!) / 2);
  }
  return area;
}

export interface CurveValues {
  readonly values: readonly number[];
  readonly area: number;
}

/** The mean of curves, and between `low` and `high` what another curve of the same kind has with 95 % probability. */
export interface Band extends CurveValues {
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly areaLow: number;
  readonly areaHigh: number;
}

/** Student's t at 97.5 % by degrees of freedom from 1. */
const student = [
  12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.306, 2.2622, 2.2281, 2.201, 2.1788, 2.1604, 2.1448, 2.1314,
  2.1199, 2.1098, 2.1009, 2.093, 2.086,
] as const;

/** Student's t at 97.5 %; beyond the table by its expansion around the normal value (Abramowitz & Stegun, 26.7.5). */
function studentQuantile(freedom: number): number {
  const z = 1.959964;
  return (
    student[freedom - 1] ?? z + (z ** 3 + z) / (4 * freedom) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * freedom ** 2)
  );
}

/**
 * The mean of probabilities or areas, and the 95 % prediction interval of one more, inside of 0 to 1: from a normal distribution it would
 * lie in mean +- t s sqrt(1 + 1/n). The interval of the mean would shrink with the number of orders, and say nothing about a single one.
 */
function predictionInterval(values: readonly number[]): { mean: number; low: number; high: number } {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  if (count < 2) return { mean, low: mean, high: mean };
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1);
  const half = studentQuantile(count - 1) * Math.sqrt(variance * (1 + 1 / count));
  return { mean, low: Math.max(0, mean - half), high: Math.min(1, mean + half) };
}

/**
 * The mean of the curves of random orders, at each step and of the area, and the band of 95 % of random orders: a map whose area is beyond
 * ranks members otherwise than chance does. A single curve is its own band. Throws a RangeError without curves.
 */
export function randomBand(curves: readonly CurveValues[]): Band {
  const [first] = curves;
  if (first === undefined) throw new RangeError("curves: a band needs random orders, got none; give two or more.");
  const at = first.values.map((_, step) => predictionInterval(curves.map(({ values }) => values[step]!)));
  const area = predictionInterval(curves.map((curve) => curve.area));
  return {
    values: at.map(({ mean }) => mean),
    low: at.map(({ low }) => low),
    high: at.map(({ high }) => high),
    area: area.mean,
    areaLow: area.low,
    areaHigh: area.high,
  };
}
