/** @file The maps of a run that can be measured: one number per token of the sequence, for one answer token. */
import type { GraphLearner } from "../findings/causes/graph-learner.ts";
import { readMap } from "../findings/read-map.ts";
import { overSequence } from "../findings/top-evidence.ts";
import { ProblemError } from "../problem/problem.ts";
import { mapMethods, type MapMethod } from "../run/map-catalogue.ts";
import { explainedBy } from "../run/explained.ts";
import { holdsMap, mapRow, textMaps } from "../run/maps.ts";
import { predictingPosition } from "../run/positions.ts";
import type { Run, RunDescription } from "../run/types.ts";

interface MeasuredMap {
  readonly token: number;
  readonly method: MapMethod;
  readonly pool: GraphLearner;
}

/** A map of an answer token over its own axis. Throws a ProblemError `not-recorded` if the run does not hold it. */
export async function recordedMap(run: Run, { token, method, pool }: MeasuredMap): Promise<Float32Array> {
  const values = await readMap(run, { map: method, token, pool });
  if (values !== undefined) return values;
  throw new ProblemError("not-recorded", `The run does not hold the map "${method}" of this token; compute it first.`);
}

/**
 * A map of an answer token, [sequence]: 0 if the method gives a position no number, and at the token's own position. Throws a ProblemError
 * `not-recorded` if the run does not hold it.
 */
export async function runMap(run: Run, wanted: MeasuredMap): Promise<Float32Array> {
  const { description } = run;
  const { token, method } = wanted;
  const values = await recordedMap(run, wanted);
  const whole = overSequence(description, method, values);
  whole[predictingPosition(description, token)] = 0;
  return whole;
}

/** The measured maps that the run holds of an answer token, over patches or over text, in the order of the catalogue. */
export function heldMaps(
  { description, tensors }: Run,
  { token, over }: { readonly token: number; readonly over: "patches" | "text" },
): MapMethod[] {
  const dims = (name: string) => tensors.get(name)?.dims;
  return (over === "text" ? textMaps : mapMethods).filter((map) => holdsMap(map, { dims, description }, token));
}

/** The target of a map by gradient as a result holds it: nothing for the raw logit, and for maps that explain no target. */
export function explainedTarget(description: RunDescription, map: MapMethod): { readonly target?: string } {
  const { target } = explainedBy(description, mapRow(map).method);
  return target === "logit" ? {} : { target };
}
