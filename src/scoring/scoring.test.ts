/** @file Tests of the scorer: its numbers are those of a trace, with and without interventions, and what it refuses. */
import { describe, expect, test } from "vitest";
import { loadDemoModel } from "../../test/support/demo-question.ts";
import { loadParityModel, openParityCase } from "../../test/support/parity-case.ts";
import { loadRandomModel } from "../../test/support/random-checkpoint.ts";
import { randomEmbedded } from "../../test/support/random-question.ts";
import { withScorer } from "../../test/support/with-scorer.ts";
import { floatTensor, type FloatTensor } from "../tensor/tensor.ts";
import type { Sequence } from "../engine/embed.ts";
import type { Intervention } from "../engine/intervention.ts";
import type { Model } from "../engine/model.ts";
import type { Tap } from "../engine/taps.ts";
import { traceLanguage } from "../engine/trace.ts";

const models: Readonly<Record<string, () => Promise<Model>>> = {
  "the demo model": loadDemoModel,
  "odd sizes": async () => loadParityModel(await openParityCase("own-clip-llama-odd-sizes")),
  "grouped heads, llama3 rotary": async () => loadParityModel(await openParityCase("llava-siglip-llama3-gqa")),
  "tied embeddings in 16 bits": () =>
    loadRandomModel({ text: { tie_word_embeddings: true }, typeOf: () => "BF16" }, { precision: "f16" }),
};

const interventions: readonly (Intervention | undefined)[] = [
  undefined,
  { knockOut: [5] },
  { knockOut: [2, 3, 4, 9, 15] },
  {
    knockOut: [1],
    heads: [
      { layer: 0, head: 1 },
      { layer: 1, head: 0 },
    ],
  },
  { edges: [{ from: [1, 3], to: [4, 9, 15], layers: [1] }] },
  {
    knockOut: [2],
    edges: [
      { from: [0, 1, 3, 4], to: [4, 7], heads: [1] },
      { from: [4], to: [10, 11], layers: [0] },
    ],
  },
  // The scorer forgets what came before.
  undefined,
];

async function traced(
  model: Model,
  sequence: Sequence,
  { rows, intervention }: { rows: readonly number[]; intervention?: Intervention },
): Promise<Float32Array> {
  const tap: Tap = { site: "logits", rows };
  return (await traceLanguage(model, sequence, { taps: [tap], intervention })).get(tap)!.data;
}

describe.each(Object.entries(models))("the scorer of %s", (_, load) => {
  test("gives the logits of traces, whatever was scored before", async () => {
    const model = await load();
    const { embedded, ids } = await randomEmbedded(model);
    const rows = ids.length;
    const predicting = [rows - 1, 7, rows - 3];
    const { dims, data } = embedded.embedded;
    const changed = data.map((x, i) => (i % 7 === 0 ? 0 : x));
    const other: Sequence = { ...embedded, embedded: floatTensor(dims, changed) };
    const { plan } = embedded;
    await withScorer(model, { rows, plan, predicting, heads: true, edges: true }, async (score) => {
      for (const intervention of interventions) {
        for (const sequence of [embedded, other]) {
          const logits = await score(sequence, intervention);
          expect(logits.dims).toEqual([3, model.definition.language.config.vocabulary]);
          expect(logits.data).toBeCloseToArray(await traced(model, sequence, { rows: predicting, intervention }), 1e-5);
        }
      }
    });
  });

  test("gives the logits of a few vocabulary entries alone", async () => {
    const model = await load();
    const { embedded, ids: prompt } = await randomEmbedded(model);
    const rows = prompt.length;
    const { vocabulary } = model.definition.language.config;
    const ids = [vocabulary - 1, 0, 17];
    const all = await traced(model, embedded, { rows: [rows - 1, 4] });
    await withScorer(model, { rows, plan: embedded.plan, predicting: [rows - 1, 4], ids }, async (score) => {
      const few = await score(embedded);
      expect(few.dims).toEqual([2, 3]);
      expect(few.data).toBeCloseToArray(
        [0, 1].flatMap((row) => ids.map((id) => all[row * vocabulary + id]!)),
        1e-5,
      );
    });
  });
});

describe("the scorer", async () => {
  const model = await loadRandomModel();
  const { embedded, ids } = await randomEmbedded(model);
  const rows = ids.length;
  const { plan } = embedded;
  const last = { rows, plan, predicting: [rows - 1] };

  test("several scorings at a time do not disturb each other", async () => {
    await withScorer(model, last, async (score) => {
      const sets = [[1], [2, 8], [], [9]];
      const alone: FloatTensor[] = [];
      for (const knockOut of sets) alone.push(await score(embedded, { knockOut }));
      expect(await Promise.all(sets.map((knockOut) => score(embedded, { knockOut })))).toEqual(alone);
    });
  });

  test("stops between two scorings with the signal's reason", async () => {
    const stop = new AbortController();
    let scored = 0;
    const stopped = withScorer(model, { ...last, signal: stop.signal }, async (score) => {
      for (; scored < 5; scored++) {
        await score(embedded);
        if (scored === 1) stop.abort(new Error("enough"));
      }
    });
    await expect(stopped).rejects.toThrow("enough");
    expect(scored).toBe(2);
  });

  test("refuses what does not exist", async () => {
    const never = () => Promise.reject(new Error("work began"));
    await expect(withScorer(model, { rows, plan, predicting: [rows] }, never)).rejects.toThrow(
      `scoring: position ${rows} is not one of the ${rows} that there are; name one of 0 to ${rows - 1}`,
    );
    await expect(withScorer(model, { ...last, ids: [3, 491] }, never)).rejects.toThrow(
      "scoring: vocabulary entry 491 is not one of the 491 that there are; name one of 0 to 490",
    );
    await withScorer(model, last, async (score) => {
      const short = {
        memory: undefined,
        plan,
        additions: [],
        embedded: floatTensor([rows - 1, 24], embedded.embedded.data.slice(24)),
      };
      await expect(score(short)).rejects.toThrow(
        `scoring: the sequence has the shape [${rows - 1}, 24], but the scorer was opened for [${rows}, 24]; open another one`,
      );
      await expect(score(embedded, { knockOut: [0] })).rejects.toThrow("position 0 cannot be knocked out");
      await expect(score(embedded, { heads: [{ layer: 0, head: 0 }] })).rejects.toThrow(
        "scoring: heads are ablated, but the scorer was opened without room for it; open it with `heads`",
      );
      await expect(score(embedded, { edges: [{ from: [1], to: [2] }] })).rejects.toThrow(
        "scoring: edges are cut, but the scorer was opened without room for it; open it with `edges`",
      );
      // A refusal leaves the scorer open.
      expect((await score(embedded)).dims).toEqual([1, 491]);
    });
  });
});
