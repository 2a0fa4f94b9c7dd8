/** @file Integrated gradients of the image tokens at the input of the language model. */
import type { InputGradient } from "../../engine/layer-additions.ts";
import { keyRows } from "../../engine/key-rows.ts";
import { blockInputTaps } from "../../engine/language-backward.ts";
import type { TargetKind } from "../../engine/target.ts";
import { meanRows, onPath, pathContributions, pathPoints } from "../../methods/integrated-gradients.ts";
import { logitsOf, logSumExp } from "../../methods/probability.ts";
import { pathEndsTensor, tensorOfRows } from "../../run/maps.ts";
import { pathSteps } from "../../run/question-limits.ts";
import { floatTensor, type FloatTensor, type Tensor } from "../../tensor/tensor.ts";
import { backwardNeeds, pictureGradients, tokensBackward } from "../backward.ts";
import { answerLogits, traceAnswer, type TracedAnswer } from "../traced-answer.ts";
import type { MethodModule, MethodWork } from "./method.ts";

/** What the target is of each answer token, under logits [answer tokens, vocabulary]. */
function targetValues(logits: FloatTensor, ids: readonly number[], target: TargetKind): number[] {
  return ids.map((id, token) => {
    const row = logitsOf(logits, token);
    if (target.kind === "logprob") return row[id]! - logSumExp(row);
    return row[id]! - (target.kind === "contrast" ? row[target.rivalId]! : 0);
  });
}

interface PictureRows {
  /** On the key axis. */
  readonly positions: readonly number[];
  readonly rows: FloatTensor;
}

/** The sequence and the memory behind it with these rows at the image tokens of each picture. */
function withRows(
  { embedded, memory }: Pick<TracedAnswer, "embedded" | "memory">,
  pictures: readonly PictureRows[],
): Pick<TracedAnswer, "embedded" | "memory"> {
  const [length, width] = embedded.dims as [number, number];
  const changed = floatTensor(embedded.dims, embedded.data.slice());
  const behind = memory === undefined ? undefined : floatTensor(memory.dims, memory.data.slice());
  for (const { positions, rows } of pictures) {
    for (const [i, position] of positions.entries()) {
      const row = rows.data.subarray(i * width, (i + 1) * width);
      if (position < length) changed.data.set(row, position * width);
      else behind!.data.set(row, (position - length) * width);
    }
  }
  return { embedded: changed, memory: behind };
}

/**
 * `integrated-gradients` [answer tokens, image tokens]: signed, in the unit of the target. Every image token of a picture begins as the
 * mean of the picture's image tokens, and so does what the tower adds to it behind layers; all pictures go along the path together. Rows
 * of tokens that were not asked for are zero.
 *
 * `integrated-gradients.ends` [answer tokens, 2]: the target at the baseline and at the input, whose difference a row sums to but for the
 * error of the integral.
 */
async function attributions(work: MethodWork, steps: number): Promise<Map<string, Tensor>> {
  const { model, answer, target, tokens, options } = work;
  const { plan, additions, ids, predicting, imageTokens } = answer;
  const paths = answer.pictures.map(({ positions, columns }, picture) => {
    const added = additions.flatMap((addition) => (addition.picture === picture ? [addition.rows] : []));
    const input = [keyRows(answer, positions), ...added];
    return { positions, columns, input, baseline: input.map(meanRows) };
  });
  if (imageTokens === 0) return new Map();
  const sums = new Float64Array(ids.length * imageTokens);
  const taps = [...blockInputTaps(model.definition.language.config.layers), answerLogits(predicting)];
  const { signal, onProgress } = options;
  async function traceAt(at: number): Promise<TracedAnswer> {
    const points = paths.map(({ input, baseline }) => input.map((rows, part) => onPath(baseline[part]!, rows, at)));
    const placed = paths.map(({ positions }, picture) => ({ positions, rows: points[picture]![0]! }));
    const added = points.flatMap(([, ...rest]) => rest);
    const sequence = {
      ...withRows(answer, placed),
      plan,
      additions: additions.map((addition, index) => ({ ...addition, rows: added[index]! })),
    };
    return traceAnswer(model, { sequence, taps, ids, predicting, positions: [], encoded: [] }, { signal });
  }
  for (const [step, { at, weight }] of pathPoints(steps).entries()) {
    const point = await traceAt(at);
    const back = {
      tokens,
      target,
      taps: [],
      onGradient: () => undefined,
      onInput(token: number, found: InputGradient) {
        const row = sums.subarray(token * imageTokens);
        for (const [picture, gradients] of pictureGradients(answer, found).entries()) {
          const { columns, input, baseline } = paths[picture]!;
          for (const [part, gradient] of gradients.entries()) {
            const ends = { input: input[part]!, baseline: baseline[part]!, gradient };
            for (const [i, value] of pathContributions(ends, weight).entries()) row[columns[i]!]! += value;
          }
        }
      },
    };
    await tokensBackward(model, point, back, {
      signal,
      onProgress: ({ stage, done, total }) => onProgress?.({ stage, done: step * total + done, total: steps * total }),
    });
  }
  const before = targetValues((await traceAt(0)).logits, ids, target);
  const after = targetValues(answer.logits, ids, target);
  const ends = Float32Array.from({ length: 2 * ids.length }, (_, i) => (i % 2 === 0 ? before : after)[i >> 1]!);
  return new Map([
    [tensorOfRows("integrated-gradients"), floatTensor([ids.length, imageTokens], Float32Array.from(sums))],
    [pathEndsTensor, floatTensor([ids.length, 2], ends)],
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
    passes: (answerTokens) => ({ count: steps * (answerTokens + 1) + 1, shared: false }),
    withSteps: integratedGradientsOf,
    compute: (work) => ({ tensors: () => attributions(work, steps) }),
    parameters: () => ({ steps, baseline: "mean" }),
  };
}

export const integratedGradients = integratedGradientsOf(pathSteps.default);
