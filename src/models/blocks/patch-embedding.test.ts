/** @file Tests of the patch embedding against a convolution written out. */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../test/support/temporary-folder.ts";
import { runGraph, scatteredTensor } from "../../../test/support/run-graph.ts";
import { writeStoredSafetensors } from "../../../test/support/stored-safetensors.ts";
import { readWeightIndex } from "../../checkpoint/weights.ts";
import type { VisionConfig } from "../../checkpoint/types.ts";
import { onnxRuntime } from "../../onnx-node/session.ts";
import { patchEmbedding, patchesPerSide } from "./patch-embedding.ts";
import { diskFolder } from "../../files/disk-folder.ts";

const channels = 3;
const width = 4;

function configOf(imageSize: number, patchSize: number): VisionConfig {
  return {
    kind: "clip",
    width,
    layers: 1,
    heads: 1,
    intermediate: 4,
    imageSize,
    patchSize,
    channels,
    activation: "relu",
    layerNormEps: 1e-5,
  };
}

describe("patchEmbedding", () => {
  test.each([
    [8, 4, true],
    [10, 4, true],
    [11, 3, false],
    [5, 5, true],
    [7, 1, false],
  ])("a picture of side %i in patches of %i equals a convolution (bias: %s)", async (imageSize, patchSize, bias) => {
    const config = configOf(imageSize, patchSize);
    const pixels = scatteredTensor([channels, imageSize, imageSize], 1);
    const kernel = scatteredTensor([width, channels, patchSize, patchSize], 2);
    const shift = scatteredTensor([width], 3);
    const folder = temporaryFolder();
    await writeStoredSafetensors(join(folder, "model.safetensors"), [
      { name: "weight", type: "F32", dims: kernel.dims, values: kernel.data },
      { name: "bias", type: "F32", dims: shift.dims, values: shift.data },
    ]);
    const { weights } = await readWeightIndex(diskFolder(folder), () => undefined);

    const [embedded] = await runGraph((g) => {
      const input = g.input("pixels", "f32", pixels.dims);
      const names = (tail: string) => [tail];
      return { outputs: [patchEmbedding(g, input, { config, names, bias })], feeds: new Map([[input, pixels]]) };
    }, onnxRuntime(weights));

    const side = Math.floor(imageSize / patchSize);
    const expected: number[] = [];
    for (let row = 0; row < side; row++)
      for (let col = 0; col < side; col++)
        for (let out = 0; out < width; out++) {
          let sum = bias ? shift.data[out]! : 0;
          for (let c = 0; c < channels; c++)
            for (let y = 0; y < patchSize; y++)
              for (let x = 0; x < patchSize; x++)
                sum +=
                  pixels.data[(c * imageSize + row * patchSize + y) * imageSize + col * patchSize + x]! *
                  kernel.data[((out * channels + c) * patchSize + y) * patchSize + x]!;
          expected.push(sum);
        }
    expect(patchesPerSide(config)).toBe(side);
    expect(embedded!.dims).toEqual([side * side, width]);
    expect(embedded!.data).toBeCloseToArray(expected, 1e-5);
  });
});
