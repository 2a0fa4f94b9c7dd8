/** @file Tests that variants which share what they can get the logits that each gets alone, in every family of models. */
import { describe, expect, test } from "vitest";
import { loadParityModel, openParityCase } from "../../test/support/parity-case.ts";
import { randomEmbedded, randomPixels } from "../../test/support/random-question.ts";
import { withScorer } from "../../test/support/with-scorer.ts";
import { floatTensor, type FloatTensor } from "../tensor/tensor.ts";
import { seededRandom } from "../tensor/random.ts";
import { embedPrompt, type Sequence } from "../engine/embed.ts";
import type { Intervention } from "../engine/intervention.ts";
import type { Model } from "../engine/model.ts";
import { withVariantScorer, type Variant } from "./variant-scoring.ts";
import { encodeImage } from "../engine/vision.ts";

/** Causal ones, with windows, that see ahead, with what the tower adds behind layers, and with cross-attention. */
const cases = [
  ...["own-clip-llama-odd-sizes", "llava-siglip-llama3-gqa", "qwen3-vl"],
  ...["gemma3", "paligemma", "own-paligemma2", "mllama"],
];

/** Largest difference of two logits, as a share of the largest logit. */
const bound = 2e-6;

async function alone(model: Model, base: Sequence, variants: readonly Variant[], predicting: readonly number[]) {
  const rows = base.embedded.dims[0]!;
  const found: FloatTensor[] = [];
  await withScorer(model, { rows, plan: base.plan, predicting, heads: true, edges: true }, async (score) => {
    for (const { sequence = base, intervention } of variants) found.push(await score(sequence, intervention));
  });
  return found;
}

function expectSame(found: readonly FloatTensor[], expected: readonly FloatTensor[]): void {
  expect(found.map(({ dims }) => dims)).toEqual(expected.map(({ dims }) => dims));
  for (const [i, { data }] of expected.entries()) {
    const largest = data.reduce((most, logit) => Math.max(most, Math.abs(logit)), 0);
    const difference = data.reduce((most, logit, at) => Math.max(most, Math.abs(logit - found[i]!.data[at]!)), 0);
    expect(difference / largest, `variant ${i}`).toBeLessThanOrEqual(bound);
  }
}

describe.each(cases)("variants of a sequence of %s", async (name) => {
  const model = await loadParityModel(await openParityCase(name));
  const { embedded: base, ids } = await randomEmbedded(model);
  const rows = ids.length;
  const { layers, heads } = model.definition.language.config;
  const { memoryTokens } = base.plan;
  const predicting = [rows - 4, rows - 3, rows - 2];
  const other = await embedPrompt(model, ids, [await encodeImage(model, randomPixels(model, 2))]);
  const random = seededRandom(3);
  const changedFrom = (row: number): Sequence => {
    const { dims, data } = base.embedded;
    const changed = data.map((value, i) => (i < row * dims[1]! ? value : value + random() - 0.5));
    return { ...base, embedded: floatTensor(dims, changed) };
  };

  const interventions: Intervention[] = [
    {},
    { knockOut: [rows - 5] },
    { knockOut: [2, 3, rows - 3] },
    { knockOut: [Math.floor(rows / 2)] },
    { knockOut: [rows - 1] },
    {
      heads: [
        { layer: 0, head: 1 },
        { layer: layers - 1, head: 0 },
      ],
    },
    { edges: [{ from: [1, 4], to: [rows - 3, rows - 2] }] },
    { edges: [{ from: [1, 2], to: [rows - 2], layers: [layers - 1], heads: [heads - 1] }] },
    {
      knockOut: [rows - 6],
      heads: [{ layer: 1, head: 0 }],
      edges: [
        { from: [0, 1, 2, 3], to: [rows - 4, 6], heads: [0] },
        { from: [5], to: [rows - 2], layers: [0] },
      ],
    },
    ...(memoryTokens === 0
      ? []
      : [{ memory: [0, 3] }, { edges: [{ from: [1], fromMemory: [0, 1, 2], to: [rows - 3], heads: [1] }] }]),
  ];
  const variants: Variant[] = [
    ...interventions.map((intervention) => ({ intervention })),
    { sequence: other },
    { sequence: other, intervention: { knockOut: [rows - 5] } },
    { sequence: changedFrom(rows - 5), intervention: { knockOut: [3] } },
    { sequence: changedFrom(rows - 1) },
  ];
  const expected = await alone(model, base, variants, predicting);

  test("get what each gets alone, all at once and a few at a time", async () => {
    await withVariantScorer(model, { sequence: base, predicting }, async (scores) => {
      let scored = 0;
      expectSame(await scores(variants, { onScored: () => (scored += 1) }), expected);
      expect(scored).toBe(variants.length);
      for (const at of [1, 6, variants.length - 2]) expectSame(await scores([variants[at]!]), [expected[at]!]);
    });
  });

  test("get the wanted rows alone", async () => {
    await withVariantScorer(model, { sequence: base, predicting }, async (scores) => {
      const { dims } = expected[0]!;
      const rowOf = (logits: FloatTensor, row: number) =>
        floatTensor([1, dims[1]!], logits.data.slice(row * dims[1]!, (row + 1) * dims[1]!));
      for (const row of [0, 1]) {
        expectSame(
          await scores(variants, { wanted: [row] }),
          expected.map((logits) => rowOf(logits, row)),
        );
      }
    });
  });
});

test("a variant is refused as it is alone", async () => {
  const model = await loadParityModel(await openParityCase("own-clip-llama-odd-sizes"));
  const { embedded: base, ids } = await randomEmbedded(model);
  const rows = ids.length;
  await withVariantScorer(model, { sequence: base, predicting: [rows - 1] }, async (scores) => {
    await expect(scores([{ intervention: { knockOut: [0] } }])).rejects.toThrow("position 0 cannot be knocked out");
    const short = { ...base, embedded: floatTensor([1, base.embedded.dims[1]!]) };
    await expect(scores([{ sequence: short }])).rejects.toThrow("scoring: the sequence has the shape [1,");
    // A refusal leaves the scorer open.
    expect(await scores([{}])).toHaveLength(1);
  });
});

test("the work stops with the signal's reason", async () => {
  const model = await loadParityModel(await openParityCase("own-clip-llama-odd-sizes"));
  const { embedded: base, ids } = await randomEmbedded(model);
  const stop = new AbortController();
  const stopped = withVariantScorer(
    model,
    { sequence: base, predicting: [ids.length - 1], signal: stop.signal },
    async (scores) => {
      await scores([{ intervention: { knockOut: [3] } }]);
      stop.abort(new Error("enough"));
      await scores([{ intervention: { knockOut: [3] } }]);
    },
  );
  await expect(stopped).rejects.toThrow("enough");
});
