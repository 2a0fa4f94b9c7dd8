import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { VisionConfig } from "../checkpoint/types.ts";
import { openCheckpoint } from "../checkpoint-folder/open.ts";
import { bytesSource, openSafetensors, readTensor } from "../safetensors/read.ts";
import { preprocess } from "./preprocess.ts";

const fixtures = fileURLToPath(new URL("../../test/fixtures/", import.meta.url));

async function tensorOf(path: string, name: string): Promise<{ dims: readonly number[]; data: ArrayLike<number> }> {
  const source = bytesSource(new Uint8Array(readFileSync(path)));
  const { tensors } = await openSafetensors(source, { file: path });
  return readTensor(source, tensors.get(name)!);
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "preprocess-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("preprocess", () => {
  it.each(readdirSync(fixtures).filter((name) => /^(llava|onevision|qwen|internvl|smolvlm)/.test(name)))(
    "gives the reference's pixels of %s",
    async (name) => {
      const out = join(folder, "pixels.safetensors");
      const input = JSON.parse(readFileSync(`${fixtures}${name}/input/messages.json`, "utf8")) as { images: string[] };
      const pictures = input.images.map((file) => `${fixtures}${name}/input/${file}`);
      const checkpoint = await openCheckpoint(`${fixtures}${name}/checkpoint`);
      const { files, dims } = await preprocess(checkpoint, { pictures, fit: "default", out, levels: false });
      const expected = await tensorOf(`${fixtures}${name}/expected.safetensors`, "pixel_values");
      const actual = await tensorOf(out, "pixel_values");
      expect(files).toEqual([out]);
      expect(actual.dims).toEqual(expected.dims);
      expect(dims).toEqual(expected.dims);
      // A JPEG may be one level off: 1 / (255 * 0.26).
      expect(actual.data).toBeCloseToArray(expected.data, name.includes("bf16") ? 0.016 : 1e-6);
    },
  );

  it("writes what the model sees as PNG", async () => {
    const name = "llava-two-images";
    const checkpoint = await openCheckpoint(`${fixtures}${name}/checkpoint`);
    const pictures = ["image-rgb.png", "image-gray.png"].map((file) => `${fixtures}${name}/input/${file}`);
    const out = join(folder, "two.safetensors");
    const { files } = await preprocess(checkpoint, { pictures, fit: "pad", out, levels: true });
    expect(files).toEqual([out, join(folder, "two.0.png"), join(folder, "two.1.png")]);
    const { imageSize: size } = checkpoint.config.vision as VisionConfig;
    expect(await sharp(files[2]).metadata()).toMatchObject({ width: size, height: size, format: "png" });
  });

  it("throws without a picture, and before any work where the file cannot be written", async () => {
    const checkpoint = await openCheckpoint(`${fixtures}llava-two-images/checkpoint`);
    const request = { pictures: [], fit: "default", levels: false } as const;
    await expect(preprocess(checkpoint, { ...request, out: join(folder, "a") })).rejects.toThrow("no picture");
    await expect(preprocess(checkpoint, { ...request, out: join(folder, "none", "a") })).rejects.toThrow(
      "its folder does not exist",
    );
  });
});
