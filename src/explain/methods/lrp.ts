/** @file Layer-wise relevance propagation (`relevance-rules.ts`) from answer tokens to the prompt and to the patches of the pictures. */
import type { PictureRows } from "../../engine/layer-additions.ts";
import { relevanceRules } from "../../graph/relevance-rules.ts";
import { rowContributions } from "../../methods/gradient-maps.ts";
import { gatherFromTower, towerSources } from "../../models/tower-map.ts";
import { tensorOfRows } from "../../run/maps.ts";
import { floatTensor, type Tensor } from "../../tensor/tensor.ts";
import {
  backwardNeeds,
  hiddenStates,
  pictureBackward,
  pictureGradients,
  tokensBackward,
  towerStates,
} from "../backward.ts";
import type { MethodModule, MethodWork } from "./method.ts";

/**
 * `lrp.language` [answer tokens, keys]: relevance of each position, and each memory token, at the input of the language model. `lrp.vision` [answer tokens, image
 * tokens]: relevance of each patch at the input of the vision tower. Signed; rows of tokens that were not asked for are zero.
 */
async function lrpTensors({ model, answer, tokens, target, options }: MethodWork): Promise<Map<string, Tensor>> {
  const count = answer.ids.length;
  const keys = answer.length + answer.plan.memoryTokens;
  const language = floatTensor([count, keys]);
  const [embedded] = hiddenStates(model, answer);
  const atPictures: PictureRows[][] = answer.pictures.map(() => []);
  await tokensBackward(
    model,
    answer,
    {
      tokens,
      target,
      taps: [],
      onGradient() {},
      onInput(token, gradient) {
        const start = token * keys;
        language.data.set(rowContributions(embedded!, gradient.embedded), start);
        if (answer.memory !== undefined && gradient.memory !== undefined) {
          language.data.set(rowContributions(answer.memory, gradient.memory), start + answer.length);
        }
        // What is added behind a layer is an input of the language model like the embedding of its position.
        for (const [index, { positions, rows }] of answer.additions.entries()) {
          const added = rowContributions(rows, gradient.additions[index]!);
          for (const [i, position] of positions.entries()) language.data[start + position]! += added[i]!;
        }
        for (const [index, rows] of pictureGradients(answer, gradient).entries()) atPictures[index]!.push(rows);
      },
      rules: relevanceRules,
    },
    options,
  );
  const tensors = new Map<string, Tensor>([[tensorOfRows("lrp.language"), language]]);
  const { imageTokens } = answer;
  if (imageTokens === 0) return tensors;

  const vision = floatTensor([count, imageTokens]);
  for (const [index, picture] of answer.pictures.entries()) {
    const seeds = atPictures[index]!;
    const back = await pictureBackward(model, picture, { seeds, rules: relevanceRules }, options.signal);
    const sources = towerSources(picture.plan);
    const inputs = towerStates(model, picture).map(([embedded]) => embedded!);
    for (const [at, token] of tokens.entries()) {
      const contributions = inputs.map((embedded, input) => rowContributions(embedded, back[input]![at]!));
      const row = vision.data.subarray(token * imageTokens);
      for (const [k, value] of gatherFromTower(sources, contributions).entries()) row[picture.columns[k]!] = value;
    }
  }
  return tensors.set(tensorOfRows("lrp.vision"), vision);
}

export const lrp: MethodModule = {
  name: "lrp",
  stage: "gradient",
  needs: backwardNeeds,
  passes: (answerTokens) => ({ count: answerTokens, shared: false }),
  compute: (work) => ({ tensors: () => lrpTensors(work) }),
};
