/**
 * @file Likeness of maps to those of the same model with random weights (Adebayo et al., "Sanity Checks for Saliency Maps", NeurIPS 2018):
 * a map that hardly changes when nothing is left of what the model learned does not show what it learned.
 */
import { withRandomizedModel } from "../local-model/random-weights.ts";
import { rankCorrelation } from "../methods/agreement.ts";
import type { RandomWeightsRequest, RandomWeightsResult } from "../run/measures.ts";
import { imageTokens, predictingPosition } from "../run/positions.ts";
import { tokenClasses } from "../run/token-classes.ts";
import type { RunDescription } from "../run/types.ts";
import { explain } from "../explain/explain.ts";
import { questionOfRun } from "../explain/recorded-question.ts";
import { recordingOf } from "../run/maps.ts";
import { openRecorded } from "../explain/recorded-run.ts";
import { ProblemError } from "../problem/problem.ts";
import type { RunContext } from "./measure-types.ts";
import { explainedTarget, runMap } from "./run-maps.ts";

/** Where maps are compared: at the patches; without a picture at the text before the token. */
function comparedPositions(description: RunDescription, token: number): number[] {
  if (description.images.length > 0) {
    return imageTokens(description).flatMap(({ cell, position }) => (cell === undefined ? [] : [position]));
  }
  const { question, text } = tokenClasses(description, predictingPosition(description, token));
  return [...question, ...text];
}

/** Throws `bad-request` for masking each patch, which would have to be measured again patch by patch. */
export async function randomWeights(request: RandomWeightsRequest, context: RunContext): Promise<RandomWeightsResult> {
  const { model, run, signal, cacheFolder, maxMemoryBytes, pool } = context;
  const { token, methods, seed } = request;
  const { description } = run;
  const recordings = methods.map((method) => {
    const recording = recordingOf(method);
    if (recording !== undefined) return recording;
    throw new ProblemError("bad-request", "Masking each patch is not compared with random weights; leave it out.");
  });
  const variants = [...new Set(recordings.flatMap((each) => each.variants ?? []))];
  const learned = await Promise.all(methods.map((method) => runMap(run, { token, method, pool })));
  const ids = description.tokens.map(({ id }) => id);
  const { start } = description.answer;
  context.expect(1);
  const random = await withRandomizedModel(
    model,
    { folder: cacheFolder, seed, part: "all", signal },
    async (randomized) =>
      openRecorded(
        await explain(randomized, await questionOfRun(run), {
          methods: [...new Set(recordings.flatMap((each) => each.methods))],
          record: "default",
          gradients: { variants, target: { kind: "logit" }, tokens: [String(token)] },
          maxMemoryBytes,
          signal,
          answer: { ids: ids.slice(start), promptIds: ids.slice(0, start), stopped: description.stopped },
        }),
      ),
  );
  context.tick("recordings");
  const compared = comparedPositions(description, token);
  const values = (map: Float32Array) => compared.map((position) => map[position]!);
  const found: RandomWeightsResult["methods"][number][] = [];
  for (const [index, method] of methods.entries()) {
    const other = await runMap(random, { token, method, pool });
    const correlation = rankCorrelation(values(learned[index]!), values(other));
    found.push({ method, ...explainedTarget(description, method), correlation: correlation ?? null });
  }
  return { request, methods: found };
}
