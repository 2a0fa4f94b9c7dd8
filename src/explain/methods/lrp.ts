/** @file Layer-wise relevance propagation (`relevance-rules.ts`) from answer tokens to the prompt and to the patches of the pictures. */
import type { Model } from "../../engine/model.ts";
import type { TargetKind } from "../../engine/target.ts";
import { relevanceRules } from "../../graph/relevance-rules.ts";
import { rowContributions } from "../../methods/gradient-maps.ts";
import { pickRows } from "../../tensor/rows.ts";
import { floatTensor } from "../../tensor/tensor.ts";
import type { FloatTensor, Tensor } from "../../tensor/tensor.ts";
import type { RelevancyInputs } from "../gradients/inputs.ts";
import { pictureBackward, tokensBackward } from "../backward.ts";
import type { WorkOptions } from "../backward.ts";

/**
 * `lrp.language` [answer tokens, length]: relevance of each position at the input of the language model. `lrp.vision` [answer tokens, image
 * tokens]: relevance of each patch at the input of the vision tower. Signed; rows of tokens that were not asked for are zero.
 */
export async function lrpTensors(
  model: Model,
  inputs: RelevancyInputs,
  { tokens, target }: { tokens: readonly number[]; target: TargetKind },
  options: WorkOptions,
): Promise<Map<string, Tensor>> {
  const count = inputs.ids.length;
  const language = floatTensor([count, inputs.length]);
  const atPictures: FloatTensor[][] = inputs.pictures.map(() => []);
  await tokensBackward(
    model,
    inputs,
    {
      tokens,
      target,
      taps: [],
      onGradient() {},
      onInput(token, gradient) {
        language.data.set(rowContributions(inputs.hidden[0]!, gradient), token * inputs.length);
        for (const [index, { positions }] of inputs.pictures.entries()) {
          atPictures[index]!.push(pickRows(gradient, positions));
        }
      },
      rules: relevanceRules,
    },
    options,
  );
  const tensors = new Map<string, Tensor>([["lrp.language", language]]);
  const imageTokens = inputs.pictures.reduce((sum, { positions }) => sum + positions.length, 0);
  if (imageTokens === 0) return tensors;

  const vision = floatTensor([count, imageTokens]);
  const classTokens = model.definition.vision.classToken ? 1 : 0;
  let first = 0;
  for (const [index, { positions, hidden }] of inputs.pictures.entries()) {
    const seeds = atPictures[index]!;
    const back = await pictureBackward(model, hidden, { seeds, rules: relevanceRules }, options.signal);
    for (const [at, token] of tokens.entries()) {
      const contributions = rowContributions(hidden[0]!, back[at]!);
      vision.data.set(contributions.subarray(classTokens), token * imageTokens + first);
    }
    first += positions.length;
  }
  return tensors.set("lrp.vision", vision);
}
