/** @file Grad-CAM on the attention of the last layer that reads image tokens. */
import type { LanguageConfig } from "../../checkpoint/types.ts";
import type { Tap } from "../../engine/taps.ts";
import { gradCam as gradCamRow } from "../../methods/gradient-maps.ts";
import { tensorOfRows } from "../../run/maps.ts";
import { floatTensor, type FloatTensor } from "../../tensor/tensor.ts";
import { backwardNeeds } from "../backward.ts";
import { attentionSite, mapLayers, type MapLayer, type MethodModule, type RecordedQuestion } from "./method.ts";

/** The last layer whose keys hold the image tokens of pictures: in the sequence, or in the memory behind it. */
function lastLayer({ layers, crossAttentionLayers = [] }: LanguageConfig): number {
  return crossAttentionLayers.at(-1) ?? layers - 1;
}

/** That layer, or without a picture the last one that has a map. */
function readLayer(question: RecordedQuestion): MapLayer {
  const layers = mapLayers(question);
  const wanted = lastLayer(question.model.definition.language.config);
  return layers.find(({ layer }) => layer === wanted) ?? layers.at(-1)!;
}

/** Attention of the rows that predict the answer tokens, [heads, answer tokens, keys]. */
function attentionTap(plan: RecordedQuestion): Tap {
  return { site: attentionSite("language", readLayer(plan).layer), rows: plan.positions.predicting };
}

/** One query row of each head, [heads, key], out of [heads, rows, key]. */
function headRows(attention: FloatTensor, row: number): FloatTensor {
  const [heads, rows, keys] = attention.dims as [number, number, number];
  const picked = floatTensor([heads, keys]);
  for (let head = 0; head < heads; head++) {
    const start = (head * rows + row) * keys;
    picked.data.set(attention.data.subarray(start, start + keys), head * keys);
  }
  return picked;
}

export const gradCam: MethodModule = {
  name: "grad-cam",
  stage: "gradient",
  needs(plan) {
    const needs = backwardNeeds(plan);
    return { ...needs, languageTaps: [...(needs.languageTaps ?? []), attentionTap(plan)] };
  },
  passes: (answerTokens) => ({ count: answerTokens, shared: true }),
  compute(work) {
    const { answer, tokens } = work;
    const attention = answer.read(attentionTap(work));
    const { layer, keys } = readLayer(work);
    const first = keys === "memory" ? answer.length : 0;
    const tensor = floatTensor([answer.ids.length, answer.imageTokens]);
    return {
      pass: {
        tokens,
        taps: [{ site: attentionSite("language", layer), form: "gradient" }],
        onTap(_, token, gradient) {
          const map = gradCamRow(headRows(attention, token), gradient);
          const row = tensor.data.subarray(token * answer.imageTokens);
          for (const { positions, columns } of answer.pictures) {
            for (const [k, position] of positions.entries()) row[columns[k]!] = map[position - first]!;
          }
        },
      },
      tensors: () => (answer.imageTokens === 0 ? new Map() : new Map([[tensorOfRows("grad-cam"), tensor]])),
    };
  },
  parameters: ({ model }) => ({ layer: lastLayer(model.definition.language.config) }),
};
