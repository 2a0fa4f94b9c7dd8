/** @file Attention rollout of the rows that predict the answer tokens. */
import type { Tap } from "../../engine/taps.ts";
import { rolloutRows } from "../../methods/rollout.ts";
import { tensorOfRows } from "../../run/maps.ts";
import { attentionSite, mapLayers, type MethodModule, type RecordedQuestion } from "./method.ts";

function headMeanTaps(question: RecordedQuestion): Tap[] {
  return mapLayers(question).map(({ layer }) => ({ site: attentionSite("language", layer), mean: "heads" }));
}

export const rollout: MethodModule = {
  name: "rollout",
  needs: (plan) => ({ languageTaps: headMeanTaps(plan) }),
  compute: (work) => ({
    tensors() {
      const headMeans = headMeanTaps(work).map((tap) => work.answer.read(tap));
      const layers = new Set(mapLayers(work).flatMap(({ keys }, index) => (keys === "memory" ? [index] : [])));
      const { predicting, memory: tokens } = work.positions;
      return new Map([
        [tensorOfRows("rollout"), rolloutRows({ headMeans, positions: predicting, memory: { tokens, layers } })],
      ]);
    },
  }),
};
