/** @file Every number the engine records against PyTorch's, on every parity fixture (test/fixtures/README.md has the tolerances). */
import { beforeAll, describe, expect, test } from "vitest";
import { embedPrompt } from "../src/engine/embed.ts";
import { generate } from "../src/engine/generate.ts";
import { lensLogits, lensTop, readLens } from "../src/engine/lens.ts";
import type { HostedModel } from "../src/explain/host.ts";
import { defaultSampling } from "../src/run/question-limits.ts";
import type { Tap } from "../src/engine/taps.ts";
import { traceLanguage } from "../src/engine/trace.ts";
import type { EncodedImage } from "../src/engine/vision.ts";
import type { FloatTensor } from "../src/tensor/tensor.ts";
import {
  encodeParity,
  entry,
  languageMap,
  largest,
  loadParityModel,
  openParityCase,
  parityCases,
  visionBlock,
  type ParityCase,
} from "./support/parity-case.ts";

const attentionTolerance = 5e-5;
const logitTolerance = (expected: Float32Array) => Math.max(1e-4, 2e-5 * largest(expected));

function everyVisionLayer(model: HostedModel): Tap[] {
  return Array.from({ length: model.definition.vision.config.layers }, (_, layer) => ({
    site: `vision.layers.${layer}.attention.probs`,
  }));
}

async function encodeAll(model: HostedModel, parity: ParityCase): Promise<{ encoded: EncodedImage[]; taps: Tap[] }> {
  const taps = [...everyVisionLayer(model), { site: "vision.features" }, { site: "projector.output" }];
  return { encoded: await encodeParity(parity, model, taps), taps };
}

/** What a tap captured of every input of every picture, one after another. */
function joined(encoded: readonly EncodedImage[], tap: Tap): Float32Array {
  const parts = encoded.flatMap(({ captures }) => captures.map((captured) => captured.get(tap)!.data));
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let start = 0;
  for (const part of parts) {
    all.set(part, start);
    start += part.length;
  }
  return all;
}

