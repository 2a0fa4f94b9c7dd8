/** @file Grad-CAM on the attention of the last layer. */
import type { Tap } from "../../engine/taps.ts";
import { gradCam as gradCamRow } from "../../methods/gradient-maps.ts";
import { tensorOfRows } from "../../run/maps.ts";
import { floatTensor, type FloatTensor } from "../../tensor/tensor.ts";
import { backwardNeeds } from "../backward.ts";
import { attentionSite, type MethodModule, type RecordedQuestion } from "./method.ts";

function lastLayer({ model }: Pick<RecordedQuestion, "model">): number {
  return model.definition.language.config.layers - 1;
}

/** Attention of the rows that predict the answer tokens, [heads, answer tokens, length]. */
function attentionTap(plan: RecordedQuestion): Tap {
  return { site: attentionSite("language", lastLayer(plan)), rows: plan.positions.predicting };
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
    const positions = answer.pictures.flatMap((picture) => picture.positions);
    const tensor = floatTensor([answer.ids.length, positions.length]);
    return {
      pass: {
        tokens,
        taps: [{ site: attentionSite("language", lastLayer(work)), form: "gradient" }],
        onTap(_, token, gradient) {
          const map = gradCamRow(headRows(attention, token), gradient);
          for (const [j, position] of positions.entries()) tensor.data[token * positions.length + j] = map[position]!;
        },
      },
      tensors: () => (positions.length === 0 ? new Map() : new Map([[tensorOfRows("grad-cam"), tensor]])),
    };
  },
  parameters: ({ model }) => ({ layer: lastLayer({ model }) }),
};
