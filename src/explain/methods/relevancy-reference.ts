/** @file The published tool's relevancy, with its own way of mixing gradients of several tokens. */
import type { Model } from "../../engine/model.ts";
import { backwardRows } from "../../engine/row-backward.ts";
import { targetSeeds } from "../../engine/target.ts";
import {
  imageBlock,
  referenceRow,
  shownVisionRow,
  startFromBlock,
  startFromIdentity,
  startFromRow,
} from "../../methods/reference-relevancy.ts";
import type { ReferenceCams } from "../../methods/reference-relevancy.ts";
import { addRelevancyLayer, identityRows, normalizeRow } from "../../methods/relevancy.ts";
import { floatTensor } from "../../tensor/tensor.ts";
import type { FloatTensor, Tensor } from "../../tensor/tensor.ts";
import type { TaskOptions } from "../question.ts";
import type { RelevancyInputs } from "../gradients/inputs.ts";
import type { PictureGradients } from "../gradients/gradient-tensors.ts";
import { pictureBackward } from "../backward.ts";

/** The leading [n, n] part of a map. */
function leading(map: FloatTensor, n: number): FloatTensor {
  const size = map.dims[1]!;
  const part = floatTensor([n, n]);
  for (let query = 0; query < n; query++) part.data.set(map.data.subarray(query * size, query * size + n), query * n);
  return part;
}

/** The language maps of the reference variant by layer: the first token's prompt maps come in, the later rows are computed. */
export async function referenceCams(
  model: Model,
  inputs: RelevancyInputs,
  firstTokenCams: readonly FloatTensor[],
  { signal, onProgress }: Pick<TaskOptions, "signal" | "onProgress">,
): Promise<ReferenceCams[]> {
  const promptLength = inputs.predicting[0]! + 1;
  const later: FloatTensor[] = firstTokenCams.map(() => floatTensor([0, inputs.length]));
  if (inputs.rows !== undefined) {
    const ids = inputs.ids.slice(1);
    const vocabulary = inputs.logits.dims[1]!;
    const logits = floatTensor([ids.length, vocabulary], inputs.logits.data.slice(vocabulary));
    const logitSeeds = targetSeeds(logits, ids, { kind: "logit" });
    const onCams = (layer: number, cams: FloatTensor) => {
      later[layer] = cams;
    };
    const positions = inputs.predicting.slice(1);
    await backwardRows(model, { ...inputs.rows, positions, logitSeeds, onCams }, { signal, onProgress });
  }
  return firstTokenCams.map((cam, layer) => ({ prompt: leading(cam, promptLength), later: later[layer]! }));
}

/** `relevancy.reference.language`, [answer tokens, length]; and the rows before normalizing, for the vision modes. */
export function referenceLanguage(
  inputs: RelevancyInputs,
  cams: readonly ReferenceCams[],
  tokens: readonly number[],
): { tensor: FloatTensor; rows: ReadonlyMap<number, Float64Array> } {
  const tensor = floatTensor([inputs.ids.length, inputs.length]);
  const rows = new Map<number, Float64Array>();
  for (const token of tokens) {
    const row = referenceRow(cams, token);
    rows.set(token, row);
    const shown = row.slice();
    normalizeRow(shown, inputs.predicting[token]!);
    tensor.data.set(shown, token * inputs.length);
  }
  return { tensor, rows };
}

/** Running sums of the tokens' derivatives at one picture: the published tool never clears them between tokens. */
function runningSums(gradients: readonly PictureGradients[], picture: number): FloatTensor[] {
  let sum: Float32Array | undefined;
  return gradients.map((pictures) => {
    const { dims, data } = pictures[picture]!;
    const before = sum;
    sum = before === undefined ? data : data.map((value, i) => value + before[i]!);
    return floatTensor(dims, sum);
  });
}

/**
 * `relevancy.reference.vision`, `.combined` and `.combined2`, [answer tokens, image tokens]: the class token's row of each mode. Needs a
 * class token, and the derivatives of every token from the first to the last that is asked for.
 */
export async function referenceVision(
  model: Model,
  inputs: RelevancyInputs,
  {
    cams,
    rows,
    gradients,
    tokens,
  }: {
    cams: readonly ReferenceCams[];
    rows: ReadonlyMap<number, Float64Array>;
    gradients: readonly PictureGradients[];
    tokens: readonly number[];
  },
  signal: AbortSignal | undefined,
): Promise<Map<string, Tensor>> {
  const { vision } = model.definition;
  const imageTokens = inputs.pictures.reduce((sum, { positions }) => sum + positions.length, 0);
  const shape = [inputs.ids.length, imageTokens];
  const modes = { vision: floatTensor(shape), combined: floatTensor(shape), combined2: floatTensor(shape) };
  // The published code leaves the last map that it recorded out.
  const lastLayer = vision.config.layers - 1;
  let first = 0;
  for (const [index, { positions, hidden }] of inputs.pictures.entries()) {
    const sums = runningSums(gradients, index);
    const classRows = tokens.map(() => identityRows([0], vision.tokens));
    await pictureBackward(
      model,
      hidden,
      {
        seeds: tokens.map((token) => sums[token]!),
        onCam({ layer, seed, tensor }) {
          if (layer < lastLayer) addRelevancyLayer(classRows[seed]!, tensor);
        },
      },
      signal,
    );
    const fromBlock = startFromBlock(imageBlock(cams, positions));
    for (const [at, token] of tokens.entries()) {
      const { data } = classRows[at]!;
      const ownRow = rows.get(token)!;
      const place = token * imageTokens + first;
      const imagePartOfRow = Float64Array.from(positions, (position) => ownRow[position]!);
      modes.vision.data.set(shownVisionRow(data, startFromIdentity), place);
      modes.combined.data.set(shownVisionRow(data, fromBlock), place);
      modes.combined2.data.set(shownVisionRow(data, startFromRow(imagePartOfRow)), place);
    }
    first += positions.length;
  }
  return new Map(Object.entries(modes).map(([mode, tensor]) => [`relevancy.reference.${mode}`, tensor]));
}
