/** @file Tests of the picture encoder that stays open: it gives what `encodeImage` gives. */
import { describe, expect, test } from "vitest";
import { loadDemoModel } from "../../test/support/demo-question.ts";
import { encodeParity, loadParityModel, openParityCase } from "../../test/support/parity-case.ts";
import { loadRandomModel } from "../../test/support/random-checkpoint.ts";
import { randomPixels } from "../../test/support/random-question.ts";
import { scatteredTensor } from "../../test/support/run-graph.ts";
import type { Qwen25VlConfig } from "../checkpoint/types.ts";
import { elementCount, floatTensor } from "../tensor/tensor.ts";
import type { Model } from "./model.ts";
import { withPictureEncoder } from "./picture-encoder.ts";
import { encodeImage } from "./vision.ts";

const models: Readonly<Record<string, () => Promise<Model>>> = {
  "the demo model": loadDemoModel,
  "odd sizes": async () => loadParityModel(await openParityCase("own-clip-llama-odd-sizes")),
  SigLIP: async () => loadParityModel(await openParityCase("llava-siglip-llama3-gqa")),
  "features of the first hidden state": () => loadRandomModel({ vision_feature_layer: 0 }),
  "features of the last layer": () => loadRandomModel({ vision_feature_layer: -1 }),
};

describe("withPictureEncoder", () => {
  test.each(Object.entries(models))("gives the features of encodeImage bit for bit, %s", async (_, load) => {
    const model = await load();
    await withPictureEncoder(model, async (encode) => {
      const pictures = [randomPixels(model, 1), randomPixels(model, 2), randomPixels(model, 1)];
      for (const pixels of pictures) {
        const { features } = await encodeImage(model, pixels);
        const { features: found } = await encode(pixels);
        expect(found.dims).toEqual(features.dims);
        expect(found.data).toEqual(features.data);
      }
    });
  });

  test.each(["qwen2.5-vl", "qwen3-vl"])(
    "of %s, pictures of as many patches in other rows and columns",
    async (name) => {
      const model = await loadParityModel(await openParityCase(name));
      const { vision } = model.definition;
      const { patchSize } = (model.checkpoint.config as Qwen25VlConfig).vision;
      const sizes = [
        [4, 8],
        [8, 4],
        [2, 16],
        [4, 8],
      ] as const;
      await withPictureEncoder(model, async (encode) => {
        for (const [rows, cols] of sizes) {
          const [width, height] = [cols * patchSize, rows * patchSize];
          const view = { width, height, box: { left: 0, top: 0, width, height } };
          const plan = vision.plan({ kind: "packed", views: [view], patches: { rows, cols } });
          const picture = { plan, pixelValues: scatteredTensor(plan.inputs[0]!.dims, rows) };
          const { captures, ...expected } = await encodeImage(model, picture);
          expect(captures).toHaveLength(1);
          expect(await encode(picture)).toEqual(expected);
        }
      });
    },
  );

  test.each(["llava-next", "smolvlm"])(
    "of %s, a picture that is changed in one tile runs that tile alone",
    async (name) => {
      const model = await loadParityModel(await openParityCase(name));
      let runs = 0;
      const counting: Model = {
        ...model,
        runtime: {
          async open(graph) {
            const session = await model.runtime.open(graph);
            const run: typeof session.run = (feeds, into) => {
              runs += 1;
              return session.run(feeds, into);
            };
            return { ...session, run };
          },
        },
      };
      const [first] = await encodeParity(await openParityCase(name), model);
      const { plan } = first!;
      const tiles = plan.inputs.length;
      expect(tiles).toBeGreaterThan(1);
      const size = plan.inputs.reduce((sum, { dims }) => sum + elementCount(dims), 0);
      const pixelValues = scatteredTensor([size], 3);
      const changed = floatTensor([size], pixelValues.data.slice());
      changed.data[size - 1]! += 0.5;
      await withPictureEncoder(counting, async (encode) => {
        const learned = runs;
        await encode({ plan, pixelValues });
        expect(runs - learned).toBe(tiles);
        for (const [values, more] of [
          [changed, 1],
          [pixelValues, 0],
          [changed, 1],
        ] as const) {
          const before = runs;
          const { captures, ...expected } = await encodeImage(model, { plan, pixelValues: values });
          expect(captures).toHaveLength(tiles);
          expect(await encode({ plan, pixelValues: values })).toEqual(expected);
          expect(runs - before).toBe(more);
        }
      });
    },
  );

  test("several pictures at a time do not disturb each other", async () => {
    const model = await loadRandomModel();
    const pictures = [1, 2, 3].map((seed) => randomPixels(model, seed));
    await withPictureEncoder(model, async (encode) => {
      const together = await Promise.all(pictures.map(encode));
      for (const [i, pixels] of pictures.entries()) expect(await encode(pixels)).toEqual(together[i]);
    });
  });

  test("pixels of another shape are one sentence", async () => {
    const model = await loadRandomModel();
    const wrong = withPictureEncoder(model, (encode) =>
      encode({ ...randomPixels(model), pixelValues: floatTensor([3, 20, 21]) }),
    );
    await expect(wrong).rejects.toThrow(
      "vision: the pixels have the shape [3, 20, 21], but the tower takes [3, 20, 20]; prepare the picture for this model",
    );
  });
});
