/** @file Attention as the trace recorded it, with the norms of the hidden states that sinks are found by. */
import type { Tap } from "../../engine/taps.ts";
import { floatTensor, intTensor } from "../../tensor/tensor.ts";
import type { FloatTensor, Tensor } from "../../tensor/tensor.ts";
import type { TracedAnswer } from "../traced-answer.ts";
import { attentionSite, hiddenTaps, layerIndices } from "./method.ts";
import type { MethodModule, MethodPlan } from "./method.ts";

/**
 * By default the rows that predict an answer token and those of the question, and every row of the last layer; a full recording keeps every
 * row.
 */
function languageTaps({ model, record, positions }: MethodPlan): (Tap & { rows: readonly number[] })[] {
  const { layers } = model.definition.language.config;
  const rows = [...new Set([...positions.question, ...positions.predicting])].sort((a, b) => a - b);
  const every = Array.from({ length: positions.tokens }, (_, position) => position);
  return layerIndices(layers).map((layer) => ({
    site: attentionSite("language", layer),
    rows: record === "full" || layer === layers - 1 ? every : rows,
  }));
}

function normTaps({ model }: MethodPlan): Tap[] {
  return hiddenTaps(model.definition.language.config.layers, { norm: true });
}

/** Every head of each layer and the mean over them. No view shows them, so that only a full recording keeps them. */
function visionTaps({ model, record }: MethodPlan): { means: Tap[]; heads: Tap[] } {
  if (record !== "full") return { means: [], heads: [] };
  const sites = layerIndices(model.definition.vision.config.layers).map((layer) => attentionSite("vision", layer));
  return {
    means: sites.map((site) => ({ site, mean: "heads" })),
    heads: sites.map((site) => ({ site })),
  };
}

/** One tensor over all pictures, [images, ...], of what a tap captured of each. */
function stacked({ pictures }: TracedAnswer, tap: Tap): FloatTensor {
  const parts = pictures.map(({ reads }) => reads[0]!(tap));
  const dims = [parts.length, ...parts[0]!.dims];
  const size = parts[0]!.data.length;
  const whole = floatTensor(dims);
  for (const [image, { data }] of parts.entries()) whole.data.set(data, image * size);
  return whole;
}

export const attention: MethodModule = {
  name: "attention",
  needs(plan) {
    const { means, heads } = visionTaps(plan);
    return { languageTaps: [...languageTaps(plan), ...normTaps(plan)], visionTaps: [...means, ...heads] };
  },
  compute: (work) => ({
    tensors() {
      const { answer } = work;
      const tensors = new Map<string, Tensor>();
      for (const [layer, tap] of languageTaps(work).entries()) {
        tensors.set(`language.attention.${layer}`, answer.read(tap));
        const rows = Int32Array.from(tap.rows);
        tensors.set(`language.attention.${layer}.queries`, intTensor([rows.length], rows));
      }
      const norms = normTaps(work).map((tap) => answer.read(tap).data);
      const whole = floatTensor([norms.length, norms[0]!.length]);
      for (const [layer, data] of norms.entries()) whole.data.set(data, layer * data.length);
      tensors.set("language.norms", whole);
      if (answer.pictures.length === 0) return tensors;
      const { means, heads } = visionTaps(work);
      for (const [layer, tap] of means.entries()) tensors.set(`vision.attention.mean.${layer}`, stacked(answer, tap));
      for (const [layer, tap] of heads.entries()) tensors.set(`vision.attention.${layer}`, stacked(answer, tap));
      return tensors;
    },
  }),
};
