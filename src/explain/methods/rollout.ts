/** @file Attention rollout of the rows that predict the answer tokens. */
import type { Tap } from "../../engine/taps.ts";
import { rolloutRows } from "../../methods/rollout.ts";
import { tensorOfRows } from "../../run/maps.ts";
import { attentionSite, layerIndices, type MethodModule, type RecordedQuestion } from "./method.ts";

function headMeanTaps({ model }: RecordedQuestion): Tap[] {
  const { layers } = model.definition.language.config;
  return layerIndices(layers).map((layer) => ({ site: attentionSite("language", layer), mean: "heads" }));
}

export const rollout: MethodModule = {
  name: "rollout",
  needs: (plan) => ({ languageTaps: headMeanTaps(plan) }),
  compute: (work) => ({
    tensors() {
      const headMeans = headMeanTaps(work).map((tap) => work.answer.read(tap));
      return new Map([[tensorOfRows("rollout"), rolloutRows({ headMeans, positions: work.positions.predicting })]]);
    },
  }),
};
