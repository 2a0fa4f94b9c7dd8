/** @file Tests of reading image processors: new and old files, sizes in every spelling, defaults per class. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readProcessor, readProcessorSettings, requireInputSize } from "./processor.ts";

const clipMean = [0.48145466, 0.4578275, 0.40821073];
const clipStd = [0.26862954, 0.26130258, 0.27577711];
const half = [0.5, 0.5, 0.5];

const read = (section: Record<string, unknown>) => readProcessorSettings(section, { file: "p.json", section: "" });

describe("readProcessorSettings", () => {
  // Source: the default arguments of these classes in transformers (models/*/image_processing_*.py), 4.49 and 5.23.
  it("fills in the defaults of CLIPImageProcessor", () => {
    expect(read({ image_processor_type: "CLIPImageProcessor" })).toEqual({
      processorType: "CLIPImageProcessor",
      resize: { shortestEdge: 224 },
      filter: "bicubic",
      centerCrop: { width: 224, height: 224 },
      padToSquare: false,
      rescaleFactor: 1 / 255,
      normalize: { mean: clipMean, std: clipStd },
      imageMean: clipMean,
    });
  });

  it("fills in the defaults of SiglipImageProcessor", () => {
    expect(read({ image_processor_type: "SiglipImageProcessor" })).toEqual({
      processorType: "SiglipImageProcessor",
      resize: { width: 224, height: 224 },
      filter: "bicubic",
      centerCrop: null,
      padToSquare: false,
      rescaleFactor: 1 / 255,
      normalize: { mean: half, std: half },
      imageMean: half,
    });
  });

  it("fills in the defaults of LlavaImageProcessor, which alone can pad", () => {
    const { processorType, ...llava } = read({ image_processor_type: "LlavaImageProcessor" });
    expect(processorType).toBe("LlavaImageProcessor");
    expect(llava).toEqual({ ...read({}), processorType: undefined });
    const padded = (type: string) => read({ image_processor_type: type, do_pad: true }).padToSquare;
    expect(padded("LlavaImageProcessor")).toBe(true);
    expect(padded("LlavaImageProcessorFast")).toBe(true);
    expect(padded("CLIPImageProcessor")).toBe(false);
  });

  it.each(["SiglipImageProcessorFast", "SiglipImageProcessorPil"])("takes %s for a SigLIP processor", (type) => {
    expect(read({ image_processor_type: type })).toEqual({
      ...read({ image_processor_type: "SiglipImageProcessor" }),
      processorType: type,
    });
  });

  it("takes an old feature extractor, and no class at all, for CLIP's", () => {
    expect(read({ feature_extractor_type: "CLIPFeatureExtractor" }).centerCrop).toEqual({ width: 224, height: 224 });
    expect(read({}).processorType).toBe("CLIPImageProcessor");
  });

  it("reads sizes in every spelling", () => {
    const siglip = { image_processor_type: "SiglipImageProcessor" };
    expect(read({ size: 336 }).resize).toEqual({ shortestEdge: 336 });
    expect(read({ size: { shortest_edge: 336 } }).resize).toEqual({ shortestEdge: 336 });
    expect(read({ size: { height: 300, width: 400 } }).resize).toEqual({ width: 400, height: 300 });
    expect(read({ ...siglip, size: 384 }).resize).toEqual({ width: 384, height: 384 });
    expect(read({ crop_size: 336 }).centerCrop).toEqual({ width: 336, height: 336 });
    expect(read({ crop_size: { height: 300, width: 400 } }).centerCrop).toEqual({ width: 400, height: 300 });
  });

  it("reads Pillow's numbers of the filters", () => {
    expect([0, 1, 2, 3, 4, 5].map((resample) => read({ resample }).filter)).toEqual([
      "nearest",
      "lanczos",
      "bilinear",
      "bicubic",
      "box",
      "hamming",
    ]);
  });

  it("leaves out the steps that are switched off, but keeps the mean color", () => {
    const off = { do_resize: false, do_center_crop: false, do_rescale: false, do_normalize: false, image_mean: 0.25 };
    expect(read(off)).toMatchObject({
      resize: null,
      centerCrop: null,
      rescaleFactor: null,
      normalize: null,
      imageMean: [0.25, 0.25, 0.25],
    });
  });

  it.each([
    [
      { image_processor_type: "PixtralImageProcessor" },
      'image_processor_type is "PixtralImageProcessor"; supported are CLIPImageProcessor',
    ],
    [{ image_processor_type: "constructor" }, 'image_processor_type is "constructor"'],
    [{ size: { longest_edge: 336 } }, 'size is {"longest_edge":336}, expected a number of pixels'],
    [{ size: 0 }, "size is 0"],
    [{ size: 1e9 }, "size is 1000000000"],
    [{ image_processor_type: "SiglipImageProcessor", size: { shortest_edge: 224 } }, "expected {height, width}"],
    [{ crop_size: { shortest_edge: 336 } }, "crop_size is"],
    [{ resample: 6 }, "resample is 6, expected one of Pillow's filters"],
    [{ resample: "bicubic" }, 'resample is "bicubic"'],
    [{ resample: 1.5 }, "resample is 1.5"],
    [{ image_mean: [0.5, 0.5] }, "image_mean is [0.5,0.5], expected one number or a list of three"],
    [{ image_std: [0.5, 0.5, 0] }, "image_std.2 is 0, expected a positive number"],
    [{ do_resize: "yes" }, 'do_resize is "yes", expected true or false'],
    [{ rescale_factor: -1 }, "rescale_factor is -1"],
  ])("refuses %j", (section, message) => {
    expect(() => read(section)).toThrow(`p.json: `);
    expect(() => read(section)).toThrow(message);
  });
});

