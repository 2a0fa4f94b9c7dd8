/**
 * @file Deletion and insertion curves (Petsiuk, Das, Saenko: "RISE: Randomized Input Sampling for Explanation of Black-box Models", BMVC
 * 2018): orders in which members are taken away or put back, areas under the curves, and bands of random orders.
 */
import { seededRandom, shuffle } from "../../tensor/random.ts";

/** Steps of a curve at most, beside its start. */
export const mostSteps = 20;

/** How many members are gone at each step, from none to all, evenly spread. */
export function curveSteps(members: number, steps = mostSteps): number[] {
  const count = Math.min(members, steps);
  return [
    ...new Set(Array.from({ length: count + 1 }, (_, step) => Math.round((step * members) / Math.max(1, count)))),
  ];
}

/** Indices by falling value; of equal ones the earlier first. Values that are not finite come last. */
export function orderByMap(values: ArrayLike<number>): number[] {
  const weight = (index: number): number => (Number.isFinite(values[index]) ? values[index]! : -Infinity);
  return Array.from({ length: values.length }, (_, index) => index).sort(
    (a, b) => (weight(a) === weight(b) ? 0 : weight(b) - weight(a)) || a - b,
  );
}

/** Indices by rising distance from the center of the picture. */
export function centerFirst(distances: ArrayLike<number>): number[] {
  return orderByMap(Float64Array.from(distances, (distance) => -distance));
}

/** Random orders of `size` members. */
export function randomOrders({ size, count, seed }: { size: number; count: number; seed: number }): number[][] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () =>
    shuffle(
      Array.from({ length: size }, (_, index) => index),
      random,
    ),
  );
}

/** Area under values at shares from 0 to 1, by trapezoids. */
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

export interface Band extends CurveValues {
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly areaLow: number;
  readonly areaHigh: number;
}

/** Student's t at 97.5 % by degrees of freedom from 1; beyond the table the normal value. */
const student = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11,
  2.101, 2.093, 2.086,
] as const;

/** Mean of numbers, with the 95 % interval of the mean by Student's t. */
function meanInterval(values: readonly number[]): { mean: number; low: number; high: number } {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  if (count < 2) return { mean, low: mean, high: mean };
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1);
  const half = (student[count - 2] ?? 1.96) * Math.sqrt(variance / count);
  return { mean, low: mean - half, high: mean + half };
}

/** The mean of the curves of random orders with its 95 % interval, at each step and of the area. */
export function randomBand(curves: readonly CurveValues[]): Band {
  const steps = curves[0]?.values.length ?? 0;
  const at = Array.from({ length: steps }, (_, step) => meanInterval(curves.map(({ values }) => values[step]!)));
  const area = meanInterval(curves.map((curve) => curve.area));
  return {
    values: at.map(({ mean }) => mean),
    low: at.map(({ low }) => low),
    high: at.map(({ high }) => high),
    area: area.mean,
    areaLow: area.low,
    areaHigh: area.high,
  };
}
