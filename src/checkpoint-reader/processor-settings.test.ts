/**
 * @file Tests of reading one image processor: defaults of each class, sizes in every spelling, steps that are off, and what comes out,
 * which is held against transformers.
 */
import { beforeEach, describe, expect, it } from "vitest";
import { prepareImage } from "../image/prepare.ts";
import type { PackedSettings, WholeSettings } from "../image/types.ts";
import { readProcessorSettings } from "./processor-settings.ts";

const clipMean = [0.48145466, 0.4578275, 0.40821073];
const clipStd = [0.26862954, 0.26130258, 0.27577711];
const half = [0.5, 0.5, 0.5];

const warnings: string[] = [];
const warn = (sentence: string) => void warnings.push(sentence);
beforeEach(() => void warnings.splice(0));

const read = (section: Record<string, unknown>) =>
  readProcessorSettings(section, { file: "p.json", section: "", warn }) as WholeSettings;

describe("readProcessorSettings", () => {
  // Source: the default arguments of these classes in transformers (models/*/image_processing_*.py), 4.49 and 5.23.
  it("fills in the defaults of CLIPImageProcessor", () => {
    expect(read({ image_processor_type: "CLIPImageProcessor" })).toEqual({
      kind: "whole",
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
      kind: "whole",
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
    expect({ processorType, ...llava }).toEqual(read({}));
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

  it("takes an old feature extractor, for the processor of the same name", () => {
    expect(read({ feature_extractor_type: "CLIPFeatureExtractor" }).centerCrop).toEqual({ width: 224, height: 224 });
    // AutoImageProcessor of transformers 5.24 chooses by the model if no class is named.
    expect(read({}).processorType).toBe("LlavaImageProcessor");
  });

  it("reads sizes in every spelling", () => {
    const siglip = { image_processor_type: "SiglipImageProcessor" };
    expect(read({ size: 336 }).resize).toEqual({ shortestEdge: 336 });
    expect(read({ size: { shortest_edge: 336 } }).resize).toEqual({ shortestEdge: 336 });
    expect(read({ size: { height: 300, width: 400 } }).resize).toEqual({ width: 400, height: 300 });
    expect(read({ ...siglip, size: 384 }).resize).toEqual({ shortestEdge: 384 });
    expect(read({ ...siglip, size: 384, default_to_square: true }).resize).toEqual({ width: 384, height: 384 });
    expect(read({ size: [300, 400] }).resize).toEqual({ width: 400, height: 300 });
    expect(read({ size: { shortest_edge: 300, longest_edge: 400 } }).resize).toEqual({
      shortestEdge: 300,
      longestEdge: 400,
    });
    expect(read({ size: { max_height: 300, max_width: 400 } }).resize).toEqual({ maxHeight: 300, maxWidth: 400 });
    expect(read({ crop_size: [300, 400] }).centerCrop).toEqual({ width: 400, height: 300 });
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
      { image_processor_type: "BlipImageProcessor" },
      'image_processor_type is "BlipImageProcessor"; supported are CLIPImageProcessor',
    ],
    [{ image_processor_type: "constructor" }, 'image_processor_type is "constructor"'],
    [{ size: { longest_edge: 336 } }, 'size is {"longest_edge":336}, expected a number of pixels'],
    [{ size: 0 }, "size is 0"],
    [{ size: 1e9 }, "size is 1000000000"],
    [{ size: { height: 336, width: 336, shortest_edge: 336 } }, "expected a number of pixels"],
    [{ size: { height: 336 } }, "expected a number of pixels"],
    [{ size: null }, "size is null, but do_resize needs it"],
    [{ resample: null }, "resample is null, but do_resize needs it"],
    [{ crop_size: null }, "crop_size is null, but do_center_crop needs it"],
    [{ rescale_factor: null }, "rescale_factor is null, but do_rescale needs it"],
    [{ image_mean: null }, "image_mean is null, but do_normalize needs it"],
    [{ image_std: null }, "image_std is null, but do_normalize needs it"],
    [{ use_square_size: true }, "use_square_size is true, expected false"],
    [
      { image_processor_type: "SiglipImageProcessor", do_center_crop: true },
      "do_center_crop is true, but there is no crop_size",
    ],
    [
      { image_processor_type: "CLIPImageProcessor", do_pad: true, pad_size: { height: 448, width: 448 } },
      'pad_size is {"height":448,"width":448}, but CLIPImageProcessor makes pictures of 224 x 224 pixels; padding after',
    ],
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

describe("processors of tiles and of packed patches", () => {
  const all = (section: Record<string, unknown>) =>
    readProcessorSettings(section, { file: "p.json", section: "", warn });
  const levels = {
    filter: "bicubic",
    rescaleFactor: 1 / 255,
    normalize: { mean: clipMean, std: clipStd },
    imageMean: clipMean,
  };
  const next = { image_processor_type: "LlavaNextImageProcessor" };
  const qwen = { image_processor_type: "Qwen2VLImageProcessor" };
  const grid = {
    image_grid_pinpoints: [
      [448, 224],
      [224, 672],
    ],
  };

  // Source: attributes of LlavaNextImageProcessorPil and Qwen2VLImageProcessorPil of transformers 5.24.0.
  it("have the defaults of their class", () => {
    expect(all({ ...next, ...grid })).toEqual({
      kind: "tiles",
      processorType: "LlavaNextImageProcessor",
      side: 224,
      cut: {
        by: "resolutions",
        resolutions: [
          { width: 224, height: 448 },
          { width: 672, height: 224 },
        ],
        severalWhole: false,
      },
      ...levels,
    });
    const published = all({ ...next, size: { shortest_edge: 336 }, crop_size: { height: 336, width: 336 } });
    expect(published).toMatchObject({
      side: 336,
      cut: { resolutions: { length: 5, 3: { width: 336, height: 1008 } } },
    });
    expect(all(qwen)).toEqual({
      kind: "packed",
      processorType: "Qwen2VLImageProcessor",
      patchSize: 14,
      temporalPatchSize: 2,
      mergeSize: 2,
      minPixels: 3136,
      maxPixels: 1003520,
      ...levels,
    });
    expect(warnings).toEqual([]);
  });

  it("are those of the model's architecture if no class is named", () => {
    const read = (architecture: "llava-next" | "qwen2-vl") =>
      readProcessorSettings({ ...grid }, { file: "p.json", section: "", warn, architecture }).kind;
    expect([read("llava-next"), read("qwen2-vl")]).toEqual(["tiles", "packed"]);
  });

  // Source: Qwen2VLImageProcessorPil of transformers 5.24.0, run on these settings.
  it("read the areas of packed patches in every spelling", () => {
    const areas = (section: Record<string, unknown>) => {
      const { minPixels, maxPixels } = all({ ...qwen, ...section }) as PackedSettings;
      return [minPixels, maxPixels];
    };
    expect(areas({ min_pixels: 3136, max_pixels: 12845056 })).toEqual([3136, 12845056]);
    expect(areas({ min_pixels: 5000 })).toEqual([5000, 1003520]);
    expect(areas({ size: { shortest_edge: 3000, longest_edge: 30000 } })).toEqual([3000, 30000]);
    expect(areas({ size: { min_pixels: 3136, max_pixels: 12845056 }, min_pixels: 3136, max_pixels: 12845056 })).toEqual(
      [3136, 12845056],
    );
    expect(warnings).toEqual([]);
    expect(areas({ size: { shortest_edge: 3000, longest_edge: 30000 }, max_pixels: 40000 })).toEqual([3000, 40000]);
    expect(warnings).toEqual(["p.json: max_pixels is 40000 and size.longest_edge is 30000; max_pixels is used."]);
  });

  it("name what has no effect", () => {
    all({ ...qwen, crop_size: 3, do_center_crop: true });
    all({ ...next, ...grid, aspect_ratio_setting: "anyres", do_pad: true, min_pixels: 3 });
    expect(warnings).toEqual([
      'p.json: Qwen2VLImageProcessor does not use "crop_size", "do_center_crop".',
      'p.json: LlavaNextImageProcessor does not use "min_pixels".',
    ]);
  });

  it.each([
    [{ ...next }, "image_grid_pinpoints has [336, 672], but its sides must be multiples of a tile's, 224 (crop_size)"],
    [{ ...next, ...grid, crop_size: 112 }, "crop_size is 112, but size makes the whole picture a tile of 224 pixels"],
    [
      { ...next, ...grid, size: { height: 224, width: 112 } },
      'size is {"height":224,"width":112}, but tiles must be squares',
    ],
    [
      { ...next, ...grid, size: { max_height: 1, max_width: 1 } },
      "expected a number of pixels, {height, width} or {shortest_edge}",
    ],
    [{ ...next, image_grid_pinpoints: [] }, "image_grid_pinpoints is [], expected a list of 1 to 1000 sizes"],
    [{ ...next, image_grid_pinpoints: [224] }, "image_grid_pinpoints.0 is 224, expected a list of 1 to 1000 sizes"],
    [{ ...next, ...grid, do_rescale: true, rescale_factor: null }, "rescale_factor is null, but do_rescale needs it"],
    [{ ...qwen, do_resize: false }, "do_resize is false, but pictures of any size must be resized to whole patches"],
    [{ ...qwen, size: { shortest_edge: 3000 } }, 'size is {"shortest_edge":3000}, but it lacks longest_edge'],
    [
      { ...qwen, size: { height: 30, width: 30 } },
      "expected {shortest_edge, longest_edge} or {min_pixels, max_pixels}",
    ],
    [{ ...qwen, min_pixels: 30000, max_pixels: 3000 }, "size asks for at least 30000 pixels and at most 3000"],
    [{ ...qwen, patch_size: 0 }, "patch_size is 0"],
  ])("refuse %j", (section, message) => {
    expect(() => all(section)).toThrow(message);
  });
});

describe("settings without effect", () => {
  it("are named", () => {
    read({ do_convert_rgb: false, do_flip_channel_order: true, image_grid_pinpoints: [[1, 2]] });
    read({ image_processor_type: "LlavaImageProcessor", do_pad: true, pad_size: 48 });
    read({ image_processor_type: "SiglipImageProcessor", feature_extractor_type: "CLIPFeatureExtractor" });
    expect(warnings).toEqual([
      'p.json: LlavaImageProcessor does not use "do_flip_channel_order", "image_grid_pinpoints".',
      "p.json: do_convert_rgb is false; pictures are converted to RGB all the same.",
      "p.json: pad_size is 48, which LlavaImageProcessor does not use here.",
      'p.json: image_processor_type is "SiglipImageProcessor" and feature_extractor_type is "CLIPFeatureExtractor"; image_processor_type is used.',
    ]);
  });

  it("are steps that are set to null, and not left out", () => {
    const { resize, normalize } = read({ do_resize: null, do_pad: null });
    expect([resize, normalize === null]).toEqual([null, false]);
    expect(warnings).toEqual(["p.json: do_resize is null, which switches it off."]);
  });

  it("are not named where they are usual or say the same", () => {
    read({
      image_processor_type: "CLIPImageProcessor",
      feature_extractor_type: "CLIPFeatureExtractor",
      processor_class: "LlavaProcessor",
      do_convert_rgb: true,
      do_pad: true,
      pad_size: 224,
      _valid_processor_keys: ["images"],
    });
    expect(warnings).toEqual([]);
  });
});

describe("pixel values", () => {
  // Made with AutoImageProcessor of transformers 5.24.0 (Pillow variants) and Pillow 13.0.0: shape [height, width], sum over all, and
  // the values [0, 0, 0], [1, last, 0] and [2, middle, middle].
  const [width, height] = [60, 30];
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const levels = [
        Math.floor((x * 255) / (width - 1)),
        Math.floor((y * 255) / (height - 1)),
        (x * 7 + y * 13) % 256,
      ];
      data.set(levels, (y * width + x) * 3);
    }
  }
  const clip = { image_processor_type: "CLIPImageProcessor", size: { shortest_edge: 40 }, crop_size: 40 };
  const siglip = { image_processor_type: "SiglipImageProcessor", size: { height: 40, width: 40 } };

  it.each<[string, Record<string, unknown>, number[], number[]]>([
    ["CLIP", clip, [40, 40], [856.076945, -0.872562, 2.074884, 0.59591]],
    ["SigLIP", siglip, [40, 40], [-3.160709, -0.992157, 1, 0.168628]],
    [
      "both edges",
      { ...clip, size: { shortest_edge: 40, longest_edge: 50 } },
      [40, 40],
      [-2450.619511, -1.792263, -1.752097, 0.56747],
    ],
    [
      "a longest edge that is not reached",
      { ...clip, size: { shortest_edge: 40, longest_edge: 90 } },
      [40, 40],
      [856.076945, -0.872562, 2.074884, 0.59591],
    ],
    [
      "a size to fit into",
      { ...clip, size: { max_height: 40, max_width: 40 } },
      [40, 40],
      [-3572.351386, -1.792263, -1.752097, 0.723891],
    ],
    ["a list", { ...siglip, size: [40, 44] }, [40, 44], [-3.639133, -0.992157, 1, 0.160784]],
    ["a number", { ...siglip, size: 40 }, [40, 80], [-6.697892, -1, 1, 0.145098]],
    [
      "a number for a square",
      { ...clip, size: 40, default_to_square: true },
      [40, 40],
      [894.613296, -1.777664, 2.074884, 0.63857],
    ],
    [
      "padding without a class",
      { size: { shortest_edge: 40 }, crop_size: 40, do_pad: true },
      [40, 40],
      [429.230156, -0.011255, -0.011196, 0.723891],
    ],
    ["padding of null", { ...clip, do_pad: null }, [40, 40], [856.076945, -0.872562, 2.074884, 0.59591]],
    ["padding of CLIP", { ...clip, do_pad: true }, [40, 40], [856.076945, -0.872562, 2.074884, 0.59591]],
    ["a resize of null", { ...clip, do_resize: null }, [40, 40], [-1344.133165, -1.792263, -1.752097, 0.63857]],
    ["a crop of null", { ...clip, do_center_crop: null }, [40, 80], [1788.544023, -1.792263, 2.074884, 0.59591]],
    ["a normalization of null", { ...clip, do_normalize: null }, [40, 40], [2387.792212, 0.247059, 1, 0.572549]],
    [
      "a rescaling of null",
      { ...clip, do_rescale: null },
      [40, 40],
      [2260288.657473, 232.731461, 974.127991, 527.932861],
    ],
    [
      "a crop larger than the picture",
      { ...clip, crop_size: 50 },
      [50, 50],
      [-1407.425758, -1.792263, -1.752097, 0.59591],
    ],
    [
      "a crop by SigLIP",
      { ...siglip, size: { shortest_edge: 40 }, do_center_crop: true, crop_size: 40 },
      [40, 40],
      [-24.415593, -0.505882, 1, 0.145098],
    ],
    ["a mean as a number", { ...clip, image_mean: 0.5 }, [40, 40], [-45.153094, -0.941599, 1.91349, 0.263071]],
    ["the nearest pixel", { ...clip, resample: 0 }, [40, 40], [863.129194, -0.857963, 2.074884, 0.63857]],
    ["Lanczos", { ...clip, resample: 1 }, [40, 40], [855.109072, -0.872562, 2.074884, 0.61013]],
    ["bilinear", { ...clip, resample: 2 }, [40, 40], [863.640616, -0.857963, 2.074884, 0.59591]],
    ["box", { ...clip, resample: 4 }, [40, 40], [863.129194, -0.857963, 2.074884, 0.63857]],
    ["Hamming", { ...clip, resample: 5 }, [40, 40], [857.170984, -0.857963, 2.074884, 0.63857]],
  ])("are those of transformers: %s", (_, section, dims, [sum = 0, ...values]) => {
    const { pixelValues } = prepareImage({ width, height, data }, { settings: read(section), fit: "default" });
    const [rows, cols] = dims as [number, number];
    expect(pixelValues.dims).toEqual([3, rows, cols]);
    const at = (channel: number, y: number, x: number) => pixelValues.data[(channel * rows + y) * cols + x]!;
    const found = [at(0, 0, 0), at(1, rows - 1, 0), at(2, rows >> 1, cols >> 1)];
    for (const [index, value] of values.entries()) expect(Math.abs(found[index]! / value - 1)).toBeLessThan(1e-4);
    const total = pixelValues.data.reduce((whole, value) => whole + value, 0);
    expect(Math.abs(total - sum)).toBeLessThan(
      1e-6 * pixelValues.data.reduce((whole, value) => whole + Math.abs(value), 0),
    );
  });
});
