/** @file The published tool's relevancy, with its own way of mixing gradients of several tokens. */
import type { PictureRows } from "../../engine/layer-additions.ts";
import { backwardRows, definedTaps, rowTaps, type RowTaps } from "../../engine/row-backward.ts";
import { targetSeeds } from "../../engine/target.ts";
import type { Tap } from "../../engine/taps.ts";
import {
  imageBlock,
  referenceRow,
  shownVisionRow,
  startFromBlock,
  startFromIdentity,
  startFromRow,
  type ReferenceCams,
} from "../../methods/reference-relevancy.ts";
import { addRelevancyLayer, identityRows, normalizeRow } from "../../methods/relevancy.ts";
import { referenceWords } from "../../methods/word-relevancy.ts";
import { tensorOfRows } from "../../run/maps.ts";
import { floatTensor, type FloatTensor, type Tensor } from "../../tensor/tensor.ts";
import { backwardNeeds, camTaps, pictureBackward } from "../backward.ts";
import type { TracedAnswer, TracedPicture } from "../traced-answer.ts";
import {
  layerIndices,
  mapLayers,
  type MapLayer,
  type MethodModule,
  type RecordedQuestion,
  type MethodWork,
  type PictureGradients,
} from "./method.ts";

/** The first n queries of a map, over as many keys of the sequence, or over all of the memory. */
function leading(map: FloatTensor, n: number, keys: MapLayer["keys"]): FloatTensor {
  const size = map.dims[1]!;
  if (keys === "memory") return floatTensor([n, size], map.data.slice(0, n * size));
  const part = floatTensor([n, n]);
  for (let query = 0; query < n; query++) part.data.set(map.data.subarray(query * size, query * size + n), query * n);
  return part;
}

/** The taps of the rows that predict the second and later answer tokens; undefined if there are none. */
function laterTaps(question: RecordedQuestion): RowTaps | undefined {
  const { model, positions } = question;
  const later = positions.predicting.slice(1);
  const attentive = mapLayers(question).map(({ layer }) => layer);
  return later.length === 0 ? undefined : rowTaps(model.definition.language.config.layers, later, attentive);
}

/** The language maps of the reference variant by layer: the first token's prompt maps come in, the later rows are computed. */
async function referenceCams(work: MethodWork, firstTokenCams: readonly FloatTensor[]): Promise<ReferenceCams[]> {
  const { model, answer, options } = work;
  const promptLength = answer.predicting[0]! + 1;
  const layers = mapLayers(work);
  const later: FloatTensor[] = firstTokenCams.map(({ dims }) => floatTensor([0, dims[1]!]));
  const taps = laterTaps(work);
  if (taps !== undefined) {
    const ids = answer.ids.slice(1);
    const vocabulary = answer.logits.dims[1]!;
    const logits = floatTensor([ids.length, vocabulary], answer.logits.data.slice(vocabulary));
    const logitSeeds = targetSeeds(logits, ids, { kind: "logit" });
    const onCams = (layer: number, cams: FloatTensor) => {
      later[layers.findIndex((each) => each.layer === layer)] = cams;
    };
    const read = (tap: Tap | undefined) => (tap === undefined ? undefined : answer.read(tap));
    const rows = {
      hidden: taps.hidden.map(answer.read),
      keys: taps.keys.map(read),
      values: taps.values.map(read),
    };
    const { plan, length } = answer;
    await backwardRows(
      model,
      { ...rows, plan, length, positions: answer.predicting.slice(1), logitSeeds, onCams },
      options,
    );
  }
  return firstTokenCams.map((cam, index) => {
    const { keys } = layers[index]!;
    return { prompt: leading(cam, promptLength, keys), later: later[index]!, readsMemory: keys === "memory" };
  });
}

/** `relevancy.reference.language`, [answer tokens, keys]; and the rows before normalizing, for the vision modes. */
function referenceLanguage(
  { ids, length, predicting, plan: { memoryTokens } }: TracedAnswer,
  cams: readonly ReferenceCams[],
  tokens: readonly number[],
): { tensor: FloatTensor; rows: ReadonlyMap<number, Float64Array> } {
  const keys = length + memoryTokens;
  const tensor = floatTensor([ids.length, keys]);
  const rows = new Map<number, Float64Array>();
  for (const token of tokens) {
    const row = referenceRow(cams, token, memoryTokens);
    rows.set(token, row);
    const shown = row.slice();
    normalizeRow(shown, predicting[token]!);
    const end = shown.length - memoryTokens;
    tensor.data.set(shown.subarray(0, end), token * keys);
    tensor.data.set(shown.subarray(end), token * keys + length);
  }
  return { tensor, rows };
}

