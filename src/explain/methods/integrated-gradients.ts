/** @file Integrated gradients of the image tokens at the input of the language model. */
import type { InputGradient } from "../../engine/layer-additions.ts";
import { blockInputTaps } from "../../engine/language-backward.ts";
import { meanRows, onPath, pathContributions, pathPoints } from "../../methods/integrated-gradients.ts";
import { tensorOfRows } from "../../run/maps.ts";
import { pickRows } from "../../tensor/rows.ts";
import { floatTensor, type FloatTensor, type Tensor } from "../../tensor/tensor.ts";
import { backwardNeeds, pictureGradients, tokensBackward } from "../backward.ts";
import { answerLogits, traceAnswer } from "../traced-answer.ts";
import type { MethodModule, MethodWork } from "./method.ts";

/** On the demo model the sums are then within 0.1 % of the difference of the logits; within 1.1 % with 16 steps (docs/decisions.md). */
const defaultSteps = 20;

/** The embedded sequence with these rows at the image tokens of each picture. */
function withRows(embedded: FloatTensor, pictures: readonly { positions: readonly number[]; rows: FloatTensor }[]) {
  const width = embedded.dims[1]!;
  const changed = floatTensor(embedded.dims, embedded.data.slice());
  for (const { positions, rows } of pictures) {
    for (const [i, position] of positions.entries()) {
      changed.data.set(rows.data.subarray(i * width, (i + 1) * width), position * width);
    }
  }
  return changed;
}

/**
 * `integrated-gradients` [answer tokens, image tokens]: signed, in the unit of the target. Every image token of a picture begins as the
 * mean of the picture's image tokens, and so does what the tower adds to it behind layers; all pictures go along the path together. Rows
 * of tokens that were not asked for are zero.
 */
async function attributions(work: MethodWork, steps: number): Promise<Map<string, Tensor>> {
  const { model, answer, target, tokens, options } = work;
  const { embedded, plan, additions, ids, predicting } = answer;
  const paths = answer.pictures.map(({ positions }, picture) => {
    const added = additions.flatMap((addition) => (addition.picture === picture ? [addition.rows] : []));
    const input = [pickRows(embedded, positions), ...added];
    return { positions, input, baseline: input.map(meanRows) };
  });
  const imageTokens = paths.reduce((sum, { positions }) => sum + positions.length, 0);
  if (imageTokens === 0) return new Map();
  const sums = new Float64Array(ids.length * imageTokens);
  const taps = [...blockInputTaps(model.definition.language.config.layers), answerLogits(predicting)];
  for (const [step, { at, weight }] of pathPoints(steps).entries()) {
    const points = paths.map(({ input, baseline }) => input.map((rows, part) => onPath(baseline[part]!, rows, at)));
    const placed = paths.map(({ positions }, picture) => ({ positions, rows: points[picture]![0]! }));
    const added = points.flatMap(([, ...rest]) => rest);
    const sequence = {
      embedded: withRows(embedded, placed),
      plan,
      additions: additions.map((addition, index) => ({ ...addition, rows: added[index]! })),
    };
    const { signal, onProgress } = options;
    const traced = { sequence, taps, ids, predicting, positions: [], encoded: [] };
    const point = await traceAnswer(model, traced, { signal });
    const back = {
      tokens,
      target,
      taps: [],
      onGradient: () => undefined,
      onInput(token: number, found: InputGradient) {
        let first = token * imageTokens;
        for (const [picture, gradients] of pictureGradients(answer, found).entries()) {
          const { positions, input, baseline } = paths[picture]!;
          for (const [part, gradient] of gradients.entries()) {
            const ends = { input: input[part]!, baseline: baseline[part]!, gradient };
            for (const [i, value] of pathContributions(ends, weight).entries()) sums[first + i]! += value;
          }
          first += positions.length;
        }
      },
    };
    await tokensBackward(model, point, back, {
      signal,
      onProgress: ({ stage, done, total }) => onProgress?.({ stage, done: step * total + done, total: steps * total }),
    });
  }
  return new Map([
    [tensorOfRows("integrated-gradients"), floatTensor([ids.length, imageTokens], Float32Array.from(sums))],
  ]);
}

/** The method with a number of steps, each of which sends the sequence forward once and back once for each token. */
export function integratedGradientsOf(steps: number): MethodModule {
  return {
    name: "integrated-gradients",
    stage: "gradient",
    needs: (plan) => ({
      backwardTokens: backwardNeeds(plan).backwardTokens,
      // One point of the path has the states of a trace of its own.
      keptStates: plan.model.definition.language.config.layers + 2,
    }),
    passes: (answerTokens) => ({ count: steps * (answerTokens + 1), shared: false }),
    compute: (work) => ({ tensors: () => attributions(work, steps) }),
    parameters: () => ({ steps, baseline: "mean" }),
  };
}

export const integratedGradients = integratedGradientsOf(defaultSteps);
