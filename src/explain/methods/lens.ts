/** @file Reads every recorded hidden state through the head and lays the readings out as the run file's `lens.*` tensors. */
import { lensLogits, lensTop, readLens } from "../../engine/lens.ts";
import type { Model } from "../../engine/model.ts";
import type { WorkOptions } from "../../engine/progress.ts";
import { bestOthers } from "../../methods/probability.ts";
import { floatTensor, intTensor, type FloatTensor, type Tensor } from "../../tensor/tensor.ts";
import { tokenText } from "../token-text.ts";
import { hiddenTaps, type MethodModule, type RecordedQuestion } from "./method.ts";

interface LensRequest {
  /** Hidden states by layer, each [positions, width]; the first is the input of the first layer. */
  readonly hidden: readonly FloatTensor[];
  readonly positions: readonly number[];
  readonly answerIds: readonly number[];
  /** By answer token: the best other token of the last layer. */
  readonly rivalIds: readonly number[];
}

function lastRows(hidden: FloatTensor, count: number): FloatTensor {
  const width = hidden.dims[1]!;
  return floatTensor([count, width], hidden.data.subarray(hidden.data.length - count * width));
}

/** `lens.positions`, `.ids`, `.logits`, `.logsumexp`, `.answer` and `.rival` (docs/run-file.md). */
export async function lensTensors(
  model: Model,
  { hidden: states, positions, answerIds, rivalIds }: LensRequest,
  { signal, onProgress }: WorkOptions,
): Promise<Map<string, Tensor>> {
  const layers = states.length;
  const count = positions.length;
  const top = Math.min(lensTop, model.definition.language.config.vocabulary);
  const ids = intTensor([layers, count, top]);
  const logits = floatTensor([layers, count, top]);
  const logsumexp = floatTensor([layers, count]);
  const answer = floatTensor([layers, count, answerIds.length]);
  const rival = floatTensor([layers, answerIds.length]);
  for (const [layer, hidden] of states.entries()) {
    signal?.throwIfAborted();
    const reading = await readLens(model, hidden, answerIds);
    ids.data.set(reading.ids.data, layer * count * top);
    logits.data.set(reading.logits.data, layer * count * top);
    logsumexp.data.set(reading.logsumexp.data, layer * count);
    answer.data.set(reading.asked.data, layer * count * answerIds.length);
    const rivals = await lensLogits(model, lastRows(hidden, answerIds.length), rivalIds);
    rival.data.set(rivals.data, layer * answerIds.length);
    onProgress?.({ stage: "lens", done: layer + 1, total: layers });
  }
  return new Map<string, Tensor>([
    ["lens.positions", intTensor([count], Int32Array.from(positions))],
    ["lens.ids", ids],
    ["lens.logits", logits],
    ["lens.logsumexp", logsumexp],
    ["lens.answer", answer],
    ["lens.rival", rival],
  ]);
}

/** Positions whose hidden states are read: image tokens, then those that predict an answer token. */
function lensPositions({ positions: { image, predicting } }: RecordedQuestion): number[] {
  return [...image, ...predicting];
}

function lensTaps(plan: RecordedQuestion) {
  return hiddenTaps(plan.model.definition.language.config.layers, { rows: lensPositions(plan) });
}

export const lens: MethodModule = {
  name: "lens",
  stage: "lens",
  needs: (plan) => ({ languageTaps: lensTaps(plan), lensRows: lensPositions(plan).length }),
  compute: (work) => ({
    tensors() {
      const { model, answer, options } = work;
      const hidden = lensTaps(work).map((tap) => answer.read(tap));
      const request = { hidden, positions: lensPositions(work), answerIds: answer.ids };
      return lensTensors(model, { ...request, rivalIds: bestOthers(answer.logits, answer.ids) }, options);
    },
  }),
  // The run is opened without a model, so it names the vocabulary entries that the lens found.
  parameters({ model, tensors }) {
    const ids = new Set<number>(tensors.get("lens.ids")?.data);
    return { texts: Object.fromEntries(Array.from(ids, (id) => [id, tokenText(model.checkpoint.tokenizer, id)])) };
  },
};
