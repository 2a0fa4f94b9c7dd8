/** @file Tests of reading processor files: which one decides, image tokens, and the size of what leaves the processor. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readProcessorSettings } from "./processor-settings.ts";
import type { WholeSettings } from "../image/types.ts";
import { requireInputSize, warnOfImageTokens } from "./processor-checks.ts";
import { imageTokenOf, readProcessor, type Processor } from "./processor.ts";
import type { LlavaConfig } from "../checkpoint/types.ts";
import { diskFolder } from "../files/disk-folder.ts";

const warnings: string[] = [];
const warn = (sentence: string) => void warnings.push(sentence);
beforeEach(() => void warnings.splice(0));

const read = (section: Record<string, unknown>) =>
  readProcessorSettings(section, { file: "p.json", section: "", warn }) as WholeSettings;

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
    const { settings, imageToken } = await readProcessor(diskFolder(folder), warn);
    expect(settings).toMatchObject({ resize: { shortestEdge: 40 } });
    expect(imageToken).toBe("<img>");
    expect(warnings).toEqual([
      'processor_config.json and preprocessor_config.json differ in "size"; what processor_config.json says under image_processor is used.',
    ]);
  });

  // Source: ImageProcessingMixin.get_image_processor_dict, run in transformers 5.24.0 on these files.
  it("takes an empty part for one with every default, and null for none", async () => {
    await write("preprocessor_config.json", { size: 50 });
    await write("processor_config.json", { image_processor: {} });
    expect((await readProcessor(diskFolder(folder), warn)).settings).toMatchObject({ resize: { shortestEdge: 224 } });
    await write("processor_config.json", { image_processor: null });
    expect((await readProcessor(diskFolder(folder), warn)).settings).toMatchObject({ resize: { shortestEdge: 50 } });
  });

  it("does not read settings that stand beside image_processor", async () => {
    await write("processor_config.json", { size: 40 });
    await expect(readProcessor(diskFolder(folder), warn)).rejects.toThrow("describes an image processor");
  });

  it("says nothing where two files come to the same, in whatever spelling", async () => {
    await write("processor_config.json", { image_processor: { image_processor_type: "CLIPImageProcessor", size: 40 } });
    await write("preprocessor_config.json", {
      feature_extractor_type: "CLIPFeatureExtractor",
      size: { shortest_edge: 40 },
      do_resize: true,
    });
    await readProcessor(diskFolder(folder), warn);
    expect(warnings).toEqual([]);
  });

  it("reads preprocessor_config.json beside a processor_config.json without one, or alone", async () => {
    await write("preprocessor_config.json", { size: 50 });
    expect(await readProcessor(diskFolder(folder), warn)).toMatchObject({
      imageToken: undefined,
      settings: { resize: { shortestEdge: 50 } },
    });
    await write("processor_config.json", { image_token: { content: "<pic>" } });
    expect(await readProcessor(diskFolder(folder), warn)).toMatchObject({
      imageToken: "<pic>",
      settings: { resize: { shortestEdge: 50 } },
    });
  });

  it("names the folder where there is no processor, and the field where it is wrong", async () => {
    await expect(readProcessor(diskFolder(folder), warn)).rejects.toThrow(
      `${folder}: neither processor_config.json nor`,
    );
    await write("processor_config.json", { image_processor: { size: "big" } });
    await expect(readProcessor(diskFolder(folder), warn)).rejects.toThrow(
      'processor_config.json: image_processor.size is "big"',
    );
  });
});

describe("requireInputSize", () => {
  it("accepts a processor that always makes the tower's input", () => {
    expect(() => requireInputSize(read({ size: 336, crop_size: 336 }), 336)).not.toThrow();
    expect(() => requireInputSize(read({ image_processor_type: "SiglipImageProcessor" }), 224)).not.toThrow();
  });

  it("refuses one that makes other or varying sizes", () => {
    expect(() => requireInputSize(read({}), 336)).toThrow(
      "LlavaImageProcessor makes pictures of 224 x 224 pixels, but its vision tower takes 336 x 336",
    );
    expect(() => requireInputSize(read({ do_center_crop: false }), 224)).toThrow("makes pictures of any shape");
  });
});

describe("imageTokenOf", () => {
  // Source: LlavaProcessor.__init__, run in transformers 5.24.0: the tokenizer's own token comes first.
  const token = (imageToken: string | undefined, specialTokens: Record<string, string>) =>
    imageTokenOf({ imageToken } as Processor, { specialTokens }, warn);

  it("is the tokenizer's, else the processor's, else <image>", () => {
    expect(token("<a>", { image_token: "<b>" })).toBe("<b>");
    expect(warnings).toEqual([
      'The tokenizer\'s image_token is "<b>" and that of processor_config.json is "<a>"; the tokenizer\'s is used.',
    ]);
    expect(token("<a>", {})).toBe("<a>");
    expect(token(undefined, {})).toBe("<image>");
  });
});

describe("warnOfImageTokens", () => {
  const model = (kind: "clip" | "siglip", visionFeatureSelect: "default" | "full") =>
    ({ vision: { kind, imageSize: 40, patchSize: 8 }, visionFeatureSelect }) as LlavaConfig;
  const tokens = (patchSize: number | undefined, additional: number, select: string | undefined) =>
    ({ tokens: { patchSize, additional, select } }) as Processor;

  // Source: LlavaProcessor.replace_image_token; with the first two, transformers 5.24.0 puts 24 and 26 tokens where 25 features come.
  it("names a count that differs from the tower's", () => {
    warnOfImageTokens(tokens(8, 0, "default"), model("clip", "default"), warn);
    warnOfImageTokens(tokens(8, 1, undefined), model("clip", "default"), warn);
    warnOfImageTokens(tokens(10, 1, "default"), model("clip", "default"), warn);
    expect(warnings).toEqual([
      'processor_config.json asks for 24 image tokens a picture (patch_size 8, num_additional_image_tokens 0, vision_feature_select_strategy "default"), but the vision tower of config.json makes 25; 25 are used.',
      expect.stringContaining("asks for 26 image tokens a picture"),
      expect.stringContaining("asks for 16 image tokens a picture"),
    ]);
  });

  it("names a selection that differs though the count is the same", () => {
    warnOfImageTokens(tokens(8, 0, "full"), model("clip", "default"), warn);
    expect(warnings).toEqual([
      'processor_config.json: vision_feature_select_strategy is "full", but in config.json it is "default"; that of config.json is used.',
    ]);
  });

  it("says nothing where they agree, or the processor leaves the count to the model", () => {
    warnOfImageTokens(tokens(8, 1, "default"), model("clip", "default"), warn);
    warnOfImageTokens(tokens(8, 0, "full"), model("siglip", "full"), warn);
    warnOfImageTokens(tokens(undefined, 0, undefined), model("clip", "default"), warn);
    expect(warnings).toEqual([]);
  });
});
