/** @file Exact relevancy: every row of every map carries the gradient of the token that is explained. */
import type { Model } from "../../engine/model.ts";
import { addRelevancyLayer, combinedRows, finishedRows, identityRows } from "../../methods/relevancy.ts";
import type { RelevancyRows } from "../../methods/relevancy.ts";
import { floatTensor } from "../../tensor/tensor.ts";
import type { FloatTensor, Tensor } from "../../tensor/tensor.ts";
import type { RelevancyInputs } from "../gradients/inputs.ts";
import type { PictureGradients } from "../gradients/gradient-tensors.ts";
import { pictureBackward } from "../backward.ts";

/** Language rows of the tokens, growing layer by layer as the cams come in. */
export interface ExactLanguage {
  add(token: number, cam: FloatTensor): void;
  /** The finished row of a token, [length]. */
  row(token: number): Float32Array;
}

export function exactLanguage({ length, predicting }: RelevancyInputs, tokens: readonly number[]): ExactLanguage {
  const rows = new Map<number, RelevancyRows>(
    tokens.map((token) => [token, identityRows([predicting[token]!], length)]),
  );
  return {
    add(token, cam) {
      const row = rows.get(token);
      if (row !== undefined) addRelevancyLayer(row, cam);
    },
    row: (token) => finishedRows(rows.get(token)!).data,
  };
}

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

/**
 * The exact tensors of a run, `relevancy.exact.language` [answer tokens, length], `.vision` and `.combined` [answer tokens, image tokens].
 * Rows of tokens that were not asked for are zero.
 */
export async function exactTensors(
  model: Model,
  inputs: RelevancyInputs,
  {
    tokens,
    language,
    gradients,
  }: { tokens: readonly number[]; language: ExactLanguage; gradients: readonly PictureGradients[] },
  signal: AbortSignal | undefined,
): Promise<Map<string, Tensor>> {
  const count = inputs.ids.length;
  const imageTokens = inputs.pictures.reduce((sum, { positions }) => sum + positions.length, 0);
  const rows = floatTensor([count, inputs.length]);
  for (const token of tokens) rows.data.set(language.row(token), token * inputs.length);
  const tensors = new Map<string, Tensor>([["relevancy.exact.language", rows]]);
  if (imageTokens === 0) return tensors;

  const vision = floatTensor([count, imageTokens]);
  const combined = floatTensor([count, imageTokens]);
  const classTokens = model.definition.vision.classToken ? 1 : 0;
  let first = 0;
  for (const [index, { positions, hidden }] of inputs.pictures.entries()) {
    const started = tokens.map((token) => startRows(language.row(token), positions, classTokens));
    const states = started.map(combinedRows);
    await pictureBackward(
      model,
      hidden,
      {
        seeds: gradients.map((pictures) => pictures[index]!),
        onCam: ({ seed, tensor }) => addRelevancyLayer(states[seed]!, tensor),
      },
      signal,
    );
    const n = positions.length + classTokens;
    for (const [at, token] of tokens.entries()) {
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
