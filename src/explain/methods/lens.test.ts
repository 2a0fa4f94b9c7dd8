/** @file Tests of the lens tensors: their layout, and each number against the head's whole logits. */
import { describe, expect, test } from "vitest";
import { loadRandomModel } from "../../../test/support/random-checkpoint.ts";
import { randomEmbedded } from "../../../test/support/random-question.ts";
import type { Progress } from "../../engine/progress.ts";
import type { Tap } from "../../engine/taps.ts";
import { traceLanguage } from "../../engine/trace.ts";
import { largestIndices } from "../../methods/probability.ts";
import type { FloatTensor } from "../../tensor/tensor.ts";
import { lensTensors } from "./lens.ts";

const model = await loadRandomModel();
const { embedded } = await randomEmbedded(model);
const positions = [3, 4, 12, 9, 24];
const answerIds = [17, 300];
const rivalIds = [5, 17];
const taps: Tap[] = [
  { site: "language.embedding", rows: positions },
  { site: "language.layers.0.residual", rows: positions },
  { site: "language.layers.1.residual", rows: positions },
];
const allLogits: Tap = { site: "logits", rows: positions };
const captures = await traceLanguage(model, embedded, { taps: [...taps, allLogits] });
const hidden = taps.map((tap) => captures.get(tap)!);
const request = { hidden, positions, answerIds, rivalIds };
const tensors = await lensTensors(model, request, {});
const floats = (name: string) => tensors.get(name) as FloatTensor;

describe("lensTensors", () => {
  test("have the shapes of the run file", () => {
    expect(Object.fromEntries([...tensors].map(([name, { dims }]) => [name, dims]))).toEqual({
      "lens.positions": [5],
      "lens.ids": [3, 5, 5],
      "lens.logits": [3, 5, 5],
      "lens.logsumexp": [3, 5],
      "lens.answer": [3, 5, 2],
      "lens.rival": [3, 2],
    });
    expect([...tensors.get("lens.positions")!.data]).toEqual(positions);
  });

  test("at the last layer read the model's own logits", () => {
    const logits = captures.get(allLogits)!;
    const vocabulary = logits.dims[1]!;
    for (let row = 0; row < 5; row++) {
      const scores = logits.data.subarray(row * vocabulary, (row + 1) * vocabulary);
      const best = largestIndices(scores, 5);
      const place = (2 * 5 + row) * 5;
      expect([...tensors.get("lens.ids")!.data.subarray(place, place + 5)]).toEqual(best);
      expect(floats("lens.logits").data.subarray(place, place + 5)).toBeCloseToArray(
        best.map((id) => scores[id]!),
        1e-5,
      );
      const total = Math.log(scores.reduce((sum, x) => sum + Math.exp(x), 0));
      expect(floats("lens.logsumexp").data[2 * 5 + row]).toBeCloseTo(total, 4);
      expect(floats("lens.answer").data.subarray((2 * 5 + row) * 2, (2 * 5 + row) * 2 + 2)).toBeCloseToArray(
        answerIds.map((id) => scores[id]!),
        1e-5,
      );
    }
  });

  test("rivals are read at the last positions, one for each answer token", () => {
    const logits = captures.get(allLogits)!;
    const vocabulary = logits.dims[1]!;
    const expected = rivalIds.map((id, t) => logits.data[(3 + t) * vocabulary + id]!);
    expect(floats("lens.rival").data.subarray(4)).toBeCloseToArray(expected, 1e-5);
    // The second rival is the first answer token, so that both tensors hold the same number at every layer.
    for (let layer = 0; layer < 3; layer++) {
      const answer = floats("lens.answer").data[(layer * 5 + 4) * 2]!;
      expect(floats("lens.rival").data[layer * 2 + 1]).toBeCloseTo(answer, 4);
    }
  });

  test("work for one position, and for no answer", async () => {
    const few: Tap[] = taps.map(({ site }) => ({ site, rows: [4] }));
    const one = await traceLanguage(model, embedded, { taps: few });
    const alone = await lensTensors(
      model,
      { hidden: few.map((tap) => one.get(tap)!), positions: [4], answerIds: [], rivalIds: [] },
      {},
    );
    expect(alone.get("lens.ids")!.data).toEqual(
      Int32Array.from(
        [0, 1, 2].flatMap((layer) => [
          ...tensors
            .get("lens.ids")!
            .data.subarray((layer * 5 + 1) * 5)
            .subarray(0, 5),
        ]),
      ),
    );
    expect(alone.get("lens.answer")!.dims).toEqual([3, 1, 0]);
  });

  test("report each layer and stop between layers with the signal's reason", async () => {
    const reports: Progress[] = [];
    await lensTensors(model, request, { onProgress: (progress) => reports.push(progress) });
    expect(reports).toEqual([1, 2, 3].map((done) => ({ stage: "lens", done, total: 3 })));
    const stop = new AbortController();
    const stopped = lensTensors(model, request, {
      signal: stop.signal,
      onProgress: () => stop.abort(new Error("enough")),
    });
    await expect(stopped).rejects.toThrow("enough");
  });
});
