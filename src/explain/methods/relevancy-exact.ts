/** @file Exact relevancy: every row of every map carries the gradient of the token that is explained. */
import { gatherFromTower, towerSources, type TowerSource } from "../../models/tower-map.ts";
import { addRelevancyLayer, combinedRows, finishedRows, identityRows } from "../../methods/relevancy.ts";
import { tensorOfRows } from "../../run/maps.ts";
import { floatTensor, type FloatTensor, type Tensor } from "../../tensor/tensor.ts";
import { backwardNeeds, camTaps, pictureBackward } from "../backward.ts";
import type { TracedPicture } from "../traced-answer.ts";
import type { MethodModule, MethodWork, PictureGradients } from "./method.ts";

/**
 * Rows of one picture for one token, by input of the tower, each [2, tokens of the input]: the mean over image tokens, and the language
 * model's own row. Image tokens hand what they have to the tokens of the tower that they are made of.
 */
function startRows(
  language: Float32Array,
  { plan, positions }: TracedPicture,
  sources: readonly (readonly TowerSource[])[],
): FloatTensor[] {
  const start = plan.inputs.map(({ tokens }) => floatTensor([2, tokens]));
  const seen = sources.filter((each) => each.length > 0).length;
  for (const [i, position] of positions.entries()) {
    for (const { input, token, share } of sources[i]!) {
      const { data } = start[input]!;
      data[token]! += share / seen;
      data[data.length / 2 + token]! += share * language[position]!;
    }
  }
  return start;
}

/** The first or the second row of each input. */
function rowOfEach(states: readonly { readonly data: Float32Array | Float64Array }[], row: 0 | 1) {
  return states.map(({ data }) => data.subarray((row * data.length) / 2, ((row + 1) * data.length) / 2));
}

/** A finished row of each token, [length] each, and its derivatives at the image tokens. */
interface TokenRow {
  readonly token: number;
  readonly row: Float32Array;
  readonly gradients: PictureGradients;
}

/**
 * `relevancy.exact.language` [answer tokens, length], `.vision` and `.combined` [answer tokens, image tokens]. Rows of tokens that were not
 * asked for are zero.
 */
async function exactTensors(
  { model, answer, options }: MethodWork,
  tokens: readonly TokenRow[],
): Promise<Map<string, Tensor>> {
  const count = answer.ids.length;
  const imageTokens = answer.pictures.reduce((sum, { positions }) => sum + positions.length, 0);
  const rows = floatTensor([count, answer.length]);
  for (const { token, row } of tokens) rows.data.set(row, token * answer.length);
  const tensors = new Map<string, Tensor>([[tensorOfRows("relevancy.language"), rows]]);
  if (imageTokens === 0) return tensors;

  const vision = floatTensor([count, imageTokens]);
  const combined = floatTensor([count, imageTokens]);
  let first = 0;
  for (const [index, picture] of answer.pictures.entries()) {
    const { positions } = picture;
    const sources = towerSources(picture.plan);
    const started = tokens.map(({ row }) => startRows(row, picture, sources));
    const states = started.map((starts) => starts.map(combinedRows));
    await pictureBackward(
      model,
      picture,
      {
        seeds: tokens.map(({ gradients }) => gradients[index]!),
        onCam: ({ seed, input, tensor }) => addRelevancyLayer(states[seed]![input]!, tensor),
      },
      options.signal,
    );
    for (const [at, { token, row }] of tokens.entries()) {
      const place = token * imageTokens + first;
      const before = gatherFromTower(sources, rowOfEach(started[at]!, 0));
      const after = gatherFromTower(sources, rowOfEach(states[at]!, 0));
      const own = gatherFromTower(sources, rowOfEach(states[at]!, 1));
      for (const [k, position] of positions.entries()) {
        vision.data[place + k] = after[k]! - before[k]!;
        // An image token that no patch is behind keeps what the language model gives it.
        combined.data[place + k] = sources[k]!.length === 0 ? row[position]! : own[k]!;
      }
    }
    first += positions.length;
  }
  return tensors.set(tensorOfRows("relevancy.vision"), vision).set(tensorOfRows("relevancy.combined"), combined);
}

export const exactRelevancy: MethodModule = {
  name: "relevancy",
  variant: "exact",
  stage: "gradient",
  needs: backwardNeeds,
  passes: (answerTokens) => ({ count: answerTokens, shared: true }),
  compute(work) {
    const { model, answer, tokens } = work;
    const growing = new Map(tokens.map((token) => [token, identityRows([answer.predicting[token]!], answer.length)]));
    const gradients = new Map<number, PictureGradients>();
    return {
      pass: {
        tokens,
        taps: camTaps("language", model.definition.language.config.layers),
        onTap: (_, token, cam) => addRelevancyLayer(growing.get(token)!, cam),
        onPictures: (token, found) => gradients.set(token, found),
      },
      tensors() {
        const rowOf = (token: number) => finishedRows(growing.get(token)!).data;
        const rows = tokens.map((token) => ({ token, row: rowOf(token), gradients: gradients.get(token)! }));
        return exactTensors(work, rows);
      },
    };
  },
};