/** True if the published tool's maps of the vision tower can be had: every picture is one square, with a class token before its patches. */
function hasReferenceVision({ model, answer: { pictures } }: MethodWork): boolean {
  const { classToken } = model.definition.vision;
  const fits = ({ plan: { inputs, imageTokens } }: TracedPicture) =>
    inputs.length === 1 && inputs[0]!.tokens === imageTokens.length + 1;
  return classToken && pictures.length > 0 && pictures.every(fits);
}

/** Running sums of the tokens' derivatives at one picture: the published tool never clears them between tokens. */
function runningSums(gradients: readonly PictureGradients[], picture: number): PictureRows[] {
  let sums: PictureRows | undefined;
  return gradients.map((pictures) => {
    const before = sums;
    sums = pictures[picture]!.map(({ dims, data }, part) => {
      const earlier = before?.[part]?.data;
      return floatTensor(dims, earlier === undefined ? data : data.map((value, i) => value + earlier[i]!));
    });
    return sums;
  });
}

/**
 * `relevancy.reference.vision`, `.combined` and `.combined2`, [answer tokens, image tokens]: the class token's row of each mode. Needs a
 * class token, and the derivatives of every token from the first to the last that is asked for.
 */
async function referenceVision(
  { model, answer, tokens, options }: MethodWork,
  {
    cams,
    rows,
    gradients,
  }: {
    cams: readonly ReferenceCams[];
    rows: ReadonlyMap<number, Float64Array>;
    gradients: readonly PictureGradients[];
  },
): Promise<Map<string, Tensor>> {
  const { vision } = model.definition;
  const imageTokens = answer.pictures.reduce((sum, { positions }) => sum + positions.length, 0);
  const shape = [answer.ids.length, imageTokens];
  const modes = { vision: floatTensor(shape), combined: floatTensor(shape), combined2: floatTensor(shape) };
  // The published code leaves the last map that it recorded out.
  const lastLayer = vision.config.layers - 1;
  let first = 0;
  for (const [index, picture] of answer.pictures.entries()) {
    const { positions } = picture;
    const sums = runningSums(gradients, index);
    const classRows = tokens.map(() => identityRows([0], picture.plan.inputs[0]!.tokens));
    await pictureBackward(
      model,
      picture,
      {
        seeds: tokens.map((token) => sums[token]!),
        onCam({ layer, seed, tensor }) {
          if (layer < lastLayer) addRelevancyLayer(classRows[seed]!, tensor);
        },
      },
      options.signal,
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

export const referenceRelevancy: MethodModule = {
  name: "relevancy",
  variant: "reference",
  stage: "gradient",
  needs(plan) {
    const needs = backwardNeeds(plan);
    const later = laterTaps(plan);
    if (later === undefined) return needs;
    const { hidden, keys, values } = later;
    // The first token's maps are kept whole, and without the answer's rows.
    return {
      ...needs,
      languageTaps: [...(needs.languageTaps ?? []), ...hidden, ...definedTaps([...keys, ...values])],
      keptMaps: 2,
    };
  },
  passes: (answerTokens) => ({ count: answerTokens, shared: false }),
  checkTarget(target) {
    if (target.kind === "logit") return;
    throw new Error(
      `The reference variant explains raw logits alone, as the published tool did, and the target is "${target.kind}"; choose the exact variant or the target logit.`,
    );
  },
  /**
   * The language maps take one full pass for the first token and a pass over single rows for all others; the vision maps, which need a class
   * token, take a full pass for each token up to the last that is asked for.
   */
  compute(work) {
    const { answer, tokens } = work;
    const withVision = hasReferenceVision(work);
    const firstTokenCams: FloatTensor[] = [];
    const gradients: PictureGradients[] = [];
    return {
      pass: {
        tokens: withVision ? layerIndices(tokens.at(-1)! + 1) : [0],
        taps: camTaps(
          "language",
          mapLayers(work).map(({ layer }) => layer),
        ),
        onTap(index, token, cam) {
          if (token === 0) firstTokenCams[index] = cam;
        },
        onPictures(token, found) {
          gradients[token] = found;
        },
      },
      async tensors() {
        const cams = await referenceCams(work, firstTokenCams);
        const { tensor, rows } = referenceLanguage(answer, cams, tokens);
        const vision = withVision ? await referenceVision(work, { cams, rows, gradients }) : [];
        return new Map<string, Tensor>([[tensorOfRows("relevancy.reference.language"), tensor], ...vision]);
      },
    };
  },
  // The published tool's words follow from how the vocabulary spells its entries, which a run without its model does not know.
  parameters({ model, answerIds }) {
    const spelled = answerIds.map((id) => model.checkpoint.tokenizer.tokenOf(id));
    return { referenceWords: referenceWords(spelled) };
  },
};
