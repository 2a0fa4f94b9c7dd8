/** @file Rollout over attention x gradient. */
import { addGradientRolloutLayer } from "../../methods/gradient-maps.ts";
import { finishedRows, identityRows } from "../../methods/relevancy.ts";
import { tensorOfRows } from "../../run/maps.ts";
import { floatTensor } from "../../tensor/tensor.ts";
import { backwardNeeds, camTaps } from "../backward.ts";
import type { MethodModule } from "./method.ts";

export const gradientRollout: MethodModule = {
  name: "gradient-rollout",
  stage: "gradient",
  needs: backwardNeeds,
  passes: (answerTokens) => ({ count: answerTokens, shared: true }),
  compute({ model, answer, tokens }) {
    const { length, ids, predicting } = answer;
    const rows = new Map(tokens.map((token) => [token, identityRows([predicting[token]!], length)]));
    return {
      pass: {
        tokens,
        taps: camTaps("language", model.definition.language.config.layers),
        onTap: (_, token, cam) => addGradientRolloutLayer(rows.get(token)!, cam),
      },
      tensors() {
        const whole = floatTensor([ids.length, length]);
        for (const [token, row] of rows) whole.data.set(finishedRows(row).data, token * length);
        return new Map([[tensorOfRows("gradient-rollout"), whole]]);
      },
    };
  },
};
