/** @file What integrated gradients are to sum to, and what they do: the error of the integral (completeness, Sundararajan et al. 2017). */
import { explainedBy } from "../run/explained.ts";
import { pathEndsTensor, tensorOfRows } from "../run/maps.ts";
import type { Run } from "../run/types.ts";

/** The sum of a token's map against the change of its target over the path. */
export interface PathSum {
  /** Index of the answer token. */
  readonly token: number;
  /** Sum of the map over all image tokens. */
  readonly sum: number;
  /** The target with the pictures less the target with their mean image tokens. */
  readonly change: number;
  /** `sum` less `change`: what the steps of the integral miss. */
  readonly residual: number;
}

/** The sums of one row of a map [image tokens] and its ends, baseline and input. */
export function pathSum(token: number, map: ArrayLike<number>, ends: ArrayLike<number>): PathSum {
  let sum = 0;
  for (let i = 0; i < map.length; i++) sum += map[i]!;
  const change = ends[1]! - ends[0]!;
  return { token, sum, change, residual: sum - change };
}

/** Those of every explained token; null if the run does not hold integrated gradients, or those of a version that kept no ends. */
export async function pathSums(run: Run): Promise<PathSum[] | null> {
  const name = tensorOfRows("integrated-gradients");
  if (!run.tensors.has(name) || !run.tensors.has(pathEndsTensor)) return null;
  const maps = await run.tensor(name);
  const ends = await run.tensor(pathEndsTensor);
  const width = maps.dims[1]!;
  return explainedBy(run.description, "integrated-gradients").tokens.map((token) =>
    pathSum(
      token,
      maps.data.subarray(token * width, (token + 1) * width) as ArrayLike<number>,
      ends.data.subarray(token * 2, token * 2 + 2) as ArrayLike<number>,
    ),
  );
}

/** "sums to 6.21 of 6.22 (0.2 % off)"; the share is left out if nothing changes over the path. */
export function pathSumText({ sum, change, residual }: PathSum): string {
  const share = change === 0 ? "" : ` (${((100 * Math.abs(residual)) / Math.abs(change)).toFixed(1)} % off)`;
  return `sums to ${sum.toFixed(2)} of ${change.toFixed(2)}${share}`;
}
