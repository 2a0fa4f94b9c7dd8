/** @file Means over questions and how sure they are: a bootstrap over scenes, since questions of one scene are not independent. */
import { seededRandom } from "../../src/tensor/random.ts";

/** A value with the scene that it comes from. */
export interface Sample {
  readonly scene: string;
  readonly value: number;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Fewer scenes than this say nothing about their spread. */
const fewestScenes = 5;

const resamples = 2000;

/** The mean; NaN without samples. */
export function meanOf(samples: readonly Sample[]): number {
  return samples.reduce((sum, { value }) => sum + value, 0) / samples.length;
}

/**
 * The 95 % interval of the mean, from 2.5 to 97.5 % of the means of 2,000 samples of as many scenes, drawn with replacement from a fixed
 * seed. Undefined under five scenes.
 */
export function bootstrapInterval(samples: readonly Sample[]): Interval | undefined {
  const scenes = new Map<string, { sum: number; count: number }>();
  for (const { scene, value } of samples) {
    const { sum, count } = scenes.get(scene) ?? { sum: 0, count: 0 };
    scenes.set(scene, { sum: sum + value, count: count + 1 });
  }
  const groups = [...scenes.values()];
  if (groups.length < fewestScenes) return undefined;
  const random = seededRandom(1);
  const means = Float64Array.from({ length: resamples }, () => {
    let total = 0;
    let questions = 0;
    for (let drawn = 0; drawn < groups.length; drawn++) {
      const { sum, count } = groups[Math.floor(random() * groups.length)]!;
      total += sum;
      questions += count;
    }
    return total / questions;
  }).sort();
  return { low: means[Math.floor(0.025 * resamples)]!, high: means[Math.ceil(0.975 * resamples) - 1]! };
}

/**
 * The same of any number that comes from items of several scenes, such as an area under a curve. Samples if it is not a number, as
 * without one of two groups, are left out. Undefined under five scenes.
 */
export function bootstrapIntervalOf<Item extends { readonly scene: string }>(
  items: readonly Item[],
  statistic: (drawn: readonly Item[]) => number,
): Interval | undefined {
  const scenes = new Map<string, Item[]>();
  for (const item of items) scenes.set(item.scene, [...(scenes.get(item.scene) ?? []), item]);
  const groups = [...scenes.values()];
  if (groups.length < fewestScenes) return undefined;
  const random = seededRandom(1);
  const values = Array.from({ length: resamples }, () =>
    statistic(groups.flatMap(() => groups[Math.floor(random() * groups.length)]!)),
  ).filter((value) => !Number.isNaN(value));
  const sorted = Float64Array.from(values).sort();
  return { low: sorted[Math.floor(0.025 * sorted.length)]!, high: sorted[Math.ceil(0.975 * sorted.length) - 1]! };
}