describe("readProcessor", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "processor-"));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const write = (name: string, json: unknown) => writeFile(join(folder, name), JSON.stringify(json));

  it("prefers the processor inside processor_config.json", async () => {
    await write("processor_config.json", { image_token: "<img>", image_processor: { size: 40 } });
    await write("preprocessor_config.json", { size: 50 });
    const { settings, imageToken } = await readProcessor(folder);
    expect(settings.resize).toEqual({ shortestEdge: 40 });
    expect(imageToken).toBe("<img>");
  });

  it("reads preprocessor_config.json beside a processor_config.json without one, or alone", async () => {
    await write("preprocessor_config.json", { size: 50 });
    expect(await readProcessor(folder)).toMatchObject({
      imageToken: "<image>",
      settings: { resize: { shortestEdge: 50 } },
    });
    await write("processor_config.json", { image_token: { content: "<pic>" } });
    expect(await readProcessor(folder)).toMatchObject({
      imageToken: "<pic>",
      settings: { resize: { shortestEdge: 50 } },
    });
  });

  it("names the folder where there is no processor, and the field where it is wrong", async () => {
    await expect(readProcessor(folder)).rejects.toThrow(`${folder}: neither processor_config.json nor`);
    await write("processor_config.json", { image_processor: { size: "big" } });
    await expect(readProcessor(folder)).rejects.toThrow('processor_config.json: image_processor.size is "big"');
  });
});

describe("requireInputSize", () => {
  it("accepts a processor that always makes the tower's input", () => {
    expect(() => requireInputSize(read({ size: 336, crop_size: 336 }), 336)).not.toThrow();
    expect(() => requireInputSize(read({ image_processor_type: "SiglipImageProcessor" }), 224)).not.toThrow();
  });

  it("refuses one that makes other or varying sizes", () => {
    expect(() => requireInputSize(read({}), 336)).toThrow(
      "CLIPImageProcessor makes pictures of 224 x 224 pixels, but its vision tower takes 336 x 336",
    );
    expect(() => requireInputSize(read({ do_center_crop: false }), 224)).toThrow("makes pictures of any shape");
  });
});
