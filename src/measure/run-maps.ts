/** @file The maps of a run that can be measured: one number per token of the sequence, for one answer token. */
import { answerLength, imageTokenPositions, predictingPosition } from "../run/positions.ts";
import { NotRecordedError } from "../run/attention-block.ts";
import { mapMethods, occlusionTensor } from "../run/measures.ts";
import type { MapMethod } from "../run/measures.ts";
import type { Run } from "../run/types.ts";
import type { GraphLearner } from "../findings/causes/graph-learner.ts";
import { explanationShares } from "../findings/causes/explanation-shares.ts";
import { ProblemError } from "../problem/problem.ts";
import { meanAttentionOf } from "./attention-rank.ts";

/** Tensors that hold a map as a row per answer token, over all tokens or over the image tokens. */
const tensorOf = {
  rollout: "rollout",
  "relevancy.language": "relevancy.exact.language",
  "relevancy.vision": "relevancy.exact.vision",
  "relevancy.combined": "relevancy.exact.combined",
} as const;

/** Maps that also give text tokens a number. */
export const textMaps: readonly MapMethod[] = ["attention", "rollout", "relevancy.language", "causes"];

/** Image tokens' numbers put at their positions, [tokens]. */
function atPositions(run: Run, values: ArrayLike<number>): Float32Array {
  const { description } = run;
  const whole = new Float32Array(description.tokens.length);
  for (const [index, position] of imageTokenPositions(description).entries()) whole[position] = values[index]!;
  return whole;
}

async function tensorRow(run: Run, name: string, row: number): Promise<Float32Array> {
  const { data } = await run.slice(name, { start: row, end: row + 1 });
  return data as Float32Array;
}

/**
 * A map of an answer token, [tokens]: 0 where the method gives no number, and at the token's own position. Throws `not-recorded` where
 * the run does not hold it.
 */
export async function runMap(
  run: Run,
  { token, method, pool }: { readonly token: number; readonly method: MapMethod; readonly pool: GraphLearner },
): Promise<Float32Array> {
  const { description } = run;
  const own = predictingPosition(description, token);
  const missing = () =>
    new ProblemError("not-recorded", `The run does not hold the map "${method}" of this token; compute it first.`);
  let map: Float32Array | undefined;
  if (method === "attention") map = (await meanAttentionOf(run, token))?.slice();
  else if (method === "causes") map = await explanationShares(run, token, { pool });
  else if (method === "occlusion") {
    const name = occlusionTensor(token);
    if (run.tensors.has(name)) map = atPositions(run, (await run.tensor(name)).data);
  } else if (run.tensors.has(tensorOf[method])) {
    const { dims } = run.tensors.get(tensorOf[method])!;
    const row = await tensorRow(run, tensorOf[method], token);
    // Rows over the image tokens alone are as long as there are image tokens.
    map = dims[1] === description.tokens.length ? row.slice() : atPositions(run, row);
  }
  if (map === undefined || token >= answerLength(description)) throw missing();
  map[own] = 0;
  return map;
}

/** The maps that the run holds of an answer token, over patches or over text, in the order of `mapMethods`. */
export async function measurableMaps(
  run: Run,
  { token, over, pool }: { readonly token: number; readonly over: "patches" | "text"; readonly pool: GraphLearner },
): Promise<MapMethod[]> {
  const found: MapMethod[] = [];
  for (const method of over === "text" ? textMaps : mapMethods) {
    try {
      await runMap(run, { token, method, pool });
      found.push(method);
    } catch (error) {
      const isMissing =
        error instanceof NotRecordedError || (error instanceof ProblemError && error.code === "not-recorded");
      if (!isMissing) throw error;
    }
  }
  return found;
}
