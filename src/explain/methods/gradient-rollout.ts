/** @file Rollout over attention x gradient. */
import { addGradientRolloutLayer } from "../../methods/gradient-maps.ts";
import { finishedRows, identityRows } from "../../methods/relevancy.ts";
import { tensorOfRows } from "../../run/maps.ts";
import { floatTensor } from "../../tensor/tensor.ts";
import { backwardNeeds, camTaps } from "../backward.ts";
import { mapLayers, type MethodModule } from "./method.ts";

export const gradientRollout: MethodModule = {
  name: "gradient-rollout",
  stage: "gradient",
  needs: backwardNeeds,
  passes: (answerTokens) => ({ count: answerTokens, shared: true }),
  compute(work) {
    const { answer, tokens } = work;
    const { length, ids, predicting, plan } = answer;
    const { memoryTokens } = plan;
    const layers = mapLayers(work);
    const rows = new Map(tokens.map((token) => [token, identityRows([predicting[token]!], length, memoryTokens)]));
    return {
      pass: {
        tokens,
        taps: camTaps(
          "language",
          layers.map(({ layer }) => layer),
        ),
        onTap: (index, token, cam) => addGradientRolloutLayer(rows.get(token)!, cam, layers[index]!.keys),
      },
      tensors() {
        const keys = length + memoryTokens;
        const whole = floatTensor([ids.length, keys]);
        for (const [token, row] of rows) whole.data.set(finishedRows(row).data, token * keys);
        return new Map([[tensorOfRows("gradient-rollout"), whole]]);
      },
    };
  },
};
