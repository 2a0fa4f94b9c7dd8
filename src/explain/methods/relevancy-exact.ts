/** @file Exact relevancy: every row of every map carries the gradient of the token that is explained. */
import { gatherFromTower, towerSources, type TowerSource } from "../../models/tower-map.ts";
import {
  addMemoryLayer,
  addRelevancyLayer,
  combinedRows,
  finishedRows,
  identityRows,
} from "../../methods/relevancy.ts";
import { tensorOfRows } from "../../run/maps.ts";
import { floatTensor, type FloatTensor, type Tensor } from "../../tensor/tensor.ts";
import { backwardNeeds, camTaps, pictureBackward } from "../backward.ts";
import type { TracedPicture } from "../traced-answer.ts";
import { mapLayers, type MethodModule, type MethodWork, type PictureGradients } from "./method.ts";

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

/** A finished row of each token, [keys] each, and its derivatives at the image tokens. */
interface TokenRow {
  readonly token: number;
  readonly row: Float32Array;
  readonly gradients: PictureGradients;
}

/**
 * `relevancy.exact.language` [answer tokens, keys], `.vision` and `.combined` [answer tokens, image tokens]. Rows of tokens that were not
 * asked for are zero.
 */
async function exactTensors(
  { model, answer, options }: MethodWork,
  tokens: readonly TokenRow[],
): Promise<Map<string, Tensor>> {
  const count = answer.ids.length;
  const { imageTokens } = answer;
  const keys = answer.length + answer.plan.memoryTokens;
  const rows = floatTensor([count, keys]);
  for (const { token, row } of tokens) rows.data.set(row, token * keys);
  const tensors = new Map<string, Tensor>([[tensorOfRows("relevancy.language"), rows]]);
  if (imageTokens === 0) return tensors;

  const vision = floatTensor([count, imageTokens]);
  const combined = floatTensor([count, imageTokens]);
  for (const { token, row } of tokens) {
    for (const [column, position] of answer.placeholders.entries())
      combined.data[token * imageTokens + column] = row[position]!;
  }
  for (const [index, picture] of answer.pictures.entries()) {
    const { positions, columns } = picture;
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
      const place = token * imageTokens;
      const before = gatherFromTower(sources, rowOfEach(started[at]!, 0));
      const after = gatherFromTower(sources, rowOfEach(states[at]!, 0));
      const own = gatherFromTower(sources, rowOfEach(states[at]!, 1));
      for (const [k, position] of positions.entries()) {
        const at = place + columns[k]!;
        vision.data[at] = after[k]! - before[k]!;
        // An image token that no patch is behind keeps what the language model gives it.
        combined.data[at] = sources[k]!.length === 0 ? row[position]! : own[k]!;
      }
    }
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
    const { answer, tokens } = work;
    const { length, predicting, plan } = answer;
    const layers = mapLayers(work);
    const growing = new Map(
      tokens.map((token) => [token, identityRows([predicting[token]!], length, plan.memoryTokens)]),
    );
    const gradients = new Map<number, PictureGradients>();
    return {
      pass: {
        tokens,
        taps: camTaps(
          "language",
          layers.map(({ layer }) => layer),
        ),
        onTap(index, token, cam) {
          const add = layers[index]!.keys === "memory" ? addMemoryLayer : addRelevancyLayer;
          add(growing.get(token)!, cam);
        },
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
