/** @file Exact relevancy: every row of every map carries the gradient of the token that is explained. */
import { addRelevancyLayer, combinedRows, finishedRows, identityRows } from "../../methods/relevancy.ts";
import { floatTensor } from "../../tensor/tensor.ts";
import type { FloatTensor, Tensor } from "../../tensor/tensor.ts";
import { backwardNeeds, camTaps, pictureBackward } from "../backward.ts";
import type { MethodModule, MethodWork, PictureGradients } from "./method.ts";

/** Two rows of one picture for one token: the mean over image tokens, and the language model's own row; [2, tokens of the tower]. */
function startRows(language: Float32Array, positions: readonly number[], classTokens: number): FloatTensor {
  const n = positions.length + classTokens;
  const start = floatTensor([2, n]);
  for (const [i, position] of positions.entries()) {
    start.data[classTokens + i] = 1 / positions.length;
    start.data[n + classTokens + i] = language[position]!;
  }
  return start;
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
  const tensors = new Map<string, Tensor>([["relevancy.exact.language", rows]]);
  if (imageTokens === 0) return tensors;

  const vision = floatTensor([count, imageTokens]);
  const combined = floatTensor([count, imageTokens]);
  const classTokens = model.definition.vision.classToken ? 1 : 0;
  let first = 0;
  for (const [index, picture] of answer.pictures.entries()) {
    const { positions } = picture;
    const started = tokens.map(({ row }) => startRows(row, positions, classTokens));
    const states = started.map(combinedRows);
    await pictureBackward(
      model,
      picture,
      {
        seeds: tokens.map(({ gradients }) => gradients[index]!),
        onCam: ({ seed, tensor }) => addRelevancyLayer(states[seed]!, tensor),
      },
      options.signal,
    );
    const n = positions.length + classTokens;
    for (const [at, { token }] of tokens.entries()) {
      const { data } = states[at]!;
      for (let j = 0; j < positions.length; j++) {
        const place = token * imageTokens + first + j;
        vision.data[place] = data[classTokens + j]! - started[at]!.data[classTokens + j]!;
        combined.data[place] = data[n + classTokens + j]!;
      }
    }
    first += positions.length;
  }
  return tensors.set("relevancy.exact.vision", vision).set("relevancy.exact.combined", combined);
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
