import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { bytesSource, openSafetensors, readTensor } from "../safetensors/read.ts";
import { decodeImage, readImageFile } from "./decode.ts";
import { prepareImage } from "./prepare.ts";
import type { WholeSettings, RgbImage } from "./types.ts";

const fixtures = fileURLToPath(new URL("../../test/fixtures/", import.meta.url));

/** The fields of a Hugging Face image processor that these fixtures use. */
interface ProcessorJson {
  readonly image_processor_type: string;
  readonly size: { shortest_edge: number } | { height: number; width: number };
  readonly crop_size?: { height: number; width: number };
  readonly do_center_crop?: boolean;
  readonly do_pad?: boolean;
  readonly rescale_factor: number;
  readonly image_mean: [number, number, number];
  readonly image_std: [number, number, number];
}

interface Expectation {
  readonly mode: string;
  readonly exif_applied: boolean;
  readonly file: string;
  readonly channel_means: number[];
}

interface PreprocessJson {
  readonly modes: Record<string, ProcessorJson>;
  readonly images: { file: string; decoded?: string; expected: Expectation[] }[];
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(fixtures + path, "utf8"));
}

function settingsOf(json: ProcessorJson): WholeSettings {
  const { size, crop_size: crop, image_mean: mean } = json;
  return {
    kind: "whole",
    processorType: json.image_processor_type,
    resize: "shortest_edge" in size ? { shortestEdge: size.shortest_edge } : size,
    filter: "bicubic",
    centerCrop: json.do_center_crop === true && crop !== undefined ? crop : null,
    padToSquare: json.do_pad === true,
    rescaleFactor: json.rescale_factor,
    normalize: { mean, std: json.image_std },
    imageMean: mean,
  };
}

/** An RGB PNG without transparency, read past the code under test. */
async function plainPng(path: string): Promise<RgbImage> {
  const { data, info } = await sharp(fixtures + path)
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect(info.channels).toBe(3);
  return { width: info.width, height: info.height, data };
}

function meansOf({ dims, data }: { dims: readonly number[]; data: Float32Array }): number[] {
  const size = data.length / dims[0]!;
  return Array.from({ length: dims[0]! }, (_, channel) => {
    const plane = data.subarray(channel * size, (channel + 1) * size);
    return plane.reduce((sum, value) => sum + value, 0) / size;
  });
}

const { modes, images } = readJson("preprocess/preprocess.json") as PreprocessJson;
const cases = images.flatMap(({ file, decoded, expected }) =>
  expected.map(({ file: expectedFile, ...expectation }) => ({ ...expectation, file, decoded, expectedFile })),
);

describe("decodeImage and prepareImage on the pictures of the image processors", () => {
  it.each(images.flatMap(({ file, decoded }) => (decoded === undefined ? [] : [{ file, decoded }])))(
    "decodes $file as Pillow does",
    async ({ file, decoded }) => {
      const { image } = await readImageFile(`${fixtures}preprocess/${file}`, { orient: false });
      const pillow = await plainPng(`preprocess/${decoded}`);
      expect([image.width, image.height]).toEqual([pillow.width, pillow.height]);
      // Both decode with libjpeg's arithmetic: measured, no level differs. Another build of it may be one level off.
      expect(image.data).toBeCloseToArray(pillow.data, 1);
    },
  );

  it.each(
    images.flatMap(({ file, decoded, expected }) => (decoded === undefined ? [] : [{ file, decoded, expected }])),
  )("prepares the decoded pixels of $file to the level", async ({ decoded, expected }) => {
    const image = await plainPng(`preprocess/${decoded}`);
    for (const { mode, file: expectedFile } of expected.filter(({ exif_applied: turned }) => !turned)) {
      const {
        levels: [levels],
      } = prepareImage(image, { settings: settingsOf(modes[mode]!), fit: "default" });
      expect(levels!.data).toBeCloseToArray((await plainPng(`preprocess/${expectedFile}`)).data, 0);
    }
  });

  it.each(cases)(
    "prepares $file as the processor does: $mode, turned $exif_applied",
    async ({ file, mode, exif_applied: orient, expectedFile, channel_means: channelMeans, decoded }) => {
      const { image } = await readImageFile(`${fixtures}preprocess/${file}`, { orient });
      const {
        levels: [levels],
        pixelValues,
      } = prepareImage(image, { settings: settingsOf(modes[mode]!), fit: "default" });
      const expected = await plainPng(`preprocess/${expectedFile}`);
      expect([levels!.width, levels!.height]).toEqual([expected.width, expected.height]);
      expect(levels!.data).toBeCloseToArray(expected.data, decoded === undefined ? 0 : 1);
      expect(meansOf(pixelValues)).toBeCloseToArray(channelMeans, decoded === undefined ? 2e-6 : 0.01);
    },
  );

  it('gives the fit "pad" what the padding processor gives, and "resize" what the resizing one gives', async () => {
    const { image } = await readImageFile(`${fixtures}preprocess/chelsea.png`);
    const clip = settingsOf(modes["clip"]!);
    const padded = prepareImage(image, { settings: clip, fit: "pad" }).levels[0]!.data;
    expect(padded).toBeCloseToArray((await plainPng("preprocess/expected/chelsea.pad.png")).data, 0);
    const siglip = { ...clip, centerCrop: { width: 224, height: 224 } };
    const resized = prepareImage(image, { settings: siglip, fit: "resize" }).levels[0]!.data;
    expect(resized).toBeCloseToArray((await plainPng("preprocess/expected/chelsea.siglip.png")).data, 0);
    const cropped = prepareImage(image, {
      settings: { ...settingsOf(modes["siglip"]!), resize: { width: 336, height: 336 } },
      fit: "crop",
    });
    expect(cropped.levels[0]!.data).toBeCloseToArray((await plainPng("preprocess/expected/chelsea.clip.png")).data, 0);
  });
});

describe("pixel values of the LLaVA fixtures", () => {
  const names = readdirSync(fixtures).filter(
    (name) => name.startsWith("llava-") && !["llava-next", "llava-onevision"].includes(name),
  );

  it.each(names)("%s", async (name) => {
    const files = readdirSync(`${fixtures}${name}/checkpoint`);
    const settingsFile = ["preprocessor_config.json", "processor_config.json"].find((file) => files.includes(file))!;
    const json = readJson(`${name}/checkpoint/${settingsFile}`) as ProcessorJson | { image_processor: ProcessorJson };
    const settings = settingsOf("image_processor" in json ? json.image_processor : json);
    const messages = readJson(`${name}/input/messages.json`) as { images: string[] };
    const source = bytesSource(readFileSync(`${fixtures}${name}/expected.safetensors`));
    const { tensors } = await openSafetensors(source, { file: name });
    const expected = await readTensor(source, tensors.get("pixel_values")!);
    const actual: number[] = [];
    for (const file of messages.images) {
      const bytes = readFileSync(`${fixtures}${name}/input/${file}`);
      const { image } = await decodeImage(bytes, { name: file });
      const { pixelValues } = prepareImage(image, { settings, fit: "default" });
      expect([...pixelValues.dims]).toEqual(expected.dims.slice(1));
      for (const value of pixelValues.data) actual.push(value);
    }
    expect(expected.dims[0]).toBe(messages.images.length);
    // A JPEG may decode one level off with another build of libjpeg; here it does not.
    const levelStep = 1 / (255 * 0.26);
    expect(actual).toBeCloseToArray(expected.data, messages.images[0]!.endsWith(".jpg") ? levelStep : 1e-6);
  });
});