describe.each(parityCases)("%s", (name) => {
  let parity: ParityCase;
  let model: HostedModel;
  let images: Awaited<ReturnType<typeof encodeAll>>;
  beforeAll(async () => {
    parity = await openParityCase(name);
    model = await loadParityModel(parity);
    images = await encodeAll(model, parity);
  });

  test("vision attention, features and projection equal PyTorch's", async () => {
    const { encoded, taps } = images;
    const inputs = encoded.flatMap(({ plan }) => plan.inputs);
    const captures = encoded.flatMap(({ captures: each }) => each);
    for (const tap of taps) {
      const layer = /^vision\.layers\.(\d+)/.exec(tap.site)?.[1];
      const golden =
        layer === undefined ? tap.site.replace("projector.output", "vision.projected") : `vision.attn.${layer}`;
      const expected = await parity.floats(golden);
      if (layer === undefined) {
        expect(joined(encoded, tap)).toBeCloseToArray(expected.data, logitTolerance(expected.data));
        continue;
      }
      for (const [index, captured] of captures.entries()) {
        const block = visionBlock(expected, inputs, index);
        expect(captured.get(tap)!.dims).toEqual(block.dims);
        expect(captured.get(tap)!.data).toBeCloseToArray(block.data, attentionTolerance);
      }
    }
  });

  test("rows that the tower adds behind layers equal PyTorch's", async () => {
    for (const [k] of (model.definition.vision.additions ?? []).entries()) {
      const expected = await parity.floats(`vision.deepstack.${k}`);
      const found = images.encoded.flatMap(({ additions }) => [...additions[k]!.data]);
      expect(found).toBeCloseToArray(expected.data, logitTolerance(expected.data));
    }
  });

  test("greedy generation gives the same ids", async () => {
    const prompt = await embedPrompt(model, parity.text.input_ids, images.encoded);
    const maxNewTokens = parity.text.generated_ids.length;
    const answerRules = { rules: model.checkpoint.rules, promptIds: parity.text.input_ids };
    const answer = await generate(model, prompt, {
      sampling: defaultSampling,
      maxNewTokens,
      stopTokenIds: [],
      answerRules,
    });
    expect(answer.ids).toEqual(parity.text.generated_ids);
  });

  test("the teacher-forced trace equals PyTorch's hidden states, attention and logits", async () => {
    const ids = [...parity.text.input_ids, ...parity.text.generated_ids];
    const embedded = await embedPrompt(model, ids, images.encoded, parity.text.input_ids.length);
    const { layers } = model.definition.language.config;
    const attention = Array.from({ length: layers }, (_, layer): Tap => ({
      site: `language.layers.${layer}.attention.probs`,
    }));
    const residual = Array.from({ length: layers }, (_, layer): Tap => ({ site: `language.layers.${layer}.residual` }));
    const first = parity.text.input_ids.length - 1;
    const logits: Tap = { site: "logits", rows: parity.text.generated_ids.map((_, t) => first + t) };
    const captures = await traceLanguage(model, embedded, { taps: [...attention, ...residual, logits] });

    const expectedEmbedding = await parity.floats("lm.inputs_embeds");
    expect(embedded.embedded.data).toBeCloseToArray(expectedEmbedding.data, logitTolerance(expectedEmbedding.data));
    const expectedResidual = await parity.floats("lm.resid");
    for (let layer = 0; layer < layers; layer++) {
      const golden = entry(expectedResidual, layer);
      expect(captures.get(attention[layer]!)!.data).toBeCloseToArray(
        (await languageMap(parity, "lm.attn", layer)).data,
        attentionTolerance,
      );
      expect(captures.get(residual[layer]!)!.data).toBeCloseToArray(golden.data, logitTolerance(golden.data));
    }
    const expectedLogits = await parity.floats("logits");
    expect(captures.get(logits)!.dims).toEqual(expectedLogits.dims);
    expect(captures.get(logits)!.data).toBeCloseToArray(expectedLogits.data, logitTolerance(expectedLogits.data));
  });

  test("taps in part equal the whole: chosen rows and the mean over heads", async () => {
    const embedded = await embedPrompt(model, parity.text.input_ids, images.encoded);
    const site = "language.layers.0.attention.probs";
    const taps: Tap[] = [{ site }, { site, rows: [7, 0, 12] }, { site, mean: "heads" }];
    const captures = await traceLanguage(model, embedded, { taps });
    const [whole, rows, mean] = taps.map((tap) => captures.get(tap)!) as [FloatTensor, FloatTensor, FloatTensor];
    const [heads, queries, keys] = whole.dims as [number, number, number];
    const at = (head: number, query: number, key: number) => whole.data[(head * queries + query) * keys + key]!;
    expect(rows.dims).toEqual([heads, 3, keys]);
    expect(rows.data).toBeCloseToArray(
      Array.from({ length: heads }, (_, h) =>
        [7, 0, 12].map((q) => Array.from({ length: keys }, (_, k) => at(h, q, k))),
      ).flat(2),
      0,
    );
    const expectedMean = Array.from({ length: queries * keys }, (_, i) => {
      let sum = 0;
      for (let head = 0; head < heads; head++) sum += whole.data[head * queries * keys + i]!;
      return sum / heads;
    });
    expect(mean.data).toBeCloseToArray(expectedMean, 1e-6);
  });

  test("the logit lens gives the same five best tokens at each layer", async () => {
    const embedded = await embedPrompt(model, parity.text.input_ids, images.encoded);
    const { layers } = model.definition.language.config;
    const rows = parity.text.lens_positions;
    const taps: Tap[] = [
      { site: "language.embedding", rows },
      ...Array.from({ length: layers }, (_, layer): Tap => ({ site: `language.layers.${layer}.residual`, rows })),
    ];
    const captures = await traceLanguage(model, embedded, { taps });
    const goldenIds = await parity.tensor("lens.ids");
    const goldenLogits = await parity.floats("lens.logits");
    for (const [layer, tap] of taps.entries()) {
      const hidden = captures.get(tap)!;
      const reading = await readLens(model, hidden, [3, 4]);
      const size = rows.length * lensTop;
      const logits = entry(goldenLogits, layer).data;
      expect(reading.logits.data).toBeCloseToArray(logits, logitTolerance(logits));
      for (let i = 0; i < size; i++) {
        // Neighbors that differ by less than the tolerance may change places.
        const closeAbove = i % lensTop > 0 && logits[i - 1]! - logits[i]! < 1e-3;
        const closeBelow = i % lensTop === lensTop - 1 || logits[i]! - logits[i + 1]! < 1e-3;
        if (!closeAbove && !closeBelow) expect(reading.ids.data[i]).toBe(goldenIds.data[layer * size + i]);
      }
      // The logit of a single token, by its own graph, equals the one read from the whole head.
      const single = await lensLogits(
        model,
        hidden,
        rows.map(() => 4),
      );
      expect(single.data).toBeCloseToArray(
        rows.map((_, row) => reading.asked.data[row * 2 + 1]!),
        1e-4,
      );
    }
  });
});

describe("precision", () => {
  test.each(["llava-clip-llama-f16", "llava-clip-llama-bf16-sharded"])(
    "%s gives the same logits widened beforehand and widened at each use",
    async (name) => {
      const parity = await openParityCase(name);
      const expected = await parity.floats("logits");
      for (const precision of ["f32", "f16"] as const) {
        const model = await loadParityModel(parity, precision);
        expect(model.precision).toBe(precision);
        const { encoded } = await encodeAll(model, parity);
        const ids = [...parity.text.input_ids, ...parity.text.generated_ids];
        const embedded = await embedPrompt(model, ids, encoded, parity.text.input_ids.length);
        const rows = parity.text.generated_ids.map((_, t) => parity.text.input_ids.length - 1 + t);
        const tap: Tap = { site: "logits", rows };
        const captures = await traceLanguage(model, embedded, { taps: [tap] });
        expect(captures.get(tap)!.data).toBeCloseToArray(expected.data, logitTolerance(expected.data));
      }
    },
  );
});
